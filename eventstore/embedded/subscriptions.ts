/**
 * Catch-up subscriptions: one pull loop each, from the first missed event to the newest and on. There is no live
 * buffer to overflow: a page is read above the cursor, written with back-pressure, and the cursor moves on. So there
 * is no gap and no duplicate, a stalled subscriber costs nothing, and none is dropped for being slow.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Filter } from './filter.js';
import { PAGE, yieldTurn } from './paging.js';
import { readAllForward } from './read-all.js';
import { readStreamForward } from './read-stream.js';
import type { EventStore } from './store/event-store.js';
import type { GroupCommit } from './store/group-commit.js';
import type { Position } from './store/keys.js';
import type { LogEntry, PageSize } from './store/log.js';

/** Where a subscription delivers. `false` from a method that writes means: wait for `ready` before the next page. */
export interface Subscriber {
  events(entries: readonly LogEntry[]): boolean;
  checkpoint(position: Position): boolean;
  caughtUp(): void;
  /** Resolves when more can be written, or when the subscriber is gone. */
  ready(): Promise<void>;
  /** True once the subscriber is gone; `onGone` then has been called. */
  readonly gone: boolean;
  onGone(notify: () => void): void;
}

/**
 * While commits follow one another, a subscriber hears of them together, so often at most (milliseconds): a frame for each
 * commit costs both sides more than the events in it. The first after a pause is heard of at once.
 */
const PACE_MS = 10;

/** Sleeps until the next commit or until the subscriber is gone. A commit while awake is not missed. */
class Wakeup {
  private awake = false;
  private wokenAt = -Infinity;
  private resume: (() => void) | undefined;
  private readonly unregister: () => void;

  constructor(commits: GroupCommit, subscriber: Subscriber) {
    const wake = () => {
      this.awake = true;
      this.resume?.();
    };
    this.unregister = commits.onCommit(wake);
    subscriber.onGone(wake);
  }

  /** Called before looking: a commit from here on will wake the next sleep. */
  look(): void {
    this.awake = false;
  }

  async sleep(): Promise<void> {
    if (!this.awake) await new Promise<void>((resume) => (this.resume = resume));
    this.resume = undefined;
    const early = this.wokenAt + PACE_MS - performance.now();
    if (early > 0) await pause(early);
    this.wokenAt = performance.now();
  }

  stop(): void {
    this.unregister();
  }
}

/** What one look at the log came to: events were written (and there is room or not), none were left, or it is over. */
type Step = { more: boolean } | 'caught-up' | 'over';

async function pull(store: EventStore, subscriber: Subscriber, step: () => Step): Promise<void> {
  const wakeup = new Wakeup(store.commits, subscriber);
  let caughtUp = false;
  try {
    while (!subscriber.gone) {
      wakeup.look();
      const taken = step();
      if (taken === 'over') return;
      if (taken === 'caught-up') {
        if (!caughtUp) subscriber.caughtUp();
        caughtUp = true;
        await wakeup.sleep();
      } else await (taken.more ? yieldTurn() : subscriber.ready());
    }
  } finally {
    wakeup.stop();
  }
}

/** Subscribes to $all strictly after `after`. Returns when the subscriber is gone. */
export async function subscribeToAll(store: EventStore, after: Position, subscriber: Subscriber, filter?: Filter): Promise<void> {
  let cursor = after;
  let sinceCheckpoint = 0;
  let caughtUp = false;
  await pull(store, subscriber, () => {
    const { entries, next } = readAllForward(store, cursor + 1, pageSize(filter, sinceCheckpoint), filter);
    if (next === undefined) {
      // With a sparse filter this is what makes a resume cheap.
      if (filter !== undefined && !caughtUp) subscriber.checkpoint(cursor);
      caughtUp = true;
      return 'caught-up';
    }
    const more = subscriber.events(entries);
    sinceCheckpoint += next - 1 - cursor;
    cursor = next - 1;
    if (filter === undefined || sinceCheckpoint < filter.checkpointInterval) return { more };
    sinceCheckpoint = 0;
    return { more: subscriber.checkpoint(cursor) };
  });
}

/** A page ends where a checkpoint is due, so that the checkpoint is exact. */
const pageSize = (filter: Filter | undefined, sinceCheckpoint: number): PageSize =>
  filter === undefined ? PAGE : { ...PAGE, count: Math.max(1, Math.min(PAGE.count, filter.checkpointInterval - sinceCheckpoint)) };

/** Subscribes to a stream strictly after revision `after`; the stream need not exist. Returns `deleted` at its tombstone. */
export async function subscribeToStream(store: EventStore, stream: string, after: number, subscriber: Subscriber): Promise<'gone' | 'deleted'> {
  let cursor = after;
  let outcome: 'gone' | 'deleted' = 'gone';
  await pull(store, subscriber, () => {
    const { entries, next } = readStreamForward(store, stream, cursor + 1, PAGE);
    if (next !== undefined) {
      cursor = next - 1;
      return { more: subscriber.events(entries) };
    }
    const { tombstone } = store.streams.get(stream);
    if (tombstone === 0 || tombstone > store.commits.durable) return 'caught-up';
    outcome = 'deleted';
    return 'over';
  });
  return outcome;
}
