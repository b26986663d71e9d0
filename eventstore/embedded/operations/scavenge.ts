/**
 * Scavenge: removes the events that nobody can read any more, so that their pages are used again. Positions and
 * revisions stay as they are. The newest event of a stream stays (it tells the next revision), a tombstone stays, and
 * so does the newest record of the log (it tells the next position). Runs beside appends, in small transactions.
 */
import { lowestReadable, oldestReadableMs } from '../metadata.js';
import type { EventStore } from '../store/event-store.js';
import { indexKey, positionKey } from '../store/keys.js';
import { createdMsOf } from '../store/record.js';
import { TOMBSTONE_INDEX, type IndexEntry } from '../store/stream-index.js';
import type { StreamState } from '../store/streams.js';

export interface ScavengeReport {
  readonly streams: number;
  readonly removedEvents: number;
  /** Bytes of the records that were removed. */
  readonly removedBytes: number;
}

/** Events per transaction. */
const BATCH = 256;

/** `progress` hears how many of `total` streams were looked at. */
export async function scavenge(store: EventStore, progress: (done: number, total: number) => void = () => undefined): Promise<ScavengeReport> {
  const total = (store.env.streams.getStats() as { entryCount: number }).entryCount;
  const report = { streams: 0, removedEvents: 0, removedBytes: 0 };
  // Pages of the index, not of the stream table: what a stream is called stands in its events.
  for (let number = 1, highest = store.index.highestStreamNumber(); number <= highest; number++) {
    const stream = store.nameOf(number);
    if (stream === undefined) continue;
    const removed = await scavengeStream(store, stream);
    report.streams++;
    report.removedEvents += removed.events;
    report.removedBytes += removed.bytes;
    progress(report.streams, total);
  }
  return report;
}

async function scavengeStream(store: EventStore, stream: string): Promise<{ events: number; bytes: number }> {
  const removed = { events: 0, bytes: 0 };
  for (let from = 0; ; ) {
    store.commits.assertRunning();
    const state = store.streams.get(stream);
    const page = store.index.forward(state.number, from, BATCH);
    const unreadable = page.filter((entry) => isUnreadable(store, state, entry));
    for (const entry of unreadable) {
      removed.bytes += store.log.at(entry.position)?.length ?? 0;
      removed.events++;
      store.commits.remove(store.env.log, positionKey(entry.position));
      store.commits.remove(store.env.index, indexKey(state.number, entry.revision));
    }
    if (unreadable.length > 0) {
      await store.commits.enter(store.lastPosition);
      store.tail.clear();
    }
    // Events are hidden from the oldest on: a page with a readable one is the last to look at.
    if (unreadable.length < page.length || page.length < BATCH) return removed;
    from = page.at(-1)!.revision + 1;
  }
}

function isUnreadable(store: EventStore, state: StreamState, { revision, position }: IndexEntry): boolean {
  if (position >= store.commits.durable) return false;
  if (state.tombstone !== 0) return revision < TOMBSTONE_INDEX;
  if (revision >= state.last) return false;
  if (revision < lowestReadable(state.metadata, state.last)) return true;
  const oldest = oldestReadableMs(state.metadata, store.clock());
  const record = oldest === -Infinity ? undefined : store.log.at(position);
  return record !== undefined && createdMsOf(record) < oldest;
}
