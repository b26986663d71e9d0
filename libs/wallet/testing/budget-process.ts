/**
 * A process that spends from a budget until it is killed: run by budgets.e2e.spec.ts with the log, the organization and
 * the key. It answers three requests at 0.01 dollars, leaves a fourth open, and says so.
 */
import { randomUUID } from 'node:crypto';
import { EventLog } from '../../event-sourcing/event-log.js';
import { recorded } from '../../event-sourcing/projections/testing/recorded.js';
import type { KeyId, OrgId } from '../../identity/domain/caller.js';
import { dollars, toPico } from '../../money/money.js';
import { thisProcess } from '../../platform/served-by.js';
import { Budgets, BudgetTerms } from '../budgets.js';
import { spendingEvents } from './spending-events.js';

const [url, orgId, keyId] = process.argv.slice(2) as [string, OrgId, KeyId];
const log = new EventLog(url);
const terms = new BudgetTerms();
terms.apply(recorded({ type: 'ApiKeyIssued', data: { keyId, terms: { budget: { perDay: null, perMonth: null, total: toPico(dollars('1')) } } } }, { orgId }));
const onError = (error: unknown) => {
  throw error;
};
const budgets = new Budgets(log, terms, { holder: thisProcess, sliceMs: 60_000, idleMs: 60_000, now: Date.now, onError });
const { begin, end } = spendingEvents(log, { orgId, keyId, servedBy: thisProcess });

for (const isLast of [false, false, false, true]) {
  const requestId = randomUUID();
  const at = new Date().toISOString();
  const over = await budgets.hold({ orgId, keyId, requestId, upTo: dollars('0.02'), at });
  if (over) throw new Error('the budget is over');
  await begin(requestId, at);
  if (isLast) {
    process.send!({ open: requestId });
    break;
  }
  await end(requestId, dollars('0.01'));
  budgets.settle(requestId, dollars('0.01'));
}
