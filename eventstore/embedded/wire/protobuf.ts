/**
 * The few bytes of the protobuf wire format that the hot paths need (https://protobuf.dev/programming-guides/encoding).
 * Appends are parsed and reads are framed without building a message object per event: a proposed event is sliced out
 * of the request, and a stored event is already protobuf. Everything else uses the generated classes.
 */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Bytes that `value` takes as a varint. `value` is a non-negative integer below 2^53. */
export function varintSize(value: number): number {
  let size = 1;
  while (value >= 0x80) {
    value = value < 0x8000_0000 ? value >>> 7 : Math.floor(value / 0x80);
    size++;
  }
  return size;
}

/** Writes `value` (a non-negative integer below 2^53) at `at`; returns where the next byte goes. */
export function writeVarint(target: Buffer, at: number, value: number): number {
  while (value >= 0x80) {
    target[at++] = (value % 0x80) | 0x80;
    value = value < 0x8000_0000 ? value >>> 7 : Math.floor(value / 0x80);
  }
  target[at++] = value;
  return at;
}

/** Writes the tag and length of a length-delimited field (number below 16); its bytes come next. */
export function writeLength(target: Buffer, at: number, field: number, length: number): number {
  target[at] = (field << 3) | LENGTH_DELIMITED;
  return writeVarint(target, at + 1, length);
}

/** Size of a length-delimited field (number below 16) whose content has `length` bytes. */
export const fieldSize = (length: number): number => 1 + varintSize(length) + length;

/** One varint field, for messages that are small and rare enough to be concatenated. */
export function varintField(field: number, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(1 + varintSize(value));
  bytes[0] = (field << 3) | VARINT;
  writeVarint(bytes, 1, value);
  return bytes;
}

/** One length-delimited field: bytes, text or an embedded message given by its encoded fields. */
export function bytesField(field: number, ...content: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const part of content) length += part.length;
  const bytes = Buffer.allocUnsafe(fieldSize(length));
  let at = writeLength(bytes, 0, field, length);
  for (const part of content) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export const textField = (field: number, text: string): Buffer => bytesField(field, Buffer.from(text, 'utf8'));

/** Thrown for bytes that are not a protobuf message. */
export class MalformedMessage extends Error {}

/** Walks the fields of one message in `buffer` without copying: `while (reader.next()) switch (reader.field) ...`. */
export class FieldReader {
  field = 0;
  /** Value of the current varint field. Above 2^53 it is approximate, which is enough to know that it is huge. */
  value = 0;
  /** Bounds of the current length-delimited field. */
  start = 0;
  end = 0;

  constructor(
    readonly buffer: Buffer,
    private at = 0,
    private readonly limit = buffer.length,
  ) {}

  next(): boolean {
    if (this.at >= this.limit) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    switch (tag % 8) {
      case VARINT:
        this.value = this.varint();
        return true;
      case LENGTH_DELIMITED: {
        const length = this.varint();
        this.start = this.at;
        this.end = this.at += length;
        break;
      }
      case FIXED64:
        this.at += 8;
        break;
      case FIXED32:
        this.at += 4;
        break;
      default:
        throw new MalformedMessage(`wire type ${tag % 8} is not supported`);
    }
    if (this.at > this.limit) throw new MalformedMessage('a field runs past the end of its message');
    return true;
  }

  /** The content of the current length-delimited field, sharing memory with the message. */
  bytes(): Buffer {
    return this.buffer.subarray(this.start, this.end);
  }

  text(): string {
    return this.buffer.toString('utf8', this.start, this.end);
  }

  /** A reader over the embedded message of the current field. */
  message(): FieldReader {
    return new FieldReader(this.buffer, this.start, this.end);
  }

  private varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      if (this.at >= this.limit || factor > 2 ** 63) throw new MalformedMessage('a number has no end');
      const byte = this.buffer[this.at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }
}
