/** What was spent against budgets, by UTC day, month and in all. Serves GET /v1/wallet/budgets and the warnings. */
import { Injectable } from '@nestjs/common';
import { projection, table, type Change } from '../../event-sourcing/projections/projection.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { fromCents, fromPico, negate, subtract, zero, type Money } from '../../money/money.js';
import { Db } from '../../platform/postgres.js';
import type { RouteEvent } from '../../routing/domain/events.js';
import { dayOf, monthOf, type BudgetScope } from '../domain/budget.js';
import type { WalletEvent } from '../domain/events.js';

export const spending = table('budget_spending', {
  key: { org_id: 'text', scope: 'text', period: 'text' },
  sum: { spent_cents: 'cents', requests: 'bigint' },
});

export const spendingProjection = projection<WalletEvent | Extract<RouteEvent, { type: 'InferenceRepriced' }>>({
  name: 'spending',
  version: 2,
  tables: [spending],
  on: {
    WalletDebited: ({ metadata, data }) => {
      const spent = { orgId: metadata.orgId!, amount: fromPico(data.amount), requests: 1n };
      const organization = spentIn('organization', [dayOf(data.endedAt), monthOf(data.endedAt)], spent);
      return data.keyId === null ? organization : [...organization, ...spentIn(data.keyId, [dayOf(data.endedAt), monthOf(data.endedAt), 'total'], spent)];
    },
    /** A late price counts when it comes: for the organization by what moved its wallet, for the key by what its request was told to have cost. */
    WalletAdjusted: ({ metadata, data }) =>
      data.requestId === null
        ? null
        : spentIn('organization', [dayOf(metadata.at), monthOf(metadata.at)], { orgId: metadata.orgId!, amount: negate(fromPico(data.amount)), requests: 0n }),
    InferenceRepriced: ({ metadata, data: { keyId, mode, cost, previousCost } }) =>
      keyId === null || mode === 'test'
        ? null
        : spentIn(keyId, [dayOf(metadata.at), monthOf(metadata.at), 'total'], { orgId: metadata.orgId!, amount: subtract(fromPico(cost), previousCost === null ? zero : fromPico(previousCost)), requests: 0n }),
  },
});

const spentIn = (scope: BudgetScope, periods: readonly string[], { orgId, amount, requests }: { orgId: string; amount: Money; requests: bigint }): Change[] =>
  periods.map((period) => spending.add({ org_id: orgId, scope, period }, { spent_cents: amount, requests }));

@Injectable()
export class SpendingQuery {
  constructor(private readonly db: Db) {}

  async spent(orgId: OrgId, scope: BudgetScope, period: string): Promise<Money> {
    const [row] = await this.db.query<{ spent_cents: string }>('SELECT spent_cents FROM budget_spending WHERE org_id = $1 AND scope = $2 AND period = $3', [orgId, scope, period]);
    return row ? fromCents(row.spent_cents) : zero;
  }
}
