/** kill -9 of a process that has a slice of a lifetime budget: what it did not spend comes back, to the pico-dollar. */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { recorded } from '../event-sourcing/projections/testing/recorded.js';
import { testLog, type TestLog } from '../event-sourcing/testing/log.js';
import type { KeyId, OrgId } from '../identity/domain/caller.js';
import { dollars, toPico } from '../money/money.js';
import { isGone } from '../platform/served-by.js';
import { Budgets, BudgetTerms } from './budgets.js';
import { BudgetWatch } from './commands/budget-watch.js';
import { spendingEvents } from './testing/spending-events.js';

const orgId = 'org_killed' as OrgId;
const keyId = 'key_killed' as KeyId;
const stream = `budget-${orgId}+${keyId}+total` as const;
const fail = (error: unknown) => {
  throw error;
};

let store: TestLog;
let folds: LiveFolds;
let watch: BudgetWatch;
beforeAll(async () => {
  store = await testLog();
  folds = new LiveFolds(store.log, null, fail);
  watch = new BudgetWatch(store.log, caughtUp, fail);
  folds.register(watch);
  await folds.start();
});
afterAll(async () => {
  await folds.stop();
  await store.close();
});

const caughtUp = async () => folds.waitFor(await store.log.head(), 60_000);
/** The worker's look, once it knows what is in the log and the slice has been over for a while. */
async function lookLater(): Promise<void> {
  await caughtUp();
  await watch.lookout.look(Date.now() + 120_000);
}
async function told(): Promise<{ type: string; data: { holder: string; spent?: string; amount: string } }[]> {
  const events = [];
  for await (const { type, data } of store.log.read(stream)) events.push({ type, data: data as { holder: string; amount: string } });
  return events;
}

it('comes back when its last request has ended, and only then', async () => {
  const child = fork(new URL('../../dist/libs/wallet/testing/budget-process.js', import.meta.url).pathname, [store.connectionString, orgId, keyId]);
  const [{ open }] = (await once(child, 'message')) as [{ open: string }];
  child.kill('SIGKILL');
  await once(child, 'exit');

  const [leased] = await told();
  expect(leased).toMatchObject({ type: 'BudgetLeased', data: { amount: toPico(dollars('0.0625')) } });
  expect(isGone(leased!.data.holder)).toBe(true);
  await lookLater();
  expect(await told()).toHaveLength(1);

  // As the watchdog ends it: what the provider counted died with the process.
  await spendingEvents(store.log, { orgId, keyId, servedBy: leased!.data.holder }).end(open, null, { type: 'InferenceCancelled' });
  await lookLater();
  await lookLater();
  expect((await told()).slice(1)).toEqual([{ type: 'BudgetSliceExpired', data: { holder: leased!.data.holder, spent: toPico(dollars('0.03')), amount: toPico(dollars('0.0325')) } }]);

  const terms = new BudgetTerms();
  terms.apply(recorded({ type: 'ApiKeyIssued', data: { keyId, terms: { budget: { perDay: null, perMonth: null, total: toPico(dollars('1')) } } } }, { orgId }));
  const next = new Budgets(store.log, terms, { holder: randomUUID(), sliceMs: 60_000, idleMs: 60_000, now: Date.now, onError: fail });
  const hold = (upTo: string) => next.hold({ orgId, keyId, requestId: randomUUID(), upTo: dollars(upTo), at: new Date().toISOString() });
  expect(await hold('0.970000000001')).not.toBeNull();
  expect(await hold('0.97')).toBeNull();
});
