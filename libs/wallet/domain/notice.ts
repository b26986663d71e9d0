/** What an organization is told of its money. Each notice has a stream of its own, so that it is told once. */
import { fromPico, toDollars, toPico, type Money, type PicoDollars } from '../../money/money.js';
import type { StreamName } from '../../event-sourcing/domain/event.js';
import type { BudgetOfPeriod } from './budget.js';

export const thresholds = [50, 80, 100] as const;
export type Threshold = (typeof thresholds)[number];

export interface BudgetThresholdReached {
  readonly scope: string;
  readonly period: string;
  readonly percent: Threshold;
  readonly limit: PicoDollars;
  readonly spent: PicoDollars;
}

export interface LowBalanceReached {
  readonly balance: PicoDollars;
  readonly threshold: PicoDollars;
  /** What to buy, when the organization wants to be told. */
  readonly topUp: PicoDollars | null;
}

export type NoticeEvent =
  | { readonly type: 'BudgetThresholdReached'; readonly data: BudgetThresholdReached }
  | { readonly type: 'LowBalanceReached'; readonly data: LowBalanceReached };

export const noticeTypes = ['BudgetThresholdReached', 'LowBalanceReached'] as const;

export interface Notice {
  readonly stream: StreamName;
  readonly event: NoticeEvent;
}

/** One for each threshold that the spending has reached. */
export const budgetNotices = ({ orgId, scope, period, limit }: BudgetOfPeriod, spent: Money): readonly Notice[] =>
  thresholds
    .filter((percent) => limit > 0n && spent * 100n >= limit * BigInt(percent))
    .map((percent) => ({
      stream: `notice-${orgId}+budget+${scope}+${period}+${toPico(limit)}+${percent}`,
      event: { type: 'BudgetThresholdReached', data: { scope, period, percent, limit: toPico(limit), spent: toPico(spent) } },
    }));

/** The body of the webhook, dollars as exact decimals. */
export function noticeBody(event: NoticeEvent, organizationId: string, at: string) {
  const money = (amount: PicoDollars | null) => (amount === null ? null : toDollars(fromPico(amount)));
  if (event.type === 'LowBalanceReached') {
    const { balance, threshold, topUp } = event.data;
    return { type: 'wallet.low_balance', timestamp: at, data: { organization_id: organizationId, balance_dollars: money(balance), threshold_dollars: money(threshold), suggested_top_up_dollars: money(topUp) } };
  }
  const { scope, period, percent, limit, spent } = event.data;
  return { type: 'budget.threshold_reached', timestamp: at, data: { organization_id: organizationId, scope, period, percent, budget_dollars: money(limit), spent_dollars: money(spent) } };
}
