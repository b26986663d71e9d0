/** Event ids: 16 bytes in the log, 36 lower-case characters or two signed 64-bit halves on the wire. */
import { bytesField, FieldReader, MalformedMessage, textField } from './protobuf.js';

/** 16 bytes. */
export type Uuid = Buffer;

const DASH = 0x2d;
const hexPair = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  const text = byte.toString(16).padStart(2, '0');
  hexPair[byte] = (text.charCodeAt(0) << 8) | text.charCodeAt(1);
}
const hexDigit = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  hexDigit[digit.charCodeAt(0)] = value;
  hexDigit[digit.toUpperCase().charCodeAt(0)] = value;
}
/** Where the text has a dash: after bytes 4, 6, 8 and 10. */
const dashBefore = (index: number) => index === 4 || index === 6 || index === 8 || index === 10;

/** Writes the 36 characters of the id found at `source[from]`; returns where the next byte goes. */
export function writeUuidText(target: Buffer, at: number, source: Buffer, from: number): number {
  for (let index = 0; index < 16; index++) {
    if (dashBefore(index)) target[at++] = DASH;
    const pair = hexPair[source[from + index]!]!;
    target[at++] = pair >> 8;
    target[at++] = pair & 0xff;
  }
  return at;
}

export function uuidText(id: Uuid): string {
  const text = Buffer.allocUnsafe(36);
  writeUuidText(text, 0, id, 0);
  return text.toString('latin1');
}

/** Parses `source[start..end)`, with or without dashes, in either case. */
function parseText(source: Buffer, start: number, end: number): Uuid {
  const id = Buffer.allocUnsafe(16);
  let at = start;
  for (let index = 0; index < 16; index++) {
    if (dashBefore(index) && source[at] === DASH) at++;
    const high = hexDigit[source[at++] ?? 0]!;
    const low = hexDigit[source[at++] ?? 0]!;
    if (high < 0 || low < 0 || at > end) throw new MalformedMessage('an event id is not a UUID');
    id[index] = (high << 4) | low;
  }
  if (at !== end) throw new MalformedMessage('an event id is not a UUID');
  return id;
}

export const parseUuid = (text: string): Uuid => parseText(Buffer.from(text, 'latin1'), 0, text.length);

/** Parses an `event_store.client.UUID` message: `structured = 1 {msb, lsb}` or `string = 2`. */
export function readUuid(message: FieldReader): Uuid {
  let id: Uuid | undefined;
  while (message.next()) {
    if (message.field === 2) id = parseText(message.buffer, message.start, message.end);
    else if (message.field === 1) id = readStructured(message.bytes());
  }
  if (id === undefined) throw new MalformedMessage('an event has an empty id');
  return id;
}

/** The halves are int64, so they need all 64 bits; this form is rare and takes the slow way. */
function readStructured(message: Buffer): Uuid {
  const id = Buffer.alloc(16);
  let at = 0;
  while (at < message.length) {
    const tag = message[at++]!;
    let half = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new MalformedMessage('a number has no end');
      half |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    id.writeBigUInt64BE(BigInt.asUintN(64, half), tag >> 3 === 1 ? 0 : 8);
  }
  return id;
}

function longVarintField(field: number, value: bigint): Buffer {
  const bytes = [field << 3];
  for (; value >= 0x80n; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80);
  bytes.push(Number(value));
  return Buffer.from(bytes);
}

/** `event_store.client.UUID` in the form the caller asked for. */
export function uuidMessage(id: Uuid, form: UuidForm): Buffer {
  if (form === 'string') return textField(2, uuidText(id));
  return bytesField(1, longVarintField(1, id.readBigUInt64BE(0)), longVarintField(2, id.readBigUInt64BE(8)));
}

export type UuidForm = 'string' | 'structured';
