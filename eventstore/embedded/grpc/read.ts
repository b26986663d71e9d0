/** The Read call: a count of events, or a subscription. */
import { randomUUID } from 'node:crypto';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { resolve } from '../links.js';
import { PAGE, yieldTurn } from '../paging.js';
import { readAllBackward, readAllForward } from '../read-all.js';
import { readStreamBackward, readStreamForward, statusOf } from '../read-stream.js';
import type { EventStore } from '../store/event-store.js';
import type { LogEntry, PageSize } from '../store/log.js';
import { subscribeToAll, subscribeToStream, type Subscriber } from '../subscriptions.js';
import type { Message } from '../wire/message.js';
import { encodeCaughtUp, encodeCheckpoint, encodeConfirmation, encodeEvent, encodeStreamNotFound, PlainEvent } from '../wire/read-messages.js';
import { CallWriter } from './call-writer.js';
import { streamDeleted, toStatus } from './errors.js';
import { parseReadRequest, type ReadRequest, type Start } from './read-request.js';

type Encode = (entry: LogEntry) => Message;
type AllRequest = ReadRequest & { source: { kind: 'all' } };
type StreamRequest = ReadRequest & { source: { kind: 'stream' } };

export function readCall(store: EventStore, call: ServerWritableStream<ReadReq, Buffer>): void {
  answer(store, call).catch((error: unknown) => call.emit('error', toStatus(error)));
}

async function answer(store: EventStore, call: ServerWritableStream<ReadReq, Buffer>): Promise<void> {
  const request = parseReadRequest(call.request);
  const writer = new CallWriter(call);
  store.commits.assertRunning();
  if (request.count === 'subscription') return subscribe(store, request, writer);
  const encode = encoder(store, request);
  if (request.source.kind === 'all') await send(writer, encode, request.count, pagesOfAll(store, request as AllRequest));
  else await readStream(store, request as StreamRequest, { writer, encode });
  call.end();
}

function encoder(store: EventStore, { source, resolveLinks, uuidForm }: ReadRequest): Encode {
  const ofAll = source.kind === 'all';
  if (!resolveLinks && uuidForm === 'string') return ({ record, position }) => new PlainEvent(record, ofAll ? position : undefined);
  return (entry) => encodeEvent({ ...resolve(store, entry, resolveLinks), uuidForm, commitPosition: ofAll ? entry.position : undefined });
}

async function readStream(store: EventStore, request: StreamRequest, { writer, encode }: { writer: CallWriter; encode: Encode }): Promise<void> {
  const { stream } = request.source;
  switch (await statusOf(store, stream)) {
    case 'deleted':
      throw streamDeleted(stream);
    case 'not-found':
      writer.write(encodeStreamNotFound(stream));
      return;
    case 'exists':
      await send(writer, encode, request.count as number, pagesOfStream(store, request));
  }
}

/** Yields pages; what is asked for next depends on how many events are still wanted. */
type Pages = Generator<readonly LogEntry[], void, number>;

function* pagesOfStream(store: EventStore, { source, backward, count }: StreamRequest): Pages {
  const { stream, from } = source;
  if (from === 'end' && !backward) return;
  let wanted = count as number;
  const read = backward ? readStreamBackward : readStreamForward;
  let next: number | undefined = revisionOf(from);
  while (next !== undefined && wanted > 0) {
    const page = read(store, stream, next, atMost(wanted));
    wanted = yield page.entries;
    next = page.next;
  }
}

const revisionOf = (from: Start): number => (from === 'start' ? 0 : from === 'end' ? Number.MAX_SAFE_INTEGER : from);

function* pagesOfAll(store: EventStore, { source, backward, filter, count }: AllRequest): Pages {
  const { from } = source;
  if (backward ? from === 'start' : from === 'end') return;
  let wanted = count as number;
  const read = backward ? readAllBackward : readAllForward;
  let next: number | undefined = from === 'start' ? 1 : from === 'end' ? store.commits.durable + 1 : from;
  while (next !== undefined && wanted > 0) {
    const page = read(store, next, filter === undefined ? atMost(wanted) : PAGE, filter);
    wanted = yield page.entries;
    next = page.next;
  }
}

const atMost = (wanted: number): PageSize => ({ ...PAGE, count: Math.min(PAGE.count, wanted) });

async function send(writer: CallWriter, encode: Encode, count: number, pages: Pages): Promise<void> {
  let wanted = count;
  for (let page = pages.next(wanted); page.done !== true && !writer.gone; page = pages.next(wanted)) {
    const entries = page.value.slice(0, wanted);
    const more = writer.writeAll(entries.map(encode));
    wanted -= entries.length;
    await (more ? yieldTurn() : writer.ready());
  }
}

async function subscribe(store: EventStore, request: ReadRequest, writer: CallWriter): Promise<void> {
  const { source, filter } = request;
  const subscriber = subscriberOf(writer, encoder(store, request));
  if (source.kind === 'all') {
    const after = source.from === 'start' ? 0 : source.from === 'end' ? store.commits.durable : source.from;
    writer.write(encodeConfirmation(randomUUID()));
    return subscribeToAll(store, after, subscriber, filter);
  }
  const { stream, from } = source;
  if ((await statusOf(store, stream)) === 'deleted') throw streamDeleted(stream);
  const after = from === 'start' ? -1 : from === 'end' ? store.streams.get(stream).last : from;
  writer.write(encodeConfirmation(randomUUID()));
  if ((await subscribeToStream(store, stream, after, subscriber)) === 'deleted') throw streamDeleted(stream);
}

const subscriberOf = (writer: CallWriter, encode: Encode): Subscriber => ({
  events: (entries) => writer.writeAll(entries.map(encode)),
  checkpoint: (position) => writer.write(encodeCheckpoint(position)),
  caughtUp: () => void writer.write(encodeCaughtUp()),
  ready: () => writer.ready(),
  get gone() {
    return writer.gone;
  },
  onGone: (notify) => writer.onGone(notify),
});
