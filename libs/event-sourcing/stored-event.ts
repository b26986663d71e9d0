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

/** The store's own events have types or streams that begin with `$`. */
export const isOurs = ({ type, stream }: Pick<StoredEvent, 'type' | 'stream'>): boolean => !type.startsWith('$') && !stream.startsWith('$');

/** Null for the store's own events. */
export function asStored({ event }: AllStreamResolvedEvent | ResolvedEvent): StoredEvent | null {
  if (!event || !isOurs({ type: event.type, stream: event.streamId })) return null;
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
