import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testLog, type TestLog } from '../event-sourcing/testing/log.js';
import { recorded } from '../event-sourcing/projections/testing/recorded.js';
import type { KeyId, OrgId } from '../identity/domain/caller.js';
import { dollars, toPico } from '../money/money.js';
import { Budgets, BudgetTerms } from './budgets.js';

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
  return new Budgets(store.log, known, { holder: randomUUID(), idleMs: 1_000, now, onError: fail });
}
const spend = async (budgets: Budgets, orgId: OrgId, upTo: string, cost = upTo, when = at): Promise<string> => {
  const requestId = randomUUID();
  const over = await budgets.hold({ orgId, keyId, requestId, upTo: dollars(upTo), at: when });
  if (over) return `${over.scope} ${over.period}`;
  budgets.settle(requestId, dollars(cost));
  return 'spent';
};
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
  }, 60_000);

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

  it('that are not set cost nothing', async () => {
    const orgId = newOrg();
    const none = new Budgets({ decide: fail as never }, new BudgetTerms(), { holder: 'a', idleMs: 1, now: Date.now, onError: fail });
    expect(await spend(none, orgId, '1000')).toBe('spent');
  });
});
