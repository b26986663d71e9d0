/** Answers of Read, and events of persistent subscriptions: stored bytes with a frame around them. */
import type { ResolvedEvent } from '../links.js';
import type { Position } from '../store/keys.js';
import { bodyOf, HEADER_SIZE, idOf, type StoredRecord } from '../store/record.js';
import { bytesField, fieldSize, textField, varintField, varintSize, writeLength, writeVarint } from './protobuf.js';
import { encodeStreamIdentifier } from './append-messages.js';
import type { Message } from './message.js';
import { uuidMessage, writeUuidText, type UuidForm } from './uuid.js';

/** id field of a `RecordedEvent`, string form: tag, length, tag, length, 36 characters. */
const TEXT_ID_SIZE = 40;
const NO_POSITION = Buffer.from([0x22, 0]);

export interface EventFrame extends ResolvedEvent {
  /** Set for $all, absent for single streams. */
  readonly commitPosition: Position | undefined;
  readonly uuidForm: UuidForm;
  /** Persistent subscriptions only: how often the event was delivered before. */
  readonly retryCount?: number;
}

/** `ReadResp { event: ReadEvent { event, link, commit_position | no_position, retry_count } }`. */
export function encodeEvent(frame: EventFrame): Buffer {
  return frame.uuidForm === 'string' && frame.link === undefined && frame.event !== undefined && frame.retryCount === undefined
    ? encodePlainEvent(frame.event, frame.commitPosition)
    : encodeAnyEvent(frame);
}

/** The common case, an event that is no link, encoded where it is to stand: its body is copied once. */
export class PlainEvent implements Message {
  readonly byteLength: number;
  private readonly recordedSize: number;
  private readonly eventSize: number;

  /** @param commitPosition set for $all, absent for single streams. */
  constructor(
    private readonly record: StoredRecord,
    private readonly commitPosition: Position | undefined,
  ) {
    this.recordedSize = TEXT_ID_SIZE + record.length - HEADER_SIZE;
    this.eventSize = fieldSize(this.recordedSize) + (commitPosition === undefined ? NO_POSITION.length : 1 + varintSize(commitPosition));
    this.byteLength = fieldSize(this.eventSize);
  }

  copy(target: Buffer, start: number): number {
    const { record, commitPosition } = this;
    let at = writeLength(target, start, 1, this.eventSize);
    at = writeLength(target, at, 1, this.recordedSize);
    at = writeLength(target, at, 1, TEXT_ID_SIZE - 2);
    at = writeLength(target, at, 2, 36);
    at = writeUuidText(target, at, record, 6);
    at += record.copy(target, at, HEADER_SIZE);
    if (commitPosition === undefined) NO_POSITION.copy(target, at);
    else {
      target[at] = 3 << 3;
      writeVarint(target, at + 1, commitPosition);
    }
    return this.byteLength;
  }
}

function encodePlainEvent(record: StoredRecord, commitPosition: Position | undefined): Buffer {
  const event = new PlainEvent(record, commitPosition);
  const message = Buffer.allocUnsafe(event.byteLength);
  event.copy(message, 0);
  return message;
}

function encodeAnyEvent({ event, link, commitPosition, uuidForm, retryCount }: EventFrame): Buffer {
  const recorded = (record: StoredRecord) => [bytesField(1, uuidMessage(idOf(record), uuidForm)), bodyOf(record)];
  return bytesField(
    1,
    event === undefined ? Buffer.alloc(0) : bytesField(1, ...recorded(event)),
    link === undefined ? Buffer.alloc(0) : bytesField(2, ...recorded(link)),
    commitPosition === undefined ? NO_POSITION : varintField(3, commitPosition),
    retryCount === undefined ? Buffer.alloc(0) : varintField(5, retryCount),
  );
}

export const encodeConfirmation = (subscriptionId: string): Buffer => bytesField(2, textField(1, subscriptionId));
export const encodeCheckpoint = (position: Position): Buffer => bytesField(3, varintField(1, position), varintField(2, position));
export const encodeStreamNotFound = (stream: string): Buffer => bytesField(4, bytesField(1, encodeStreamIdentifier(stream)));
export const encodeCaughtUp = (): Buffer => bytesField(8);
