/** A log in memory that a projector can follow: for tests whose subject is the database. */
import type { Position, Recorded } from '../../domain/event.js';
import type { LogMessage } from '../../log-subscription.js';
import type { ProjectionLog } from '../projector.js';
import type { Subscription } from '../run.js';

export class MemoryLog implements ProjectionLog {
  readonly events: Recorded[] = [];
  private readonly waiting = new Set<() => void>();

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
  subscribe({ from, types }: { from?: Position; types: readonly string[] }): Subscription {
    const wanted = new Set(types);
    let stopped = false;
    let wake = () => undefined as void;
    const messages = async function* (log: MemoryLog): AsyncGenerator<LogMessage> {
      let index = log.firstAfter(from?.commit ?? -1n);
      for (let caughtUp = false; !stopped; ) {
        const event = log.events[index];
        if (event) {
          index += 1;
          caughtUp = false;
          if (wanted.has(event.type)) yield { kind: 'event', event, bytes: 400 };
        } else if (!caughtUp) {
          caughtUp = true;
          const last = log.events[index - 1];
          if (last) yield { kind: 'checkpoint', position: last.position };
          yield { kind: 'caught-up' };
        } else {
          await new Promise<void>((resolve) => log.waiting.add((wake = resolve)));
          log.waiting.delete(wake);
        }
      }
    };
    return {
      [Symbol.asyncIterator]: () => messages(this),
      unsubscribe: async () => {
        stopped = true;
        wake();
      },
    };
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
