import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { testLog, type TestLog } from '../../event-sourcing/testing/log.js';
import type { KeyId, OrgId } from '../../identity/domain/caller.js';
import { dollars, toDollars, toPico, type Money } from '../../money/money.js';
import { BudgetCorrector, lateCostTypes } from './correct-budgets.js';
import { budget, budgetsAt, type BudgetEvent } from '../domain/budget.js';
import { budgetReactor } from '../reactors.js';
import { spendingEvents } from '../testing/spending-events.js';
import { repriceRequest } from './reprice-request.js';

const orgId = 'org_late' as OrgId;
const keyId = 'key_late' as KeyId;
const at = '2026-11-25T23:59:59.000Z';
const types: readonly string[] = lateCostTypes;
const limit = toPico(dollars('10'));

let store: TestLog;
beforeAll(async () => void (store = await testLog()));
afterAll(() => store.close());

const by = () => ({ actor: 'cli', commandId: randomUUID(), correlationId: 'x', at: '2026-12-01T00:00:00.000Z' }) as const;

/** The worker is given everything again each time, as after a crash. */
async function react(): Promise<void> {
  const terms = { perDay: limit, perMonth: limit, total: limit };
  const corrector = new BudgetCorrector(store.log, (about) => [...budgetsAt(about.at, about.orgId, about.keyId!, terms), ...budgetsAt(about.at, about.orgId, 'organization', { perDay: limit, perMonth: limit })]);
  const events: Recorded[] = [];
  for await (const event of store.log.readAll({})) if (types.includes(event.type)) events.push(event);
  await budgetReactor(corrector).handle(events);
}

async function granted(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const period of ['key_late+2026-11-25', 'key_late+2026-11', 'key_late+total', 'organization+2026-11-25', 'organization+2026-11', 'key_late+2026-12']) {
    let state = budget.initial;
    for await (const event of store.log.read(`budget-${orgId}+${period}`)) state = budget.evolve(state, event as unknown as BudgetEvent);
    found[period] = toDollars(state.granted);
  }
  return found;
}
const everywhere = (amount: string) => ({ 'key_late+2026-11-25': amount, 'key_late+2026-11': amount, 'key_late+total': amount, 'organization+2026-11-25': amount, 'organization+2026-11': amount, 'key_late+2026-12': '0' });

it('counts a price that came late, and its repair, against every budget of the time in which the request came in, once', async () => {
  const { begin, end } = spendingEvents(store.log, { orgId, keyId, servedBy: 'h/1/1' });
  await begin('late', at);
  await end('late', null);
  await react();
  expect(await granted()).toEqual(everywhere('0'));
  const reprice = (cost: Money) => repriceRequest(store.log, { requestId: 'late', cost, reason: 'the price came' }, by());
  await reprice(dollars('0.5'));
  await react();
  await react();
  expect(await granted()).toEqual(everywhere('0.5'));
  await reprice(dollars('0.3'));
  await react();
  expect(await granted()).toEqual(everywhere('0.3'));
});

it('counts what work left to a job has cost, and leaves to the slices what they paid for', async () => {
  const { begin, defer, end } = spendingEvents(store.log, { orgId, keyId, servedBy: 'h/1/1' });
  for (const requestId of ['film', 'text', 'short film']) await begin(requestId, at);
  await defer('film');
  await end('film', dollars('2'), { task: 'video', revision: 1n });
  await end('text', dollars('4'));
  await end('short film', dollars('1'), { task: 'video' });
  await react();
  await react();
  expect(await granted()).toEqual(everywhere('2.3'));
});
