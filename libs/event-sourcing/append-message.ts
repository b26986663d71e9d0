/**
 * The messages of BatchAppend (streams.proto of EventStoreDB), written and read without building message objects: an
 * append is the hot path of every request, and each of its bytes is written once.
 */
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { unpackToCommandError } from '@eventstore/db-client/dist/streams/appendToStream/unpackError.js';
import { FieldReader, fieldSize, varintSize, writeLength, writeVarint } from '../../eventstore/embedded/wire/protobuf.js';
import type { Appended, ExpectedRevision } from './domain/event.js';

/** An event on its way into the log: JSON texts, stored as bytes. */
export interface ProposedEvent {
  /** A UUID with dashes. */
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

export interface AppendRequest {
  /** Told back in the answer; below 2^48. */
  readonly correlation: number;
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly ProposedEvent[];
  /** Seconds since 1970: later than this the server need not write it any more. */
  readonly deadlineSeconds: number;
}

const uuidLength = 36;
/** UUID { string = 2 } */
const uuidSize = fieldSize(uuidLength);
/** ProposedMessage.metadata holds "content-type": what is not JSON to the server is kept as it came. */
const contentType = mapEntry('content-type', 'application/octet-stream');
const typeKey = Buffer.from([0x0a, 4, ...Buffer.from('type')]);

function mapEntry(key: string, value: string): Buffer {
  const entry = [0x0a, key.length, ...Buffer.from(key), 0x12, value.length, ...Buffer.from(value)];
  return Buffer.from([0x12, entry.length, ...entry]);
}

/** BatchAppendReq { correlation_id = 1, options = 2, proposed_messages = 3, is_final = 4 }, measured first and then written where it is to go. */
export class AppendMessage {
  readonly size: number;
  private readonly events: readonly Sized[];
  private readonly streamSize: number;
  private readonly deadlineSize: number;
  private readonly optionsSize: number;

  constructor(private readonly request: AppendRequest) {
    const { stream, expected, events, deadlineSeconds } = request;
    this.streamSize = Buffer.byteLength(stream);
    const expectedSize = expected === 'no_stream' ? 2 : 1 + varintSize(Number(expected));
    this.deadlineSize = 1 + varintSize(deadlineSeconds);
    this.optionsSize = fieldSize(fieldSize(this.streamSize)) + expectedSize + fieldSize(this.deadlineSize);
    this.events = events.map(sizeOf);
    this.size = this.events.reduce((sum, { size }) => sum + fieldSize(size), fieldSize(uuidSize) + fieldSize(this.optionsSize) + 2);
  }

  /** @returns where the next byte goes */
  writeTo(message: Buffer, start: number): number {
    const { correlation, stream, expected, deadlineSeconds } = this.request;
    let at = writeUuid(message, start, 1, `00000000-0000-0000-0000-${correlation.toString(16).padStart(12, '0')}`);
    at = writeLength(message, at, 2, this.optionsSize);
    at = writeLength(message, at, 1, fieldSize(this.streamSize));
    at = writeText(message, at, 3, stream, this.streamSize);
    if (expected === 'no_stream') at = writeLength(message, at, 3, 0);
    else {
      message[at++] = 2 << 3;
      at = writeVarint(message, at, Number(expected));
    }
    at = writeLength(message, at, 6, this.deadlineSize);
    message[at++] = 1 << 3;
    at = writeVarint(message, at, deadlineSeconds);
    for (const event of this.events) at = writeEvent(message, at, event);
    message[at++] = 4 << 3;
    message[at++] = 1;
    return at;
  }
}

type Sized = ProposedEvent & { readonly typeSize: number; readonly metadataSize: number; readonly dataSize: number; readonly size: number };

function sizeOf({ id, type, data, metadata }: ProposedEvent): Sized {
  const typeSize = Buffer.byteLength(type);
  const metadataSize = Buffer.byteLength(metadata);
  const dataSize = Buffer.byteLength(data);
  const size = fieldSize(uuidSize) + fieldSize(typeKey.length + fieldSize(typeSize)) + contentType.length + fieldSize(metadataSize) + fieldSize(dataSize);
  return { id, type, data, metadata, typeSize, metadataSize, dataSize, size };
}

/** ProposedMessage { id = 1, metadata = 2 (a map), custom_metadata = 3, data = 4 } */
function writeEvent(message: Buffer, start: number, event: Sized): number {
  let at = writeLength(message, start, 3, event.size);
  at = writeUuid(message, at, 1, event.id);
  at = writeLength(message, at, 2, typeKey.length + fieldSize(event.typeSize));
  at += typeKey.copy(message, at);
  at = writeText(message, at, 2, event.type, event.typeSize);
  at += contentType.copy(message, at);
  at = writeText(message, at, 3, event.metadata, event.metadataSize);
  return writeText(message, at, 4, event.data, event.dataSize);
}

function writeUuid(message: Buffer, start: number, field: number, id: string): number {
  const at = writeLength(message, writeLength(message, start, field, uuidSize), 2, uuidLength);
  return at + message.write(id, at, uuidLength, 'latin1');
}

function writeText(message: Buffer, start: number, field: number, text: string, size: number): number {
  const at = writeLength(message, start, field, size);
  return at + message.write(text, at, size, 'utf8');
}

/** `error` as the official client would throw it. */
export type AppendAnswer = { readonly correlation: number } & ({ readonly appended: Appended } | { readonly error: Error });

/** BatchAppendResp { correlation_id = 1, error = 2, success = 3, stream_identifier = 4 } */
export function decodeAnswer(bytes: Buffer): AppendAnswer {
  const message = new FieldReader(bytes);
  let correlation = -1;
  let appended: Appended | null = null;
  while (message.next()) {
    if (message.field === 1) correlation = readCorrelation(message.message());
    else if (message.field === 3) appended = readSuccess(message.message());
  }
  return appended ? { correlation, appended } : { correlation, error: errorIn(bytes) };
}

/** A server may echo the id as text or as its two halves; ours have an empty first half. */
function readCorrelation(uuid: FieldReader): number {
  let correlation = -1;
  while (uuid.next()) {
    if (uuid.field === 2) correlation = Number.parseInt(uuid.text().slice(-12), 16);
    else if (uuid.field === 1) {
      const halves = uuid.message();
      while (halves.next()) if (halves.field === 2) correlation = halves.value;
    }
  }
  return correlation;
}

/** Success { current_revision = 1, position = 3 { commit_position = 1 } } */
function readSuccess(success: FieldReader): Appended {
  let revision = 0;
  let position = 0;
  while (success.next()) {
    if (success.field === 1) revision = success.value;
    else if (success.field === 3) {
      const at = success.message();
      while (at.next()) if (at.field === 1) position = at.value;
    }
  }
  return { revision: BigInt(revision), position: BigInt(position) };
}

function errorIn(bytes: Buffer): Error {
  const answer = streams.BatchAppendResp.deserializeBinary(bytes);
  return unpackToCommandError(answer.getError()!, Buffer.from(answer.getStreamIdentifier()!.getStreamName_asU8()).toString('utf8'));
}
