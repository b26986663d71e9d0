/**
 * The answers of EventStoreDB's Read call (`ReadResp` of streams.proto), read from their bytes. The official client
 * turns each into five message objects first, which costs more than everything a projection then does with the event;
 * see docs/decisions/0007-lean-reads.md. Fields that are not known are skipped, as protobuf asks
 * (https://protobuf.dev/programming-guides/encoding).
 */
import type { Position } from '../domain/event.js';
import type { StoredEvent } from '../stored-event.js';

export type ReadReply =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught-up' }
  /** A confirmation, or something that a newer server says. */
  | { readonly kind: 'other' };

const other: ReadReply = { kind: 'other' };
const caughtUp: ReadReply = { kind: 'caught-up' };
const ticksPerMs = 10_000;

/** @throws RangeError for bytes that end early. */
export function readReply(bytes: Buffer): ReadReply {
  const fields = new Fields(bytes, 0, bytes.length);
  while (fields.next()) {
    switch (fields.field) {
      case 1:
        return readEvent(fields.message());
      case 3:
        return { kind: 'checkpoint', position: checkpoint(fields.message()) };
      case 8:
        return caughtUp;
    }
  }
  return other;
}

/** `ReadEvent`: the event, without the link that led to it. A link to what is deleted has no event. */
function readEvent(fields: Fields): ReadReply {
  while (fields.next()) if (fields.field === 1) return { kind: 'event', event: recordedEvent(fields.message()) };
  return other;
}

function checkpoint(fields: Fields): Position {
  let commit = 0n;
  let prepare = 0n;
  while (fields.next()) {
    if (fields.field === 1) commit = fields.value;
    else if (fields.field === 2) prepare = fields.value;
  }
  return { commit, prepare };
}

const nothing = Buffer.alloc(0);

function recordedEvent(fields: Fields): StoredEvent {
  let id = '';
  let stream = '';
  let revision = 0n;
  let commit = 0n;
  let prepare = 0n;
  let type = '';
  let createdMs = 0;
  let metadata: Uint8Array = nothing;
  let data: Uint8Array = nothing;
  while (fields.next()) {
    switch (fields.field) {
      case 1:
        id = inner(fields, 2, 'latin1');
        break;
      case 2:
        stream = inner(fields, 3, 'utf8');
        break;
      case 3:
        revision = fields.value;
        break;
      case 4:
        prepare = fields.value;
        break;
      case 5:
        commit = fields.value;
        break;
      case 6: {
        // Of the map of the server's own metadata: a key, then its value.
        const entry = fields.message();
        entry.next();
        const key = entry.text('latin1');
        if (key !== 'type' && key !== 'created') break;
        entry.next();
        if (key === 'type') type = entry.text('utf8');
        else createdMs = Math.floor(Number(entry.text('latin1')) / ticksPerMs);
        break;
      }
      case 7:
        metadata = fields.bytes();
        break;
      case 8:
        data = fields.bytes();
        break;
    }
  }
  return { id, stream, revision, position: { commit, prepare }, type, createdMs, metadata, data };
}

/** The text in one field of an embedded message; empty when it is not there. */
function inner(fields: Fields, field: number, encoding: 'latin1' | 'utf8'): string {
  const message = fields.message();
  while (message.next()) if (message.field === field) return message.text(encoding);
  return '';
}

/** Walks the fields of one message without copying. */
class Fields {
  field = 0;
  /** Of a varint field. */
  value = 0n;
  /** Bounds of a length-delimited field. */
  private start = 0;
  private end = 0;

  constructor(
    private readonly buffer: Buffer,
    private at: number,
    private readonly limit: number,
  ) {}

  next(): boolean {
    if (this.at >= this.limit) return false;
    const tag = this.small();
    this.field = tag >>> 3;
    switch (tag & 7) {
      case 0:
        this.value = this.long();
        break;
      case 1:
        this.at += 8;
        break;
      case 2: {
        const length = this.small();
        this.start = this.at;
        this.end = this.at += length;
        break;
      }
      case 5:
        this.at += 4;
        break;
      default:
        throw new RangeError(`wire type ${tag & 7} is not known`);
    }
    if (this.at > this.limit) throw new RangeError('a field runs past the end of its message');
    return true;
  }

  message(): Fields {
    return new Fields(this.buffer, this.start, this.end);
  }

  bytes(): Buffer {
    return this.buffer.subarray(this.start, this.end);
  }

  text(encoding: 'latin1' | 'utf8'): string {
    return this.buffer.toString(encoding, this.start, this.end);
  }

  /** A varint that is a tag or a length. */
  private small(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  /** Any varint, exact to 64 bits. Positions are small in practice: they take the way of plain numbers. */
  private long(): bigint {
    let low = 0;
    for (let factor = 1; factor <= 2 ** 42; factor *= 0x80) {
      const byte = this.byte();
      low += (byte & 0x7f) * factor;
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 49n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  }

  private byte(): number {
    if (this.at >= this.limit) throw new RangeError('a number has no end');
    return this.buffer[this.at++]!;
  }
}
