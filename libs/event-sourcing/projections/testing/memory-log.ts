/** A log in memory that a projector can follow: for tests whose subject is the database. */
import type { Recorded } from '../../domain/event.js';
import { SharedLog } from '../../shared-log.js';
import { ChunkedSubscription, type LogMessage, type Subscription, type SubscriptionStart } from '../../subscription.js';
import type { ProjectionLog } from '../projector.js';

export class MemoryLog implements ProjectionLog {
  readonly events: Recorded[] = [];
  private readonly waiting = new Set<() => void>();
  private readonly shared = new SharedLog(this);

  append(...events: readonly Recorded[]): void {
    this.events.push(...events);
    for (const wake of [...this.waiting]) wake();
  }

  head(): bigint {
    return this.events.at(-1)?.position.commit ?? 0n;
  }

  identity(): string | null {
    return this.events[0]?.id ?? null;
  }

  async *read(stream: string, from = 0n): AsyncGenerator<Recorded> {
    for (const event of this.events) if (event.stream === stream && event.revision >= from) yield event;
  }

  /** Says caught-up whenever it has nothing more to say, with a checkpoint before it. */
  subscribe({ from, types }: SubscriptionStart): Subscription {
    const wanted = new Set(types);
    let stopped = false;
    let wake = () => undefined as void;
    const messages = async function* (log: MemoryLog): AsyncGenerator<readonly LogMessage[], void> {
      let index = log.firstAfter(from?.commit ?? -1n);
      for (let caughtUp = false; !stopped; ) {
        const events = log.events.slice(index, index + 100);
        index += events.length;
        const last = events.at(-1);
        if (last) {
          caughtUp = false;
          const said = events.filter(({ type }) => wanted.has(type)).map((event) => ({ kind: 'event', event, bytes: 400 }) as const);
          yield [...said, { kind: 'checkpoint', position: last.position }];
        } else if (!caughtUp) {
          caughtUp = true;
          yield [{ kind: 'caught-up' }];
        } else {
          await new Promise<void>((resolve) => log.waiting.add((wake = resolve)));
          log.waiting.delete(wake);
        }
      }
    };
    return chunked(messages(this), () => {
      stopped = true;
      wake();
    });
  }

  follow(options: SubscriptionStart): Subscription {
    return this.shared.follow(options);
  }

  private firstAfter(commit: bigint): number {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.events[middle]!.position.commit <= commit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

class Chunked extends ChunkedSubscription {
  constructor(
    private readonly source: AsyncGenerator<readonly LogMessage[], void>,
    private readonly stop: () => void,
  ) {
    super();
  }

  chunks(): AsyncGenerator<readonly LogMessage[], void> {
    return this.source;
  }

  async unsubscribe(): Promise<void> {
    this.stop();
  }
}

/** A subscription that says what a generator says. */
export const chunked = (source: AsyncGenerator<readonly LogMessage[], void>, stop: () => void): Subscription => new Chunked(source, stop);
