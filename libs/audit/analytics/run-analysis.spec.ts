import { expect, it } from '@jest/globals';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { PastViews } from '../replay/past-views.js';
import { analyses } from './analyses.js';
import { Analytics } from './run-analysis.js';

/** One organization's opinions, a day apart. */
const opinions = Array.from({ length: 10 }, (_, i) => ({
  type: 'FeedbackGiven', position: { commit: BigInt(10 * (i + 1)), prepare: 0n }, metadata: { orgId: 'org_a', at: `2026-10-0${i}T12:00:00.000Z` }, createdMs: Date.UTC(2026, 9, i, 12),
  data: { requestId: null, model: 'a/b', classifiedTask: 'text', correct: i % 2 === 0, suggestedTask: null },
})) as unknown as readonly Recorded[];

it('reads from the nearest kept place before its range, and tells the same', async () => {
  const begun: bigint[] = [];
  const log = {
    head: () => Promise.resolve(100n),
    subscribe: ({ from }: { from?: { commit: bigint } }) => {
      const after = from?.commit ?? 0n;
      begun.push(after);
      const messages = async function* () {
        for (const event of opinions) if (event.position.commit > after) yield await Promise.resolve({ kind: 'event', event });
      };
      return Object.assign(messages(), { unsubscribe: () => Promise.resolve() });
    },
  } as unknown as EventLog;
  const analytics = (kept: bigint) => new Analytics(log, { startOfLast: () => Promise.resolve(kept) } as unknown as PastViews);
  const byTask = analyses.find(({ name }) => name === 'quality-by-task')!;
  const range = { orgId: 'org_a', from: '2026-10-05T00:00:00.000Z', asOf: null };
  const whole = await analytics(0n).run(byTask, range);
  expect(whole).toMatchObject({ position: 100n, result: { tasks: [{ task: 'text' }] } });
  expect(await analytics(40n).run(byTask, range)).toEqual(whole);
  expect(await analytics(100n).run(byTask, { ...range, from: '2026-10-20T00:00:00.000Z' })).toMatchObject({ position: 100n, result: { tasks: [] } });
  expect(begun).toEqual([0n, 40n, 0n]);
});
