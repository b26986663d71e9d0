/** Requests and answers of Append and BatchAppend, parsed and written by hand: they are the hot path of every write. */
import type { AppendOutcome, ExpectedRevision } from '../append.js';
import { MAX_NAME_BYTES, type ProposedEvent } from '../store/record.js';
import { bytesField, FieldReader, MalformedMessage, textField, varintField } from './protobuf.js';
import { readUuid, type Uuid } from './uuid.js';

/** What one append asks for, apart from its events. */
export interface AppendOptions {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** Milliseconds since 1970 (BatchAppend only). */
  readonly deadlineMs: number;
}

/** `type` or `content-type` is missing from a proposed event. */
export class MissingProperty extends Error {
  override name = 'MissingProperty';
}

const EMPTY: Buffer = Buffer.alloc(0);
const TYPE = Buffer.from('type');
const CONTENT_TYPE = Buffer.from('content-type');
const JSON_CONTENT = Buffer.from('application/json');

/** `AppendReq`: options in the first message, one event in each of the others. */
export function parseAppendRequest(buffer: Buffer): { options: AppendOptions } | { event: ProposedEvent } {
  const message = new FieldReader(buffer);
  while (message.next()) {
    if (message.field === 1) return { options: parseOptions(message.message()) };
    if (message.field === 2) return { event: parseProposedEvent(message.message()) };
  }
  throw new MalformedMessage('an append holds neither options nor an event');
}

/** One message of a BatchAppend. Messages of one append share the correlation id. */
export interface BatchChunk {
  /** The id's UUID message, echoed as it came. */
  readonly correlationId: Buffer;
  readonly options: AppendOptions | undefined;
  readonly events: readonly ProposedEvent[];
  readonly final: boolean;
  /** Why the events could not be read; the append fails, the call goes on. */
  readonly invalid: Error | undefined;
}

export function parseBatchChunk(buffer: Buffer): BatchChunk {
  const message = new FieldReader(buffer);
  let correlationId = EMPTY;
  let options: AppendOptions | undefined;
  let final = false;
  let invalid: Error | undefined;
  const events: ProposedEvent[] = [];
  while (message.next()) {
    if (message.field === 1) correlationId = message.bytes();
    else if (message.field === 2) options = parseOptions(message.message());
    else if (message.field === 3) invalid ??= collect(message.message(), events);
    else if (message.field === 4) final = message.value !== 0;
  }
  return { correlationId, options, events, final, invalid };
}

function collect(message: FieldReader, events: ProposedEvent[]): Error | undefined {
  try {
    events.push(parseProposedEvent(message));
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Field numbers 1 to 6 mean the same in `AppendReq.Options` and `BatchAppendReq.Options`. */
export function parseOptions(message: FieldReader): AppendOptions {
  let stream = '';
  let expected: ExpectedRevision = 'any';
  let deadlineMs = Infinity;
  while (message.next()) {
    switch (message.field) {
      case 1:
        stream = parseStreamIdentifier(message.message());
        break;
      case 2:
        expected = message.value;
        break;
      case 3:
        expected = 'no_stream';
        break;
      case 4:
        expected = 'any';
        break;
      case 5:
        expected = 'stream_exists';
        break;
      case 6:
        deadlineMs = parseTimestamp(message.message());
        break;
      default:
    }
  }
  return { stream, expected, deadlineMs };
}

export function parseStreamIdentifier(message: FieldReader): string {
  let name = '';
  while (message.next()) {
    if (message.field !== 3) continue;
    if (message.end - message.start > MAX_NAME_BYTES) throw new MalformedMessage(`a stream name has more than ${MAX_NAME_BYTES} bytes`);
    name = message.text();
  }
  return name;
}

function parseTimestamp(message: FieldReader): number {
  let ms = 0;
  while (message.next()) ms += message.field === 1 ? message.value * 1000 : message.value / 1e6;
  return ms;
}

/** `ProposedMessage`: id, metadata map, custom metadata, data. Unknown keys of the map are dropped. */
function parseProposedEvent(message: FieldReader): ProposedEvent {
  let id: Uuid | undefined;
  let type: Buffer | undefined;
  let contentType: Buffer | undefined;
  let metadata = EMPTY;
  let data = EMPTY;
  while (message.next()) {
    if (message.field === 1) id = readUuid(message.message());
    else if (message.field === 2) {
      const entry = parseMapEntry(message.message());
      if (entry.key.equals(TYPE)) type = entry.value;
      else if (entry.key.equals(CONTENT_TYPE)) contentType = entry.value;
    } else if (message.field === 3) metadata = message.bytes();
    else if (message.field === 4) data = message.bytes();
  }
  if (type === undefined || contentType === undefined) throw new MissingProperty();
  if (id === undefined) throw new MalformedMessage('an event has an empty id');
  if (type.length === 0) throw new MalformedMessage('an event has an empty type');
  if (type.length > MAX_NAME_BYTES) throw new MalformedMessage(`an event type has more than ${MAX_NAME_BYTES} bytes`);
  return { id, type, json: contentType.equals(JSON_CONTENT), metadata, data };
}

function parseMapEntry(message: FieldReader): { key: Buffer; value: Buffer } {
  let key = EMPTY;
  let value = EMPTY;
  while (message.next()) {
    if (message.field === 1) key = message.bytes();
    else if (message.field === 2) value = message.bytes();
  }
  return { key, value };
}

/** `AppendResp`: a wrong expected version is an answer here, not an error. */
export function encodeAppendResponse(expected: ExpectedRevision, outcome: Exclude<AppendOutcome, { kind: 'stream-deleted' }>): Buffer {
  if (outcome.kind === 'appended') return bytesField(1, encodeSuccess(outcome));
  const current = outcome.current === -1 ? bytesField(7) : varintField(6, outcome.current);
  return bytesField(2, current, encodeExpected(expected, { revision: 8, any: 9, stream_exists: 10, no_stream: 11 }));
}

/** `Success` of both answers: current revision, then the position of the last event. */
function encodeSuccess({ revision, position }: { revision: number; position: number | undefined }): Buffer {
  const current = revision === -1 ? bytesField(2) : varintField(1, revision);
  const at = position === undefined ? bytesField(4) : bytesField(3, varintField(1, position), varintField(2, position));
  return Buffer.concat([current, at]);
}

type ExpectedFields = Record<'revision' | Exclude<ExpectedRevision, number>, number>;

const encodeExpected = (expected: ExpectedRevision, fields: ExpectedFields): Buffer =>
  typeof expected === 'number' ? varintField(fields.revision, expected) : bytesField(fields[expected]);

/** Why one append of a batch failed, as `google.rpc.Status`; the client goes by the type of the details. */
export interface BatchError {
  readonly code: number;
  readonly message: string;
  readonly type: string;
  readonly details: Buffer;
}

export const batchError = {
  wrongExpectedVersion: (expected: ExpectedRevision, current: number): BatchError => ({
    code: 6,
    message: 'WrongExpectedVersion',
    type: 'WrongExpectedVersion',
    details: Buffer.concat([
      current === -1 ? bytesField(2) : varintField(1, current),
      encodeExpected(expected, { revision: 3, any: 4, stream_exists: 5, no_stream: 6 }),
    ]),
  }),
  streamDeleted: (stream: string): BatchError => ({
    code: 5,
    message: `Stream ${stream} is deleted`,
    type: 'StreamDeleted',
    details: bytesField(1, encodeStreamIdentifier(stream)),
  }),
  timeout: (): BatchError => ({ code: 4, message: 'Timeout', type: 'Timeout', details: EMPTY }),
  appendTooLarge: (limit: number): BatchError => ({
    code: 3,
    message: `Maximum Append Size Exceeded (${limit} bytes)`,
    type: 'MaximumAppendSizeExceeded',
    details: varintField(1, limit),
  }),
  badRequest: (message: string): BatchError => ({ code: 3, message, type: 'BadRequest', details: textField(1, message) }),
};

export interface BatchAnswer {
  readonly correlationId: Buffer;
  readonly stream: string;
  readonly expected: ExpectedRevision;
}

export const encodeBatchSuccess = (answer: BatchAnswer, outcome: { revision: number; position: number | undefined }): Buffer =>
  encodeBatchAnswer(answer, bytesField(3, encodeSuccess(outcome)));

export const encodeBatchError = (answer: BatchAnswer, { code, message, type, details }: BatchError): Buffer => {
  const any = bytesField(3, textField(1, `type.googleapis.com/event_store.client.${type}`), bytesField(2, details));
  return encodeBatchAnswer(answer, bytesField(2, varintField(1, code), textField(2, message), any));
};

const encodeBatchAnswer = ({ correlationId, stream, expected }: BatchAnswer, result: Buffer): Buffer =>
  Buffer.concat([
    bytesField(1, correlationId),
    result,
    bytesField(4, encodeStreamIdentifier(stream)),
    encodeExpected(expected, { revision: 5, no_stream: 6, any: 7, stream_exists: 8 }),
  ]);

export const encodeStreamIdentifier = (stream: string): Buffer => textField(3, stream);
