import { eventTypeFilter, streamNameFilter, type AllStreamResolvedEvent, type AllStreamSubscription, type EventStoreDBClient } from '@eventstore/db-client';
import { decode, storedBytes } from './codec.js';
import type { Position, Recorded } from './domain/event.js';

export interface SubscriptionOptions {
  /** Strictly after this position; the start of the log when absent. */
  readonly from?: Position | undefined;
  /** Event types to receive; everything of ours when absent. */
  readonly types?: readonly string[];
  /** Prefixes of stream names to receive; not together with `types`. */
  readonly streams?: readonly string[];
}

/**
 * What a subscription says, in log order. A checkpoint means that everything up to it has been said: with a sparse
 * filter it is what makes a resume cheap.
 */
export type LogMessage =
  /** `bytes` is the size of its data in the log. */
  | { readonly kind: 'event'; readonly event: Recorded; readonly bytes: number }
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught-up' };

type Mark = Exclude<LogMessage, { kind: 'event' }> & { readonly after: number };

/** Events considered by the server between two checkpoints of a filtered subscription. */
const checkpointWindow = 1_000;
const readAhead = 1_024;

/**
 * A catch-up subscription on the whole log, pulled by `for await`, so a slow reader costs the server nothing.
 * After a broken connection it resumes after the last message that was pulled, and says caught-up again.
 */
export class LogSubscription implements AsyncIterable<LogMessage> {
  private position: Position | undefined;
  private current: AllStreamSubscription | undefined;
  private stopped = false;
  private wake = () => {};
  /** Events of ours whose bytes could not be read; they are skipped. */
  unreadable = 0;

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly options: SubscriptionOptions,
  ) {
    this.position = options.from;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LogMessage> {
    for (let failures = 0; !this.stopped; failures++) {
      try {
        for await (const message of this.untilBroken()) {
          failures = 0;
          yield message;
        }
      } finally {
        await this.endCurrent();
      }
      if (!this.stopped) await this.sleep(Math.min(50 * 2 ** failures, 2_000));
    }
  }

  async unsubscribe(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.endCurrent();
  }

  private async *untilBroken(): AsyncGenerator<LogMessage> {
    let pulled = 0;
    let broken = false;
    const marks: Mark[] = [];
    // A mark is said when what had arrived before it has been pulled, so that order is kept.
    const mark = (message: Exclude<LogMessage, { kind: 'event' }>) => {
      marks.push({ ...message, after: pulled + subscription.readableLength });
      this.wake();
    };
    const subscription = this.open((position) => mark({ kind: 'checkpoint', position }));
    this.current = subscription;
    subscription.on('caughtUp', () => mark({ kind: 'caught-up' }));
    subscription.on('readable', () => this.wake());
    for (const end of ['error', 'end', 'close'] as const) {
      subscription.on(end, () => {
        broken = true;
        this.wake();
      });
    }
    while (!this.stopped) {
      while (marks[0] && marks[0].after <= pulled) {
        const due = marks.shift()!;
        if (due.kind === 'checkpoint') this.position = due.position;
        yield due;
      }
      const resolved = subscription.read();
      if (resolved) {
        pulled++;
        const position = resolved.event?.position;
        const event = this.decode(resolved);
        if (event) yield { kind: 'event', event, bytes: storedBytes(resolved.event?.data).length };
        if (position) this.position = position;
      } else if (broken) return;
      else if (!(marks[0] && marks[0].after <= pulled)) await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private decode(resolved: AllStreamResolvedEvent): Recorded | null {
    try {
      return decode(resolved);
    } catch {
      this.unreadable++;
      return null;
    }
  }

  private open(checkpointReached: (position: Position) => void): AllStreamSubscription {
    return this.client.subscribeToAll(
      { fromPosition: this.position ?? 'start', ...this.filter((_, position) => checkpointReached(position)) },
      { highWaterMark: readAhead },
    );
  }

  private filter(checkpointReached: (subscription: AllStreamSubscription, position: Position) => void) {
    const common = { maxSearchWindow: checkpointWindow, checkpointInterval: 1, checkpointReached };
    if (this.options.types) return { filter: eventTypeFilter({ ...common, regex: `^(${this.options.types.join('|')})$` }) };
    if (this.options.streams) return { filter: streamNameFilter({ ...common, prefixes: [...this.options.streams] }) };
    return { filter: streamNameFilter({ ...common, regex: '^[^$]' }) };
  }

  private async endCurrent(): Promise<void> {
    const subscription = this.current;
    this.current = undefined;
    if (!subscription) return;
    subscription.on('error', () => {});
    await subscription.unsubscribe().catch(() => {});
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
