/** Read of one stream: bounded pages, forward or backward, of the events that its metadata leaves readable. */
import { lowestReadable, oldestReadableMs } from './metadata.js';
import type { EventStore } from './store/event-store.js';
import type { LogEntry, PageSize } from './store/log.js';
import { createdMsOf } from './store/record.js';
import type { IndexEntry } from './store/stream-index.js';
import type { StreamState } from './store/streams.js';

/** A page, and where the next one starts; `next` is absent at the end of the stream. */
export interface StreamPage {
  readonly entries: readonly LogEntry[];
  readonly next: number | undefined;
}

export type StreamStatus = 'exists' | 'not-found' | 'deleted';

/** Waits for writes to the stream that are still on their way to the disk, so that a read never shows less or more than is durable. */
export async function statusOf(store: EventStore, stream: string): Promise<StreamStatus> {
  store.commits.assertRunning();
  await store.commits.whenDurable(store.streams.get(stream).lastWrite);
  const state = store.streams.get(stream);
  if (state.tombstone !== 0) return 'deleted';
  return state.last === -1 || state.softDeleted ? 'not-found' : 'exists';
}

/** Events at `from` and above, oldest first. */
export function readStreamForward(store: EventStore, stream: string, from: number, size: PageSize): StreamPage {
  const state = store.streams.get(stream);
  const start = Math.max(from, lowestReadable(state.metadata, state.last));
  if (start > state.last) return { entries: [], next: undefined };
  const index = store.index.forward(state.number, start, size.count);
  return page(store, state, index, { bytes: size.bytes, next: (last) => last + 1 });
}

/** Events at `from` and below, newest first. */
export function readStreamBackward(store: EventStore, stream: string, from: number, size: PageSize): StreamPage {
  const state = store.streams.get(stream);
  const lowest = lowestReadable(state.metadata, state.last);
  const index = from < lowest || state.last === -1 ? [] : store.index.backward(state.number, Math.min(from, state.last), size.count);
  const readable = index.filter(({ revision }) => revision >= lowest);
  return page(store, state, readable, { bytes: size.bytes, next: (last) => (last > lowest ? last - 1 : undefined) });
}

function page(
  store: EventStore,
  state: StreamState,
  index: readonly IndexEntry[],
  { bytes, next }: { bytes: number; next: (last: number) => number | undefined },
): StreamPage {
  const oldest = oldestReadableMs(state.metadata, store.clock());
  const entries: LogEntry[] = [];
  let copied = 0;
  for (const { revision, position } of index) {
    const record = store.log.at(position);
    if (record !== undefined && createdMsOf(record) >= oldest) entries.push({ position, record });
    copied += record?.length ?? 0;
    if (copied >= bytes) return { entries, next: next(revision) };
  }
  const last = index.at(-1);
  return { entries, next: last && next(last.revision) };
}
