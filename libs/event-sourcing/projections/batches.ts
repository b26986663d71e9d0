/**
 * Cuts a subscription into batches: closed by size, by bytes, by a deadline since the first event, or when the
 * subscription has caught up. Pulled, so a slow consumer holds the log back instead of filling memory.
 */
import type { Position, Recorded } from '../domain/event.js';
import type { LogMessage } from '../log-subscription.js';

export interface Batch {
  readonly events: readonly Recorded[];
  /** Where the log was read to; null when nothing moved. */
  readonly position: Position | null;
  readonly caughtUp: boolean;
}

export interface BatchLimits {
  readonly events: number;
  readonly bytes: number;
  /** Wait for more after the first event, once live: what a reader may have to wait. */
  readonly liveMs: number;
  /** The same while catching up, where full batches matter more. */
  readonly behindMs: number;
  /** How often a checkpoint alone is worth a write. */
  readonly idleMs: number;
}

export const usualLimits: BatchLimits = { events: 1_000, bytes: 4 * 1024 * 1024, liveMs: 20, behindMs: 500, idleMs: 1_000 };

/** Time as the engine sees it, so that a simulation can own it. */
export interface Timer {
  after(ms: number): { readonly passed: Promise<'deadline'>; cancel(): void };
}

export const realTimer: Timer = {
  after(ms) {
    let handle: NodeJS.Timeout;
    const passed = new Promise<'deadline'>((resolve) => {
      handle = setTimeout(() => resolve('deadline'), ms);
    });
    return { passed, cancel: () => clearTimeout(handle) };
  },
};

/**
 * Ends when the source ends; stop it by ending the source. Positions only grow: what the source says a second time is
 * left out, within a batch and across them.
 */
export async function* batches(source: AsyncIterable<LogMessage>, limits: BatchLimits, timer: Timer): AsyncGenerator<Batch, void> {
  const items = source[Symbol.asyncIterator]();
  let live = false;
  let reached = -1n;
  let next = items.next();
  for (;;) {
    const batch = new OpenBatch(limits, reached);
    let deadline: ReturnType<Timer['after']> | null = null;
    for (;;) {
      const item = deadline ? await Promise.race([next, deadline.passed]) : await next;
      if (item === 'deadline') break;
      if (item.done) {
        deadline?.cancel();
        if (!batch.empty) yield batch.closed();
        return;
      }
      next = items.next();
      next.catch(() => undefined);
      const startsEvents = batch.take(item.value);
      if (item.value.kind === 'caught-up') live = true;
      if (batch.full) break;
      if (startsEvents || !deadline) {
        deadline?.cancel();
        deadline = timer.after(batch.events.length === 0 ? limits.idleMs : live ? limits.liveMs : limits.behindMs);
      }
    }
    deadline?.cancel();
    reached = batch.reached;
    yield batch.closed();
  }
}

class OpenBatch {
  readonly events: Recorded[] = [];
  private bytes = 0;
  private position: Position | null = null;
  private caughtUp = false;

  constructor(
    private readonly limits: BatchLimits,
    /** Commit position up to which everything has been said. */
    public reached: bigint,
  ) {}

  /** Whether this was the first event of the batch. */
  take(item: LogMessage): boolean {
    if (item.kind === 'caught-up') {
      this.caughtUp = true;
      return false;
    }
    const position = item.kind === 'event' ? item.event.position : item.position;
    if (position.commit <= this.reached) return false;
    this.position = position;
    this.reached = position.commit;
    if (item.kind === 'checkpoint') return false;
    this.events.push(item.event);
    this.bytes += item.bytes;
    return this.events.length === 1;
  }

  get empty(): boolean {
    return this.position === null && !this.caughtUp;
  }

  get full(): boolean {
    return this.caughtUp || this.events.length >= this.limits.events || this.bytes >= this.limits.bytes;
  }

  closed(): Batch {
    return { events: this.events, position: this.position, caughtUp: this.caughtUp };
  }
}
