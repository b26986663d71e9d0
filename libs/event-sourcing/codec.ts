/**
 * Between domain events and the bytes in the log. Events are stored as bytes (JSON text inside) because the official
 * client spends four times less on them than on its own JSON events; see docs/decisions/0001-events-as-bytes.md.
 */
import { hash } from 'node:crypto';
import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import type { ProposedEvent } from './append-message.js';
import { shippedUpcasters, type Upcasters } from './upcasters.js';
import type { CommandContext, DomainEvent, EventMetadata, Position, Recorded, StreamName } from './domain/event.js';
import type { StoredEvent } from './stored-event.js';

/** Namespace of event ids (RFC 9562 section 5.5), so that the same command is the same events. */
const eventIds = Buffer.from('5a7c1d0e7b534c7e9f0a3f6f2b1f9b11', 'hex');
/** The namespace, with room for the names that follow it: nearly all fit. */
const named = Buffer.concat([eventIds, Buffer.alloc(1_024)]);
/** Of a character in UTF-8. */
const mostBytes = 3;

/** A UUIDv5, by hand: three of them belong to every request, and a library takes four times as long. */
export function eventId(stream: StreamName, commandId: string, index: number): string {
  const name = `${stream}\n${commandId}\n${index}`;
  const fits = name.length * mostBytes <= named.length - eventIds.length;
  const bytes = fits ? named.subarray(0, eventIds.length + named.write(name, eventIds.length, 'utf8')) : Buffer.concat([eventIds, Buffer.from(name, 'utf8')]);
  const hex = hash('sha1', bytes, 'hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const decoder = new TextDecoder();

export function encode(stream: StreamName, events: readonly DomainEvent[], context: CommandContext): ProposedEvent[] {
  const metadata = metadataTexts(context);
  return events.map(({ type, data, identity }, index) => ({
    id: identity === undefined ? eventId(stream, context.commandId, index) : eventId(stream, identity, 0),
    type,
    data: JSON.stringify(data),
    metadata: metadata(currentVersion(type, shippedUpcasters)),
  }));
}

/** Events of one append differ in their schema version, if at all. */
function metadataTexts({ correlationId, causationId, commandId, orgId, actor, at }: CommandContext): (schemaVersion: number) => string {
  const texts = new Map<number, string>();
  return (schemaVersion) => {
    let text = texts.get(schemaVersion);
    if (text === undefined) {
      const metadata: EventMetadata = { $correlationId: correlationId, $causationId: causationId ?? commandId, orgId, schemaVersion, actor, commandId, at };
      texts.set(schemaVersion, (text = JSON.stringify(metadata)));
    }
    return text;
  };
}

/** Null for what is not ours: system events, and events without our metadata. @throws SyntaxError when the bytes are no JSON. */
export function decode(resolved: AllStreamResolvedEvent | ResolvedEvent, upcasters: Upcasters = shippedUpcasters): Recorded | null {
  const event = resolved.event;
  if (!event || event.type.startsWith('$') || event.streamId.startsWith('$')) return null;
  const metadata = fromStored(event.metadata) as EventMetadata | undefined;
  if (!metadata || typeof metadata.schemaVersion !== 'number') return null;
  return {
    id: event.id,
    stream: event.streamId as StreamName,
    revision: event.revision,
    position: event.position ?? { commit: 0n, prepare: 0n },
    type: event.type,
    data: upcast(event.type, metadata.schemaVersion, fromStored(event.data) as object, upcasters),
    metadata,
    createdMs: event.created.getTime(),
  };
}

/**
 * The same from bytes. The data is decoded when somebody first asks for it, and once, however many read the event:
 * a reader that only counts or skips pays nothing. Null for what is not ours.
 */
export function decodeStored(stored: StoredEvent, upcasters: Upcasters = shippedUpcasters): Recorded | null {
  if (stored.type.startsWith('$') || stored.stream.startsWith('$')) return null;
  const metadata = metadataOf(stored.metadata);
  if (metadata === null) return null;
  return new RecordedBytes(stored, metadata, upcasters);
}

/** A class, because an object written with a getter is a shape of its own each time, and slow to make and to read. */
class RecordedBytes implements Recorded {
  readonly id: string;
  readonly stream: StreamName;
  readonly revision: bigint;
  readonly position: Position;
  readonly type: string;
  readonly createdMs: number;
  readonly #bytes: Uint8Array;
  readonly #upcasters: Upcasters;
  #data: object | undefined;

  constructor(stored: StoredEvent, readonly metadata: EventMetadata, upcasters: Upcasters) {
    this.id = stored.id;
    this.stream = stored.stream as StreamName;
    this.revision = stored.revision;
    this.position = stored.position;
    this.type = stored.type;
    this.createdMs = stored.createdMs;
    this.#bytes = stored.data;
    this.#upcasters = upcasters;
  }

  /** @throws SyntaxError when the bytes are no JSON. */
  get data(): object {
    return (this.#data ??= upcast(this.type, this.metadata.schemaVersion, fromStored(this.#bytes) as object, this.#upcasters));
  }
}

/** The events of one append follow each other in the log, with the same metadata: it is parsed once for all of them. */
let latest: { readonly bytes: Uint8Array; readonly metadata: EventMetadata } | undefined;

/** Null when it is not what we write. */
function metadataOf(bytes: Uint8Array): EventMetadata | null {
  if (bytes.length === 0) return null;
  if (latest !== undefined && Buffer.isBuffer(bytes) && bytes.equals(latest.bytes)) return latest.metadata;
  try {
    const metadata = fromStored(bytes) as EventMetadata | null;
    if (typeof metadata?.schemaVersion !== 'number') return null;
    latest = { bytes, metadata };
    return metadata;
  } catch {
    return null;
  }
}

const fromStored = (value: unknown): unknown => (value instanceof Uint8Array ? JSON.parse(textOf(value)) : value);

/** A Buffer's own decoding is the quickest there is in Node. */
const textOf = (bytes: Uint8Array): string => (Buffer.isBuffer(bytes) ? bytes.toString('utf8') : decoder.decode(bytes));

export function upcast(type: string, version: number, data: object, upcasters: Upcasters = shippedUpcasters): object {
  const steps = stepsOf(type, upcasters);
  if (!steps) return data;
  let current = data;
  for (let from = version; steps[from]; from++) current = steps[from]!(current);
  return current;
}

function currentVersion(type: string, upcasters: Upcasters): number {
  const steps = stepsOf(type, upcasters);
  return steps ? Math.max(...Object.keys(steps).map(Number)) + 1 : 1;
}

/** A type may be called as something that every object has. */
const stepsOf = (type: string, upcasters: Upcasters) => (Object.hasOwn(upcasters, type) ? upcasters[type] : undefined);
