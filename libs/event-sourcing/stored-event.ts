/** An event exactly as its bytes stand in the log: for whoever proves them. Nothing is decoded or upcast. */
import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import type { Position } from './domain/event.js';

export interface StoredEvent {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: Position;
  readonly type: string;
  readonly id: string;
  readonly metadata: Uint8Array;
  readonly data: Uint8Array;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
}

/** Null for the store's own events, whose type or stream begins with `$`. */
export function asStored({ event }: AllStreamResolvedEvent | ResolvedEvent): StoredEvent | null {
  if (!event || event.type.startsWith('$') || event.streamId.startsWith('$')) return null;
  return {
    stream: event.streamId,
    revision: event.revision,
    position: event.position ?? { commit: 0n, prepare: 0n },
    type: event.type,
    id: event.id,
    metadata: storedBytes(event.metadata),
    data: storedBytes(event.data),
    createdMs: event.created.getTime(),
  };
}

const encoder = new TextEncoder();
const storedBytes = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : encoder.encode(JSON.stringify(value ?? null)));
