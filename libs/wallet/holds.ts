/**
 * Holds money for a request before it is routed, in memory and in microseconds: from the budgets it counts against, and
 * from a lease on the organization's wallet. Metered billing stops nobody, test keys cost nothing.
 *
 * Hold, then settle or release, exactly one of them, once. Nothing is written for a request here: the lease it was
 * held on is recorded with the request, and the reactor that debits the wallet draws on it.
 */
import type { Recorded } from '../event-sourcing/domain/event.js';
import type { KeyId, KeyMode, OrgId } from '../identity/domain/caller.js';
import { toDollars, zero, type Money } from '../money/money.js';
import { ApiError } from '../platform/http/api-error.js';
import type { Budgets } from './budgets.js';
import type { Wallets } from './commands/wallets.js';
import type { BudgetOfPeriod } from './domain/budget.js';
import { Purse, type FromPurse, type PurseSettings } from './purse.js';

export interface HoldRequest {
  readonly orgId: OrgId;
  readonly keyId: KeyId | null;
  readonly mode: KeyMode;
  readonly requestId: string;
  /** The most the request may cost. */
  readonly upTo: Money;
  /** ISO 8601, milliseconds, UTC. */
  readonly at: string;
}

export type HoldResult = FromPurse | { readonly kind: 'not_needed' } | { readonly kind: 'over_budget'; readonly budget: BudgetOfPeriod };

export interface HoldSettings extends PurseSettings {
  readonly billing: 'metered' | 'prepaid';
}

export class Holds {
  private readonly purses = new Map<OrgId, Purse>();
  private readonly byRequest = new Map<string, Purse>();
  private timer: NodeJS.Timeout | undefined;

  /** @param budgets those of keys and organizations; null where there are none. */
  constructor(
    private readonly wallets: Wallets,
    private readonly budgets: Budgets | null,
    private readonly settings: HoldSettings,
  ) {}

  /** Starts the care of the leases: renewed while in use, given back when idle. */
  start(): void {
    this.timer = setInterval(() => void this.tend(), this.settings.leaseMs / 8);
    this.timer.unref();
  }

  /** Gives back every lease; for a process that serves no more. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([...[...this.purses.values()].map((purse) => purse.retire()), this.budgets?.stop()]);
  }

  /**
   * From the budgets first, then from the wallet; nothing is held when one of them has not enough.
   * @throws LogUnavailable when a lease is needed and the log is down.
   */
  async hold(request: HoldRequest): Promise<HoldResult> {
    if (request.mode === 'test' || request.upTo === zero) return { kind: 'not_needed' };
    const budget = this.budgets && (await this.budgets.hold(request));
    if (budget) return { kind: 'over_budget', budget };
    if (this.settings.billing === 'metered') return { kind: 'not_needed' };
    try {
      const purse = this.purseOf(request.orgId);
      const result = await purse.hold(request);
      if (result.kind === 'held') this.byRequest.set(request.requestId, purse);
      else this.budgets?.settle(request.requestId, zero);
      return result;
    } catch (error) {
      this.budgets?.settle(request.requestId, zero);
      throw error;
    }
  }

  /** The request has ended at this cost; null is unknown, and is settled by the adjustment that prices it later. */
  settle(requestId: string, cost: Money | null): void {
    this.budgets?.settle(requestId, cost ?? zero);
    this.settlePurse(requestId, cost);
  }

  /** A job has ended at this cost, which counts against budgets by a correction: whichever process held for it may be gone. */
  settleJob(requestId: string, cost: Money | null): void {
    this.budgets?.settle(requestId, zero);
    this.settlePurse(requestId, cost);
  }

  private settlePurse(requestId: string, cost: Money | null): void {
    const purse = this.byRequest.get(requestId);
    if (!purse) return;
    this.byRequest.delete(requestId);
    purse.settle(requestId, cost ?? zero);
  }

  /** The request will cost nothing. */
  release(requestId: string): void {
    this.settle(requestId, zero);
  }

  /** An event of the live subscription: wallets move, and other processes ask back what is not used. */
  apply(event: Recorded): void {
    this.wallets.apply(event);
    this.purses.get(event.metadata.orgId as OrgId)?.apply(event);
  }

  private async tend(): Promise<void> {
    const tended = [...[...this.purses.values()].map((purse) => purse.tend()), this.budgets?.tend()];
    for (const { status, reason } of (await Promise.allSettled(tended)) as PromiseRejectedResult[]) if (status === 'rejected') this.settings.onError(reason);
    for (const [orgId, purse] of this.purses) {
      if (!purse.isEmpty) continue;
      this.purses.delete(orgId);
      this.wallets.forget(orgId);
    }
  }

  private purseOf(orgId: OrgId): Purse {
    let purse = this.purses.get(orgId);
    if (!purse) this.purses.set(orgId, (purse = new Purse(orgId, this.wallets, this.settings)));
    return purse;
  }
}

type Refusal = Extract<HoldResult, { kind: 'insufficient' | 'over_budget' }>;

/** 402 in the shape OpenAI's SDKs read; they must not try again by themselves. */
export function insufficientFunds(refusal: Refusal): ApiError {
  const dontRetry = { 'x-should-retry': 'false' };
  if (refusal.kind === 'over_budget') {
    const { scope, period, limit } = refusal.budget;
    const whose = scope === 'organization' ? 'The budget of the organization' : 'The budget of this key';
    const when = period === 'total' ? '' : ` for ${period}`;
    return new ApiError(402, 'insufficient_funds_error', 'budget_exceeded', `${whose}${when}, ${toDollars(limit)} dollars, cannot pay for this request.`, null, dontRetry);
  }
  return new ApiError(
    402, 'insufficient_funds_error', 'insufficient_funds',
    `The wallet cannot pay for this request: ${toDollars(refusal.available)} dollars are available. Add funds or lower max_tokens.`, null, dontRetry,
  );
}
