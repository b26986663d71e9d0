import { describe, expect, it } from '@jest/globals';
import { MemoryLog } from './projections/testing/memory-log.js';
import { recorded } from './projections/testing/recorded.js';
import { SharedLog } from './shared-log.js';
import type { Subscription, SubscriptionStart } from './subscription.js';

/** A log of numbered events: odd ones of type Odd, even ones of type Even, every tenth of type Rare. */
class Numbers {
  readonly log = new MemoryLog();
  /** Types of every subscription that was opened. */
  readonly opened: string[] = [];
  readonly shared: SharedLog;

  constructor(count: number, patienceMs = 10_000) {
    this.append(count);
    this.shared = new SharedLog({ subscribe: (options) => this.subscribe(options) }, { events: 40, bytes: 10 ** 9, atOnce: 7, patienceMs });
  }

  append(count: number): void {
    const from = this.log.events.length + 1;
    const typeOf = (n: number) => (n % 10 === 0 ? 'Rare' : n % 2 === 0 ? 'Even' : 'Odd');
    this.log.append(...Array.from({ length: count }, (_, index) => recorded({ type: typeOf(from + index), data: {} }, { commit: BigInt(from + index) })));
  }

  private subscribe(options: SubscriptionStart): Subscription {
    this.opened.push(options.types.join(' '));
    return this.log.subscribe(options);
  }
}

/** Follows until a position is passed, then waits to be asked to go on. */
class Reader {
  readonly seen: number[] = [];
  private readonly messages: AsyncIterator<unknown>;
  private readonly subscription: Subscription;

  constructor(shared: SharedLog, types: readonly string[], from?: bigint) {
    this.subscription = shared.follow({ types, ...(from === undefined ? {} : { from: { commit: from, prepare: from } }) });
    this.messages = this.chunks();
  }

  private async *chunks() {
    for await (const chunk of this.subscription.chunks()) {
      for (const message of chunk) {
        if (message.kind === 'event') this.seen.push(Number(message.event.position.commit));
        if (message.kind !== 'caught-up') yield message.kind === 'event' ? message.event.position.commit : message.position.commit;
      }
    }
  }

  async to(position: number): Promise<this> {
    for (;;) {
      const { value, done } = await this.messages.next();
      if (done || (value as bigint) >= BigInt(position)) return this;
    }
  }

  stop(): Promise<void> {
    return this.subscription.unsubscribe();
  }
}

const numbers = (from: number, to: number, wanted: (n: number) => boolean) => Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(wanted);
const odd = (n: number) => n % 2 === 1;
const even = (n: number) => n % 2 === 0 && n % 10 !== 0;
const rare = (n: number) => n % 10 === 0;

describe('readers of one process', () => {
  it('share one subscription from the start of the log, each with its own types', async () => {
    const world = new Numbers(100);
    const readers = [new Reader(world.shared, ['Odd']), new Reader(world.shared, ['Even']), new Reader(world.shared, ['Rare', 'Odd'])];
    await Promise.all(readers.map((reader) => reader.to(100)));
    world.append(25);
    await Promise.all(readers.map((reader) => reader.to(125)));
    expect(readers.map(({ seen }) => seen)).toEqual([numbers(1, 125, odd), numbers(1, 125, even), numbers(1, 125, (n) => odd(n) || rare(n))]);
    expect(world.opened).toEqual(['Even Odd Rare']);
  });

  it('take in one that is far behind, which catches up with its own types first', async () => {
    const world = new Numbers(500);
    const ahead = new Reader(world.shared, ['Odd'], 490n);
    await ahead.to(500);
    const behind = new Reader(world.shared, ['Odd']);
    await behind.to(500);
    world.append(20);
    await Promise.all([ahead.to(520), behind.to(520)]);
    expect(behind.seen).toEqual(numbers(1, 520, odd));
    expect(ahead.seen).toEqual(numbers(491, 520, odd));
    expect([world.opened, world.shared.subscriptions]).toEqual([['Odd', 'Odd'], 1]);
  });

  it('come over to a wider subscription when one wants types that the present one does not read', async () => {
    const world = new Numbers(100);
    const first = new Reader(world.shared, ['Odd']);
    await first.to(100);
    const second = new Reader(world.shared, ['Rare'], 100n);
    world.append(30);
    await Promise.all([first.to(130), second.to(130)]);
    world.append(30);
    await Promise.all([first.to(160), second.to(160)]);
    expect([first.seen, second.seen]).toEqual([numbers(1, 160, odd), numbers(101, 160, rare)]);
    expect([world.opened, world.shared.subscriptions]).toEqual([['Odd', 'Odd Rare'], 1]);
  });

  it('are not held back for ever by one that does not go on; it finds its own way later', async () => {
    const world = new Numbers(60, 5);
    const quick = new Reader(world.shared, ['Odd', 'Even', 'Rare']);
    const slow = new Reader(world.shared, ['Odd']);
    await Promise.all([quick.to(5), slow.to(5)]);
    world.append(440);
    await quick.to(500);
    expect(slow.seen.length).toBeLessThan(20);
    await slow.to(500);
    expect(slow.seen).toEqual(numbers(1, 500, odd));
    expect(quick.seen).toEqual(numbers(1, 500, () => true));
  });

  it('leave no subscription behind when all of them have stopped', async () => {
    const world = new Numbers(10);
    const readers = [new Reader(world.shared, ['Odd']), new Reader(world.shared, ['Even'])];
    await Promise.all(readers.map((reader) => reader.to(10)));
    await Promise.all(readers.map((reader) => reader.stop()));
    expect(world.shared.subscriptions).toBe(0);
  });
});
