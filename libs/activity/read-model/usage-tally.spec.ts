import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UsageTally } from './usage-tally.js';
import { usedBy, usageDimensions, type UsageEvent, type UsageGroup, type UsageWish } from './usage.js';

const day = (n: number): string => `2026-03-0${n}`;
const requestId = (n: number): string => {
  const ms = Date.parse(`${day(n)}T12:00:00Z`).toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`;
};

const ended = fc.record({
  type: fc.constantFrom('InferenceCompleted', 'InferenceFailed', 'InferenceCancelled'),
  /** Not in order: a request is often received before one that ended earlier. */
  day: fc.integer({ min: 1, max: 4 }),
  model: fc.constantFrom('a', 'b'), provider: fc.constantFrom('p', 'q'), task: fc.constantFrom('text', 'code'), keyId: fc.constantFrom(null, 'k'), mode: fc.constantFrom('live', 'sandbox'),
  usage: fc.option(fc.record({ inputTokens: fc.nat(1_000), outputTokens: fc.nat(1_000) })),
  cost: fc.option(fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String)),
});

const asEvent = ({ type, day: received, ...data }: Record<string, unknown>, i: number): UsageEvent =>
  ({ type, stream: `route-${requestId(received as number)}`, metadata: { orgId: 'org' }, position: { commit: BigInt(i + 1), prepare: BigInt(i + 1) }, data }) as unknown as UsageEvent;

const wishes = fc.record({ from: fc.integer({ min: 1, max: 2 }).map(day), to: fc.integer({ min: 2, max: 4 }).map(day), groupBy: fc.uniqueArray(fc.constantFrom(...usageDimensions)) });

/** The rows as the table would have them, added up by hand. */
function tableAt(events: readonly UsageEvent[], { from, to, groupBy }: UsageWish): UsageGroup[] {
  const groups = new Map<string, UsageGroup>();
  const names = { InferenceCompleted: 'completed', InferenceFailed: 'failed', InferenceCancelled: 'cancelled' } as const;
  for (const event of events) {
    const { key, sums } = usedBy(event, names[event.type as keyof typeof names]);
    if (key.day < from || key.day > to) continue;
    const dimensions = groupBy.map((dimension) => key[dimension]);
    const before = groups.get(dimensions.join())?.sums;
    const both = Object.entries(sums).map(([column, value]) => [column, before ? (value as number) + (before[column as 'requests'] as number) : value]);
    groups.set(dimensions.join(), { dimensions, sums: Object.fromEntries(both) });
  }
  return [...groups.values()];
}

describe('usage at a point of the past', () => {
  it('is the same from the live sums as from the start of the log, wherever the point and the sums stand', () => {
    fc.assert(
      fc.property(fc.array(ended, { maxLength: 30 }), fc.nat(30), fc.nat(30), wishes, (history, point, checkpoint, wish) => {
        const events = history.map(asEvent);
        const fromStart = new UsageTally(wish, { groups: [], position: 0n });
        const fromLive = new UsageTally(wish, { groups: tableAt(events.slice(0, checkpoint), wish), position: BigInt(checkpoint) });
        for (const event of events.slice(0, point)) fromStart.take(event, true);
        for (const event of events.slice(Math.min(point, checkpoint))) fromLive.take(event, event.position.commit <= BigInt(point));
        expect(fromLive.rows()).toEqual(fromStart.rows());
      }),
    );
  });

  it('has no row for what comes to nothing, and a total of nothing', () => {
    const event = asEvent({ type: 'InferenceCompleted', day: 1, model: 'a', provider: 'p', task: 'text', keyId: null, mode: 'live', usage: null, cost: null }, 0);
    const rows = (groupBy: UsageWish['groupBy']) => {
      const wish = { from: day(1), to: day(2), groupBy };
      const tally = new UsageTally(wish, { groups: tableAt([event], wish), position: 1n });
      tally.take(event, false);
      return tally.rows();
    };
    expect(rows(['model'])).toEqual([]);
    expect(rows([])).toMatchObject([{ requests: 0, unpriced_requests: 0, cost_dollars: '0' }]);
  });
});
