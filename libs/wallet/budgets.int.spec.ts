import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testLog, type TestLog } from '../event-sourcing/testing/log.js';
import { recorded } from '../event-sourcing/projections/testing/recorded.js';
import type { KeyId, OrgId } from '../identity/domain/caller.js';
import { dollars, toPico } from '../money/money.js';
import type { StreamName } from '../event-sourcing/domain/event.js';
import { Budgets, BudgetTerms } from './budgets.js';
import { budget, type BudgetCommand, type BudgetEvent, type BudgetState } from './domain/budget.js';

let store: TestLog;
beforeAll(async () => void (store = await testLog()));
afterAll(() => store.close());

const keyId = 'key_1' as KeyId;
const at = '2026-11-25T10:00:00.000Z';
const fail = (error: unknown) => {
  throw error;
};

function processOn(orgId: OrgId, terms: { day?: string; total?: string; organization?: string }, now = () => Date.parse(at)) {
  const known = new BudgetTerms();
  const amount = (text?: string) => (text === undefined ? null : toPico(dollars(text)));
  known.apply(recorded({ type: 'ApiKeyIssued', data: { keyId, terms: { budget: { perDay: amount(terms.day), perMonth: null, total: amount(terms.total) } } } }, { orgId }));
  known.apply(recorded({ type: 'OrganizationBudgetSet', data: { perDay: null, perMonth: amount(terms.organization) } }, { orgId }));
  return new Budgets(store.log, known, { holder: randomUUID(), sliceMs: 60_000, idleMs: 1_000, now, onError: fail });
}
const spend = async (budgets: Budgets, orgId: OrgId, upTo: string, cost = upTo, when = at): Promise<string> => {
  const requestId = randomUUID();
  const over = await budgets.hold({ orgId, keyId, requestId, upTo: dollars(upTo), at: when });
  if (over) return `${over.scope} ${over.period}`;
  budgets.settle(requestId, dollars(cost));
  return 'spent';
};
const context = (orgId: OrgId) => ({ orgId, actor: 'system:test', commandId: randomUUID(), correlationId: 'x', at }) as const;
async function stateOf(stream: StreamName): Promise<BudgetState> {
  let state = budget.initial;
  for await (const event of store.log.read(stream)) state = budget.evolve(state, event as unknown as BudgetEvent);
  return state;
}
const newOrg = () => `org_${randomUUID().slice(0, 8)}` as OrgId;

describe('budgets', () => {
  it('stop before they are passed, whichever of them is first', async () => {
    const orgId = newOrg();
    const budgets = processOn(orgId, { day: '1', total: '1.5', organization: '1.2' });
    expect(await spend(budgets, orgId, '0.9')).toBe('spent');
    expect(await spend(budgets, orgId, '0.2')).toBe('key_1 2026-11-25');
    expect(await spend(budgets, orgId, '0.1')).toBe('spent');
    expect(await spend(budgets, orgId, '0.3', '0.3', '2026-11-26T00:00:00.000Z')).toBe('organization 2026-11');
    expect(await spend(budgets, orgId, '0.2', '0.2', '2026-11-26T00:00:00.000Z')).toBe('spent');
    expect(await spend(budgets, orgId, '0.4', '0.4', '2026-12-01T00:00:00.000Z')).toBe('key_1 total');
  });

  it('count what was spent, not what was held', async () => {
    const orgId = newOrg();
    const budgets = processOn(orgId, { day: '1' });
    for (let n = 0; n < 10; n++) expect(await spend(budgets, orgId, '0.5', '0.05')).toBe('spent');
    expect(await spend(budgets, orgId, '0.6')).toBe('key_1 2026-11-25');
  });

  it('are kept by processes together: 400 requests at once on a budget for 100', async () => {
    const orgId = newOrg();
    const processes = [processOn(orgId, { day: '1' }), processOn(orgId, { day: '1' })];
    const outcomes = await Promise.all(Array.from({ length: 400 }, (_, n) => spend(processes[n % 2]!, orgId, '0.01')));
    for (const budgets of processes) await budgets.stop();
    const last = processOn(orgId, { day: '1' });
    for (let outcome = 'spent'; outcome === 'spent'; outcomes.push(outcome)) outcome = await spend(last, orgId, '0.01');
    expect(outcomes.filter((outcome) => outcome === 'spent')).toHaveLength(100);
  });

  it('come back from a process that does not use them', async () => {
    const orgId = newOrg();
    let now = Date.parse(at);
    const idle = processOn(orgId, { day: '1' }, () => now);
    expect(await spend(idle, orgId, '0.9', '0.1')).toBe('spent');
    const other = processOn(orgId, { day: '1' });
    expect(await spend(other, orgId, '0.5')).toBe('key_1 2026-11-25');
    now += 2_000;
    await idle.tend();
    expect(await spend(processOn(orgId, { day: '1' }), orgId, '0.9')).toBe('spent');
  });

  it('are renewed while a request is open, and not used after their end by a process that slept through it', async () => {
    const orgId = newOrg();
    let now = Date.parse(at);
    const sleeper = processOn(orgId, { day: '1' }, () => now);
    expect(await sleeper.hold({ orgId, keyId, requestId: 'long', upTo: dollars('0.5'), at })).toBeNull();
    now += 40_000;
    await sleeper.tend();
    now += 40_000;
    sleeper.settle('long', dollars('0.2'));
    expect(await spend(sleeper, orgId, '0.1')).toBe('spent');
    const stream = `budget-${orgId}+${keyId}+2026-11-25` as const;
    expect((await store.log.decide<BudgetState, BudgetCommand, BudgetEvent>(stream, budget, { type: 'RenewSlice', holder: 'nobody', expiresAt: at }, context(orgId))).events).toEqual([]);
    // It sleeps, and its slice is accounted for meanwhile.
    now += 120_000;
    const [holder] = [...(await stateOf(stream)).slices.keys()];
    await store.log.decide<BudgetState, BudgetCommand, BudgetEvent>(stream, budget, { type: 'ExpireSlice', holder: holder!, spent: dollars('0.3'), at: new Date(now).toISOString() }, context(orgId));
    expect(await spend(sleeper, orgId, '0.7')).toBe('spent');
    expect(await spend(sleeper, orgId, '0.001')).toBe('key_1 2026-11-25');
    await sleeper.stop();
    expect((await stateOf(stream)).granted).toBe(dollars('1'));
  });

  it('count what a request cost beyond what was held for it', async () => {
    const orgId = newOrg();
    const budgets = processOn(orgId, { total: '1' });
    expect(await spend(budgets, orgId, '0.1', '0.4')).toBe('spent');
    await budgets.stop();
    expect((await stateOf(`budget-${orgId}+${keyId}+total`)).granted).toBe(dollars('0.4'));
  });

  it('that are not set cost nothing', async () => {
    const orgId = newOrg();
    const none = new Budgets({ decide: fail as never }, new BudgetTerms(), { holder: 'a', sliceMs: 60_000, idleMs: 1, now: Date.now, onError: fail });
    expect(await spend(none, orgId, '1000')).toBe('spent');
  });
});
