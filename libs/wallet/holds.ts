/**
 * Holds money for a request before it is routed, in memory and in microseconds, from a lease on the organization's
 * wallet; the lease is filled up from the log when it runs low. Metered billing stops nobody, test keys cost nothing.
 *
 * Hold, then settle or release, exactly one of them, once. Nothing is written for a request here: the lease it was
 * held on is recorded with the request, and the reactor that debits the wallet draws on it.
 */
import { randomUUID } from 'node:crypto';
import type { CommandContext, Recorded } from '../event-sourcing/domain/event.js';
import type { KeyId, KeyMode, OrgId } from '../identity/domain/caller.js';
import { add, max, min, subtract, toDollars, zero, type Money } from '../money/money.js';
import { ApiError } from '../platform/http/api-error.js';
import type { Budgets } from './budgets.js';
import type { LeaseId } from './domain/accounts.js';
import type { BudgetOfPeriod } from './domain/budget.js';
import type { FundsRecalled } from './domain/events.js';
import { ProcessLease } from './domain/process-lease.js';
import { heldOf, type Wallet } from './domain/wallet.js';
import type { Wallets } from './commands/wallets.js';

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

export type HoldResult =
  | { readonly kind: 'held'; readonly leaseId: LeaseId; readonly amount: Money }
  | { readonly kind: 'not_needed' }
  | { readonly kind: 'insufficient'; readonly available: Money }
  | { readonly kind: 'over_budget'; readonly budget: BudgetOfPeriod };

export interface HoldSettings {
  readonly billing: 'metered' | 'prepaid';
  /** Unique to this process and this start of it. */
  readonly holder: string;
  /** How long a lease outlives a silent holder, milliseconds. */
  readonly leaseMs: number;
  /** How long a request may wait for money that other requests or processes are about to give back, milliseconds. */
  readonly patienceMs: number;
  now(): number;
  /** Expires the leases of dead processes; resolves with the state afterwards. */
  reclaim(orgId: OrgId, state: Wallet): Promise<Wallet>;
  onError(error: unknown): void;
}

interface Waiting {
  readonly request: HoldRequest;
  readonly giveUpMs: number;
  answer(result: HoldResult): void;
  fail(error: unknown): void;
}

/** What this process has of one wallet. */
interface Purse {
  readonly orgId: OrgId;
  lease: ProcessLease | null;
  /** Ended for new holds; their last requests are still running. */
  readonly draining: Set<ProcessLease>;
  readonly waiting: Waiting[];
  filling: boolean;
  again: boolean;
  lastHoldMs: number;
  lastRecallMs: number;
  /** Until then only what is needed is leased: other processes need the rest. */
  modestUntilMs: number;
}

/** A lease takes this part of what is available, so that a few processes can share a wallet without asking back. */
const shareOfAvailable = 8n;
/** Not used in the last part of its life: appends in flight must land before it can expire for others. */
const marginOfLife = 4;
const leaseRotations = 10;
const modestMs = 5_000;
const smallestAmount = 1n as Money;
const recallEveryMs = 250;

export class Holds {
  private readonly purses = new Map<OrgId, Purse>();
  private readonly byRequest = new Map<string, { purse: Purse; lease: ProcessLease }>();
  private leasesMade = 0;
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
    await Promise.all([...[...this.purses.values()].map((purse) => this.retire(purse)), this.budgets?.stop()]);
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
      const result = await this.holdFunds(request);
      if (result.kind !== 'held') this.budgets?.settle(request.requestId, zero);
      return result;
    } catch (error) {
      this.budgets?.settle(request.requestId, zero);
      throw error;
    }
  }

  /** Resolves at once when the lease covers it. */
  private holdFunds(request: HoldRequest): Promise<HoldResult> {
    const purse = this.purseOf(request.orgId);
    purse.lastHoldMs = this.settings.now();
    const held = purse.waiting.length === 0 ? this.tryHold(purse, request) : null;
    return held ? Promise.resolve(held) : this.wait(purse, request);
  }

  /** The request has ended at this cost; null is unknown, and is settled by the adjustment that prices it later. */
  settle(requestId: string, cost: Money | null): void {
    this.budgets?.settle(requestId, cost ?? zero);
    const held = this.byRequest.get(requestId);
    if (!held) return;
    this.byRequest.delete(requestId);
    held.lease.settle(requestId, cost ?? zero);
    if (held.purse.waiting.length > 0) void this.serve(held.purse);
    if (held.lease.isIdle && held.purse.draining.delete(held.lease)) void this.giveBack(held.purse.orgId, held.lease, true);
  }

  /** The request will cost nothing. */
  release(requestId: string): void {
    this.settle(requestId, zero);
  }

  /** An event of the live subscription: wallets move, and other processes ask back what is not used. */
  apply(event: Recorded): void {
    this.wallets.apply(event);
    const purse = this.purses.get(event.metadata.orgId as OrgId);
    if (!purse) return;
    if (event.type === 'FundsRecalled' && (event.data as FundsRecalled).holder !== this.settings.holder) this.recalled(purse);
    else if (event.type === 'LeaseExpired') this.lost(purse, (event.data as { leaseId: LeaseId }).leaseId);
    if (purse.waiting.length > 0 && event.type !== 'FundsRecalled') void this.serve(purse);
  }

  private tryHold(purse: Purse, { requestId, upTo }: HoldRequest): HoldResult | null {
    const lease = purse.lease;
    if (!lease || this.settings.now() >= lease.expiresMs || !lease.hold(requestId, upTo)) return null;
    this.byRequest.set(requestId, { purse, lease });
    return { kind: 'held', leaseId: lease.leaseId, amount: upTo };
  }

  private wait(purse: Purse, request: HoldRequest): Promise<HoldResult> {
    return new Promise((answer, fail) => {
      purse.waiting.push({ request, giveUpMs: this.settings.now() + this.settings.patienceMs, answer, fail });
      void this.serve(purse);
    });
  }

  /** Serves those who wait, first come first served, one round at a time. */
  private async serve(purse: Purse): Promise<void> {
    if (purse.filling) {
      purse.again = true;
      return;
    }
    purse.filling = true;
    try {
      do {
        purse.again = false;
        await this.round(purse);
      } while (purse.again && purse.waiting.length > 0);
    } catch (error) {
      for (const waiting of purse.waiting.splice(0)) waiting.fail(error);
    } finally {
      purse.filling = false;
    }
    if (purse.waiting.length > 0) this.serveLater(purse);
  }

  private async round(purse: Purse): Promise<void> {
    this.serveFromLease(purse);
    while (purse.waiting.length > 0 && (await this.fill(purse))) this.serveFromLease(purse);
    if (purse.waiting.length === 0) return;
    const state = await this.settings.reclaim(purse.orgId, await this.wallets.refreshed(purse.orgId));
    if (purse.waiting.length > 0 && state.available >= this.missingLeast(purse)) {
      purse.again = true;
      return;
    }
    this.refuse(purse, state);
    if (purse.waiting.length > 0) await this.recall(purse, state);
  }

  /** In the order they came; one that does not fit lets the smaller ones behind it pass. */
  private serveFromLease(purse: Purse): void {
    for (const waiting of purse.waiting.splice(0)) {
      const held = this.tryHold(purse, waiting.request);
      if (held) waiting.answer(held);
      else purse.waiting.push(waiting);
    }
  }

  /** What the lease lacks to hold so much. */
  private missing(purse: Purse, amount: Money): Money {
    const usable = purse.lease && this.settings.now() < purse.lease.expiresMs ? purse.lease.free : zero;
    return subtract(amount, usable);
  }

  /** What the smallest of those who wait still needs: with less, nobody can be served. */
  private missingLeast(purse: Purse): Money {
    const smallest = purse.waiting.map(({ request }) => request.upTo).reduce((least, upTo) => min(least, upTo));
    return max(this.missing(purse, smallest), smallestAmount);
  }

  /** Leases what those who wait need, and some more. False when not even the smallest of them can be served. */
  private async fill(purse: Purse): Promise<boolean> {
    const needed = this.missing(purse, add(...purse.waiting.map(({ request }) => request.upTo)));
    return this.lease(purse, this.missingLeast(purse), needed);
  }

  private async lease(purse: Purse, atLeast: Money, needed: Money): Promise<boolean> {
    const now = this.settings.now();
    const present = purse.lease && now < purse.lease.expiresMs ? purse.lease : null;
    const leaseId = present?.leaseId ?? this.newLeaseId();
    const isModest = now < purse.modestUntilMs;
    const { events, state } = await this.wallets.execute(
      purse.orgId,
      (current) => ({
        type: 'LeaseFunds',
        at: iso(this.settings.now()),
        leaseId,
        holder: this.settings.holder,
        atLeast,
        wanted: isModest ? needed : max(needed, (current.available / shareOfAvailable) as Money),
        expiresAt: iso(this.settings.now() + this.settings.leaseMs),
      }),
      this.context(purse.orgId),
    );
    const leased = events.find((event) => event.type === 'FundsLeased');
    if (!leased) {
      if (present && state.leases.get(leaseId)?.phase !== 'active') this.lost(purse, leaseId);
      return false;
    }
    // A lease that ran out while its process lived is left to expire: its holds settle against what is kept then.
    if (present && purse.lease === present) present.expiresMs = this.usableUntil(leased.data.expiresAt);
    else purse.lease = new ProcessLease(leaseId, now, this.usableUntil(leased.data.expiresAt));
    purse.lease!.fill(BigInt(leased.data.amount) as Money);
    return true;
  }

  /** Refuses those who have waited long enough, and those whom nothing that may come back could serve. */
  private refuse(purse: Purse, state: Wallet): void {
    const own = purse.lease ? add(purse.lease.free, purse.lease.held) : zero;
    const elsewhere = subtract(heldOf(state), purse.lease ? (state.leases.get(purse.lease.leaseId)?.funds ?? zero) : zero);
    const most = add(state.available, max(own, zero), elsewhere);
    const now = this.settings.now();
    for (const waiting of purse.waiting.splice(0)) {
      if (waiting.giveUpMs > now && waiting.request.upTo <= most) purse.waiting.push(waiting);
      else waiting.answer({ kind: 'insufficient', available: add(state.available, purse.lease ? max(purse.lease.free, zero) : zero) });
    }
  }

  private async recall(purse: Purse, state: Wallet): Promise<void> {
    const now = this.settings.now();
    const others = [...state.leases.values()].filter((lease) => lease.holder !== this.settings.holder && lease.phase === 'active' && lease.funds > zero);
    if (others.length === 0 || now - purse.lastRecallMs < recallEveryMs) return;
    purse.lastRecallMs = now;
    const wanted = this.missingLeast(purse);
    await this.wallets.execute(purse.orgId, { type: 'RecallFunds', at: iso(now), holder: this.settings.holder, wanted }, this.context(purse.orgId));
  }

  private serveLater(purse: Purse): void {
    const soonest = Math.min(...purse.waiting.map(({ giveUpMs }) => giveUpMs)) - this.settings.now();
    setTimeout(() => void this.serve(purse), Math.max(1, Math.min(soonest, recallEveryMs))).unref();
  }

  private recalled(purse: Purse): void {
    purse.modestUntilMs = this.settings.now() + modestMs;
    if (purse.lease && purse.lease.free > zero) void this.giveBack(purse.orgId, purse.lease, false);
  }

  private lost(purse: Purse, leaseId: LeaseId): void {
    if (purse.lease?.leaseId === leaseId) purse.lease = null;
    for (const lease of purse.draining) if (lease.leaseId === leaseId) purse.draining.delete(lease);
  }

  private async giveBack(orgId: OrgId, lease: ProcessLease, ends: boolean): Promise<void> {
    const amount = lease.takeFree();
    if (amount === zero && !ends) return;
    try {
      await this.wallets.execute(orgId, { type: 'ReturnLease', at: iso(this.settings.now()), leaseId: lease.leaseId, amount, ends }, this.context(orgId));
    } catch (error) {
      // Whether it went back is not known: it is not used here again, and the expiry settles it.
      this.settings.onError(error);
    }
  }

  private async tend(): Promise<void> {
    const tended = [...[...this.purses.values()].map((purse) => this.tendOne(purse)), this.budgets?.tend()];
    for (const { status, reason } of (await Promise.allSettled(tended)) as PromiseRejectedResult[]) if (status === 'rejected') this.settings.onError(reason);
  }

  private async tendOne(purse: Purse): Promise<void> {
    const { leaseMs, now } = this.settings;
    const lease = purse.lease;
    if (lease && (now() - purse.lastHoldMs > leaseMs || now() - lease.openedMs > leaseMs * leaseRotations)) await this.retire(purse);
    const inUse = [...(purse.lease ? [purse.lease] : []), ...purse.draining].filter(({ expiresMs }) => expiresMs - now() < leaseMs / 2);
    for (const each of inUse) await this.renew(purse.orgId, each);
    if (!purse.lease && purse.draining.size === 0 && purse.waiting.length === 0) this.drop(purse.orgId);
  }

  private drop(orgId: OrgId): void {
    this.purses.delete(orgId);
    this.wallets.forget(orgId);
  }

  private async renew(orgId: OrgId, lease: ProcessLease): Promise<void> {
    const expiresAt = iso(this.settings.now() + this.settings.leaseMs);
    const { events } = await this.wallets.execute(orgId, { type: 'RenewLease', at: iso(this.settings.now()), leaseId: lease.leaseId, expiresAt }, this.context(orgId));
    if (events.length > 0) lease.expiresMs = this.usableUntil(expiresAt);
  }

  /** No new holds on the present lease; what is free goes back now, the rest when the last hold has ended. */
  private async retire(purse: Purse): Promise<void> {
    const lease = purse.lease;
    if (!lease) return;
    purse.lease = null;
    if (!lease.isIdle) purse.draining.add(lease);
    await this.giveBack(purse.orgId, lease, lease.isIdle);
  }

  private purseOf(orgId: OrgId): Purse {
    let purse = this.purses.get(orgId);
    if (!purse) {
      purse = { orgId, lease: null, draining: new Set(), waiting: [], filling: false, again: false, lastHoldMs: 0, lastRecallMs: 0, modestUntilMs: 0 };
      this.purses.set(orgId, purse);
    }
    return purse;
  }

  private newLeaseId(): LeaseId {
    this.leasesMade++;
    return `${this.settings.holder}.${this.leasesMade}` as LeaseId;
  }

  private usableUntil(expiresAt: string): number {
    return Date.parse(expiresAt) - this.settings.leaseMs / marginOfLife;
  }

  private context(orgId: OrgId): CommandContext {
    const commandId = randomUUID();
    return { orgId, actor: 'system:holds', commandId, correlationId: commandId, at: iso(this.settings.now()) };
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

const iso = (ms: number): string => new Date(ms).toISOString();
