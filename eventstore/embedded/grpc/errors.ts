/**
 * Errors as gRPC statuses. The official clients go by the trailer `exception` first and read the other trailers without
 * asking, so every one of them is always sent. Trailers are ASCII: other names are percent-encoded there.
 */
import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import type { ExpectedRevision } from '../append.js';
import { InvalidFilter } from '../filter.js';
import { LogFailed } from '../store/group-commit.js';
import { MissingProperty } from '../wire/append-messages.js';
import { MalformedMessage } from '../wire/protobuf.js';

/** An error that is an answer: thrown anywhere below a handler, it becomes the status of the call. */
export class Refused extends Error implements Partial<StatusObject> {
  override name = 'Refused';
  readonly details: string;
  readonly metadata = new Metadata();

  constructor(
    readonly code: status,
    message: string,
    trailers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.details = message;
    for (const [key, value] of Object.entries(trailers)) this.metadata.set(key, ascii(value));
  }
}

const ascii = (text: string): string => text.replace(/[^\x20-\x7e]+/gu, (other) => encodeURIComponent(other));

/** The keywords as the numbers that the trailers use for them. */
function revisionNumber(expected: ExpectedRevision): number {
  switch (expected) {
    case 'no_stream':
      return -1;
    case 'any':
      return -2;
    case 'stream_exists':
      return -4;
    default:
      return expected;
  }
}

export const streamDeleted = (stream: string): Refused =>
  new Refused(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, { exception: 'stream-deleted', 'stream-name': stream });

/** Delete and Tombstone only: an append answers this in its response. */
export const wrongExpectedVersion = (stream: string, expected: ExpectedRevision, current: number): Refused =>
  new Refused(
    status.FAILED_PRECONDITION,
    `Append failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${revisionNumber(expected)}, Actual version: ${current}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(revisionNumber(expected)),
      'actual-version': String(current),
    },
  );

export const maximumAppendSizeExceeded = (limit: number): Refused =>
  new Refused(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limit),
  });

const missingRequiredMetadataProperty = (): Refused =>
  new Refused(status.INVALID_ARGUMENT, 'Required Metadata Property Missing', {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });

const groupTrailers = (exception: string, stream: string, group: string) => ({ exception, 'stream-name': stream, 'group-name': group });

export const persistentSubscription = {
  doesNotExist: (stream: string, group: string): Refused =>
    new Refused(
      status.NOT_FOUND,
      `Subscription group ${group} on stream ${stream} does not exist.`,
      groupTrailers('persistent-subscription-does-not-exist', stream, group),
    ),
  exists: (stream: string, group: string): Refused =>
    new Refused(
      status.ALREADY_EXISTS,
      `Subscription group ${group} on stream ${stream} exists.`,
      groupTrailers('persistent-subscription-exists', stream, group),
    ),
  failed: (stream: string, group: string, reason: string): Refused =>
    new Refused(status.INTERNAL, `Subscription group ${group} on stream ${stream} failed: '${reason}'`, {
      ...groupTrailers('persistent-subscription-failed', stream, group),
      reason,
    }),
  dropped: (stream: string, group: string): Refused =>
    new Refused(
      status.CANCELLED,
      `Subscription group ${group} on stream ${stream} was dropped.`,
      groupTrailers('persistent-subscription-dropped', stream, group),
    ),
  maximumSubscribersReached: (stream: string, group: string): Refused =>
    new Refused(
      status.FAILED_PRECONDITION,
      `Maximum subscriptions reached for subscription group ${group} on stream ${stream}.`,
      groupTrailers('maximum-subscribers-reached', stream, group),
    ),
};

export const unavailable = (message: string): Refused => new Refused(status.UNAVAILABLE, message);
export const invalidArgument = (message: string): Refused => new Refused(status.INVALID_ARGUMENT, message);

/** Any error as the status of a call. What nobody expected keeps its text: the caller is on this machine. */
export function toStatus(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof LogFailed) return unavailable(error.message);
  if (error instanceof MissingProperty) return missingRequiredMetadataProperty();
  if (error instanceof MalformedMessage || error instanceof InvalidFilter) return invalidArgument(error.message);
  return new Refused(status.UNKNOWN, error instanceof Error ? error.message : String(error));
}
