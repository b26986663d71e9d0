/**
 * One record of the log: a small header for filters, links and idempotency, then the event as the protobuf of
 * `RecordedEvent` without its id. A read copies the body into the answer and encodes nothing.
 *
 *   0  version   1  flags   2  stream length (u16)   4  type length (u16)   6  id (16)
 *  22  created, ms since 1970 (f64)   30  revision (u64)   38  stream number (u32)   42  type offset in the body (u32)
 *  46  offset of data in the body (u32)   50  body
 */
import { fieldSize, varintSize, writeLength, writeVarint } from '../wire/protobuf.js';
import type { Uuid } from '../wire/uuid.js';

export const RECORD_VERSION = 1;
export const HEADER_SIZE = 50;
const JSON_FLAG = 1;
const LINK_FLAG = 2;
const TOMBSTONE_FLAG = 4;

/** Revision of the event that ends a stream for ever. */
export const TOMBSTONE_REVISION = 0x7fff_ffff_ffff_ffffn;
export const LINK_TYPE = '$>';
/** Names and types are counted by 16 bits in the header. */
export const MAX_NAME_BYTES = 0xffff;

/** What a client proposes to append. Slices may share memory with the request. */
export interface ProposedEvent {
  readonly id: Uuid;
  readonly type: Buffer;
  readonly json: boolean;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/** Where a proposed event goes. */
export interface Placement {
  readonly streamNumber: number;
  readonly stream: Buffer;
  readonly revision: number;
  readonly position: number;
  readonly createdMs: number;
  readonly tombstone?: boolean;
}

/** A record as it lies in the log. */
export type StoredRecord = Buffer;

const TYPE_KEY = Buffer.from([0x0a, 4, ...Buffer.from('type')]);
const JSON_ENTRY = mapEntry('content-type', 'application/json');
const BINARY_ENTRY = mapEntry('content-type', 'application/octet-stream');
const CREATED_KEY = Buffer.from([0x0a, 7, ...Buffer.from('created')]);
/** 100 ns ticks of the largest Date have fewer than 20 digits. */
const TICKS_PER_MS_DIGITS = '0000';
/** revision varint of 2^63 - 1 */
const TOMBSTONE_VARINT = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);

function mapEntry(key: string, value: string): Buffer {
  const entry = Buffer.concat([Buffer.from([0x0a, key.length]), Buffer.from(key), Buffer.from([0x12, value.length]), Buffer.from(value)]);
  return Buffer.concat([Buffer.from([0x32, entry.length]), entry]);
}

const LINK = Buffer.from(LINK_TYPE);

/** Encodes the record of `event` at `place`. The only copy of the event's bytes on the way to the disk. */
export function encodeRecord(event: ProposedEvent, place: Placement): StoredRecord {
  const { stream, position } = place;
  const created = `${place.createdMs}${TICKS_PER_MS_DIGITS}`;
  const typeEntry = TYPE_KEY.length + fieldSize(event.type.length);
  const createdEntry = CREATED_KEY.length + fieldSize(created.length);
  const contentType = event.json ? JSON_ENTRY : BINARY_ENTRY;
  const revisionSize = place.tombstone === true ? TOMBSTONE_VARINT.length : varintSize(place.revision);
  const size =
    HEADER_SIZE +
    fieldSize(fieldSize(stream.length)) +
    fieldSize(typeEntry) +
    fieldSize(createdEntry) +
    contentType.length +
    1 + revisionSize +
    2 * (1 + varintSize(position)) +
    (event.metadata.length > 0 ? fieldSize(event.metadata.length) : 0) +
    (event.data.length > 0 ? fieldSize(event.data.length) : 0);
  const record = Buffer.allocUnsafe(size);

  let at = writeLength(record, HEADER_SIZE, 2, fieldSize(stream.length));
  at = writeLength(record, at, 3, stream.length);
  at += stream.copy(record, at);
  at = writeLength(record, at, 6, typeEntry);
  at += TYPE_KEY.copy(record, at);
  at = writeLength(record, at, 2, event.type.length);
  const typeOffset = at - HEADER_SIZE;
  at += event.type.copy(record, at);
  at += contentType.copy(record, at);
  at = writeLength(record, at, 6, createdEntry);
  at += CREATED_KEY.copy(record, at);
  at = writeLength(record, at, 2, created.length);
  at += record.write(created, at, 'latin1');
  record[at++] = 3 << 3;
  at = place.tombstone === true ? at + TOMBSTONE_VARINT.copy(record, at) : writeVarint(record, at, place.revision);
  record[at++] = 4 << 3;
  at = writeVarint(record, at, position);
  record[at++] = 5 << 3;
  at = writeVarint(record, at, position);
  if (event.metadata.length > 0) {
    at = writeLength(record, at, 7, event.metadata.length);
    at += event.metadata.copy(record, at);
  }
  if (event.data.length > 0) at = writeLength(record, at, 8, event.data.length);
  const dataOffset = at - HEADER_SIZE;
  event.data.copy(record, at);

  record[0] = RECORD_VERSION;
  record[1] = (event.json ? JSON_FLAG : 0) | (event.type.equals(LINK) ? LINK_FLAG : 0) | (place.tombstone === true ? TOMBSTONE_FLAG : 0);
  record.writeUInt16LE(stream.length, 2);
  record.writeUInt16LE(event.type.length, 4);
  event.id.copy(record, 6);
  record.writeDoubleLE(place.createdMs, 22);
  if (place.tombstone === true) record.writeBigUInt64LE(TOMBSTONE_REVISION, 30);
  else record.writeBigUInt64LE(BigInt(place.revision), 30);
  record.writeUInt32LE(place.streamNumber, 38);
  record.writeUInt32LE(typeOffset, 42);
  record.writeUInt32LE(dataOffset, 46);
  return record;
}

export const isJson = (record: StoredRecord): boolean => (record[1]! & JSON_FLAG) !== 0;
export const isLink = (record: StoredRecord): boolean => (record[1]! & LINK_FLAG) !== 0;
export const isTombstone = (record: StoredRecord): boolean => (record[1]! & TOMBSTONE_FLAG) !== 0;
export const idOf = (record: StoredRecord): Uuid => record.subarray(6, 22);
export const createdMsOf = (record: StoredRecord): number => record.readDoubleLE(22);
/** Revision as a number; the tombstone's does not fit and reads as 2^63. */
export const revisionOf = (record: StoredRecord): number => record.readUInt32LE(34) * 0x1_0000_0000 + record.readUInt32LE(30);
export const streamNumberOf = (record: StoredRecord): number => record.readUInt32LE(38);
export const bodyOf = (record: StoredRecord): Buffer => record.subarray(HEADER_SIZE);
export const dataOf = (record: StoredRecord): Buffer => record.subarray(HEADER_SIZE + record.readUInt32LE(46));

const typeStart = (record: StoredRecord): number => HEADER_SIZE + record.readUInt32LE(42);

export function typeOf(record: StoredRecord): string {
  const start = typeStart(record);
  return record.toString('utf8', start, start + record.readUInt16LE(4));
}

/** The stream is the first field of the body: tag, length, tag, length, name. */
function streamStart(record: StoredRecord): number {
  const length = record.readUInt16LE(2);
  return HEADER_SIZE + 2 + varintSize(fieldSize(length)) + varintSize(length);
}

export function streamOf(record: StoredRecord): string {
  const start = streamStart(record);
  return record.toString('utf8', start, start + record.readUInt16LE(2));
}

export const firstByteOfStream = (record: StoredRecord): number => record[streamStart(record)]!;

export const streamStartsWith = (record: StoredRecord, prefix: Buffer): boolean =>
  startsWith(record, prefix, streamStart(record), record.readUInt16LE(2));

export const typeStartsWith = (record: StoredRecord, prefix: Buffer): boolean =>
  startsWith(record, prefix, typeStart(record), record.readUInt16LE(4));

const startsWith = (record: Buffer, prefix: Buffer, start: number, length: number): boolean =>
  length >= prefix.length && record.compare(prefix, 0, prefix.length, start, start + prefix.length) === 0;
