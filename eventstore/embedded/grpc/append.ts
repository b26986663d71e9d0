/** The Append call: options, then one event per message, answered when the client has said all. */
import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';
import { append, type ExpectedRevision } from '../append.js';
import type { EventStore } from '../store/event-store.js';
import type { ProposedEvent } from '../store/record.js';
import { encodeAppendResponse, parseAppendRequest } from '../wire/append-messages.js';
import type { OpenAppends } from './open-appends.js';
import { invalidArgument, maximumAppendSizeExceeded, streamDeleted, toStatus } from './errors.js';

export interface AppendContext {
  readonly store: EventStore;
  /** Most bytes of data in one append. */
  readonly maxAppendSize: number;
  readonly openAppends: OpenAppends;
}

/** Only data counts: the real server's sum leaves out type and metadata, and clients have come to rely on it. */
export function appendCall({ store, maxAppendSize, openAppends }: AppendContext, call: ServerReadableStream<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void {
  const events: ProposedEvent[] = [];
  let target: { stream: string; expected: ExpectedRevision } | undefined;
  let size = 0;
  let answered = false;
  const reply: sendUnaryData<Buffer> = (error, response) => {
    if (answered) return;
    answered = true;
    left();
    answer(error, response);
  };
  const left = openAppends.enter(reply);
  call.once('cancelled', left);
  const take = (message: Buffer) => {
    const request = parseAppendRequest(message);
    if ('options' in request) {
      target = request.options;
      return;
    }
    events.push(request.event);
    size += request.event.data.length;
    if (size > maxAppendSize) throw maximumAppendSizeExceeded(maxAppendSize);
  };
  call.on('data', (message: Buffer) => {
    if (answered) return;
    try {
      take(message);
    } catch (error) {
      reply(toStatus(error));
    }
  });
  call.on('end', () => {
    if (answered) return;
    if (target === undefined) return reply(invalidArgument('an append needs options'));
    const { stream, expected } = target;
    append(store, stream, expected, events).then(
      (outcome) => (outcome.kind === 'stream-deleted' ? reply(streamDeleted(stream)) : reply(null, encodeAppendResponse(expected, outcome))),
      (error: unknown) => reply(toStatus(error)),
    );
  });
}
