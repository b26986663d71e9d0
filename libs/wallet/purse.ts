/**
 * What one process has of one wallet: a lease that is filled up from the log when it runs low, the requests that wait
 * for it, and the leases that are only finished. Shared fairly: who runs short asks the other processes back.
 */
import { randomUUID } from 'node:crypto';
import type { CommandContext, Recorded } from '../event-sourcing/domain/event.js';
import type { OrgId } from '../identity/domain/caller.js';
import { add, max, min, subtract, zero, type Money } from '../money/money.js';
import type { Wallets } from './commands/wallets.js';
import type { LeaseId } from './domain/accounts.js';
import type { FundsRecalled, LeaseExpired } from './domain/events.js';
import { ProcessLease } from './domain/process-lease.js';
import { heldOf, type Wallet } from './domain/wallet.js';

export interface PurseSettings {
  /** Unique to this process and this start of it. */
  readonly holder: string;
  /** How long a lease outlives a silent holder, milliseconds. */
  readonly leaseMs: number;
  /** How long a request may wait for money that other requests or processes are about to give back, milliseconds. */
  readonly patienceMs: number;
  now(): number;
  /** Calls back after so many milliseconds. */
  after(ms: number, work: () => void): void;
  /** Expires the leases of dead processes; resolves with the state afterwards. */
  reclaim(orgId: OrgId, state: Wallet): Promise<Wallet>;
  onError(error: unknown): void;
}

export interface Asked {
  readonly requestId: string;
  readonly upTo: Money;
}

export type FromPurse = { readonly kind: 'held'; readonly leaseId: LeaseId; readonly amount: Money } | { readonly kind: 'insufficient'; readonly available: Money };

interface Waiting {
  readonly asked: Asked;
  readonly giveUpMs: number;
  answer(result: FromPurse): void;
  fail(error: unknown): void;
}

/** A lease takes this part of what is available, so that a few processes can share a wallet without asking back. */
const shareOfAvailable = 8n;
/** Not used in the last part of its life: appends in flight must land before it can expire for others. */
const marginOfLife = 4;
/** A lease is replaced after so many lives, so that an expiry never has far to read. */
const mostLives = 10;
/** For so long after another process asked back, only what is needed is leased. */
const modestMs = 5_000;
const recallEveryMs = 250;
const smallestAmount = 1n as Money;

export class Purse {
  private lease: ProcessLease | null = null;
  /** No new holds on these; their last requests are still running. */
  private readonly draining = new Set<ProcessLease>();
  private readonly waiting: Waiting[] = [];
  private serving = false;
  private again = false;
  private lastHoldMs = 0;
  private lastRecallMs = 0;
  private modestUntilMs = 0;

  constructor(
    private readonly orgId: OrgId,
    private readonly wallets: Wallets,
    private readonly settings: PurseSettings,
  ) {}

  /** Nothing of the wallet is here. */
  get isEmpty(): boolean {
    return !this.lease && this.draining.size === 0 && this.waiting.length === 0;
  }

  /** Resolves at once when the lease covers it. */
  hold(asked: Asked): Promise<FromPurse> {
    this.lastHoldMs = this.settings.now();
    const held = this.waiting.length === 0 ? this.tryHold(asked) : null;
    return held ? Promise.resolve(held) : this.wait(asked);
  }

  /** A hold on a lease that was lost is settled by what its expiry kept. */
  settle(requestId: string, cost: Money): void {
    if (this.lease?.settle(requestId, cost)) {
      if (this.waiting.length > 0) void this.serve();
      return;
    }
    const lease = [...this.draining].find((draining) => draining.settle(requestId, cost));
    if (!lease?.isIdle) return;
    this.draining.delete(lease);
    void this.giveBack(lease, true);
  }

  apply(event: Recorded): void {
    if (event.type === 'FundsRecalled') {
      if ((event.data as FundsRecalled).holder !== this.settings.holder) this.recalled();
      return;
    }
    if (event.type === 'LeaseExpired') this.lost((event.data as LeaseExpired).leaseId);
    if (this.waiting.length > 0) void this.serve();
  }

  /** Renews what is in use; gives back what is not. */
  async tend(): Promise<void> {
    const { leaseMs, now } = this.settings;
    if (this.lease && (now() - this.lastHoldMs > leaseMs || now() - this.lease.openedMs > leaseMs * mostLives)) await this.retire();
    const ending = [...(this.lease ? [this.lease] : []), ...this.draining].filter(({ expiresMs }) => expiresMs - now() < leaseMs / 2);
    for (const lease of ending) await this.renew(lease);
  }

  /** No new holds on the present lease; what is free goes back now, the rest when the last hold has ended. */
  async retire(): Promise<void> {
    const lease = this.lease;
    if (!lease) return;
    this.lease = null;
    if (!lease.isIdle) this.draining.add(lease);
    await this.giveBack(lease, lease.isIdle);
  }

  private tryHold({ requestId, upTo }: Asked): FromPurse | null {
    const lease = this.usable();
    if (!lease?.hold(requestId, upTo)) return null;
    return { kind: 'held', leaseId: lease.leaseId, amount: upTo };
  }

  private wait(asked: Asked): Promise<FromPurse> {
    return new Promise((answer, fail) => {
      this.waiting.push({ asked, giveUpMs: this.settings.now() + this.settings.patienceMs, answer, fail });
      void this.serve();
    });
  }

  /** Serves those who wait, first come first served, one round at a time. */
  private async serve(): Promise<void> {
    if (this.serving) {
      this.again = true;
      return;
    }
    this.serving = true;
    try {
      do {
        this.again = false;
        await this.round();
      } while (this.again && this.waiting.length > 0);
    } catch (error) {
      for (const waiting of this.waiting.splice(0)) waiting.fail(error);
    } finally {
      this.serving = false;
    }
    if (this.waiting.length > 0) this.serveLater();
  }

  private async round(): Promise<void> {
    this.serveFromLease();
    while (this.waiting.length > 0 && (await this.fill())) this.serveFromLease();
    if (this.waiting.length === 0) return;
    const state = await this.settings.reclaim(this.orgId, await this.wallets.refreshed(this.orgId));
    if (this.waiting.length > 0 && state.available >= this.missingLeast()) {
      this.again = true;
      return;
    }
    this.refuse(state);
    if (this.waiting.length > 0) await this.recall(state);
  }

  /** In the order they came; one that does not fit lets the smaller ones behind it pass. */
  private serveFromLease(): void {
    for (const waiting of this.waiting.splice(0)) {
      const held = this.tryHold(waiting.asked);
      if (held) waiting.answer(held);
      else this.waiting.push(waiting);
    }
  }

  /** What the lease lacks to hold so much. */
  private missing(amount: Money): Money {
    return subtract(amount, this.usable()?.free ?? zero);
  }

  /** What the smallest of those who wait still needs: with less, nobody can be served. */
  private missingLeast(): Money {
    const smallest = this.waiting.map(({ asked }) => asked.upTo).reduce((least, upTo) => min(least, upTo));
    return max(this.missing(smallest), smallestAmount);
  }

  /** Leases what those who wait need, and some more. False when not even the smallest of them can be served. */
  private async fill(): Promise<boolean> {
    const needed = this.missing(add(...this.waiting.map(({ asked }) => asked.upTo)));
    return this.leaseFunds(this.missingLeast(), needed);
  }

  private async leaseFunds(atLeast: Money, needed: Money): Promise<boolean> {
    const now = this.settings.now();
    const present = this.usable();
    const leaseId = present?.leaseId ?? (`${this.settings.holder}.${randomUUID().slice(0, 8)}` as LeaseId);
    const isModest = now < this.modestUntilMs;
    const { events, state } = await this.wallets.execute(
      this.orgId,
      (current) => ({
        type: 'LeaseFunds',
        at: iso(this.settings.now()),
        leaseId,
        holder: this.settings.holder,
        atLeast,
        wanted: isModest ? needed : max(needed, (current.available / shareOfAvailable) as Money),
        expiresAt: iso(this.settings.now() + this.settings.leaseMs),
      }),
      this.context(),
    );
    const leased = events.find((event) => event.type === 'FundsLeased');
    if (!leased) {
      if (present && state.leases.get(leaseId)?.phase !== 'active') this.lost(leaseId);
      return false;
    }
    // A lease that ran out while its process lived is left to expire: its holds settle against what is kept then.
    if (present && this.lease === present) present.expiresMs = this.usableUntil(leased.data.expiresAt);
    else this.lease = new ProcessLease(leaseId, now, this.usableUntil(leased.data.expiresAt));
    this.lease!.fill(BigInt(leased.data.amount) as Money);
    return true;
  }

  /** Refuses those who have waited long enough, and those whom nothing that may come back could serve. */
  private refuse(state: Wallet): void {
    const own = this.lease ? add(this.lease.free, this.lease.held) : zero;
    const elsewhere = subtract(heldOf(state), this.lease ? (state.leases.get(this.lease.leaseId)?.funds ?? zero) : zero);
    const most = add(state.available, max(own, zero), elsewhere);
    const now = this.settings.now();
    for (const waiting of this.waiting.splice(0)) {
      if (waiting.giveUpMs > now && waiting.asked.upTo <= most) this.waiting.push(waiting);
      else waiting.answer({ kind: 'insufficient', available: add(state.available, this.lease ? max(this.lease.free, zero) : zero) });
    }
  }

  private async recall(state: Wallet): Promise<void> {
    const now = this.settings.now();
    const others = [...state.leases.values()].filter((lease) => lease.holder !== this.settings.holder && lease.phase === 'active' && lease.funds > zero);
    if (others.length === 0 || now - this.lastRecallMs < recallEveryMs) return;
    this.lastRecallMs = now;
    const wanted = this.missingLeast();
    await this.wallets.execute(this.orgId, { type: 'RecallFunds', at: iso(now), holder: this.settings.holder, wanted }, this.context());
  }

  private serveLater(): void {
    const soonest = Math.min(...this.waiting.map(({ giveUpMs }) => giveUpMs)) - this.settings.now();
    this.settings.after(Math.max(1, Math.min(soonest, recallEveryMs)), () => void this.serve());
  }

  private recalled(): void {
    this.modestUntilMs = this.settings.now() + modestMs;
    if (this.lease && this.lease.free > zero) void this.giveBack(this.lease, false);
  }

  private lost(leaseId: LeaseId): void {
    if (this.lease?.leaseId === leaseId) this.lease = null;
    for (const lease of this.draining) if (lease.leaseId === leaseId) this.draining.delete(lease);
  }

  private async giveBack(lease: ProcessLease, ends: boolean): Promise<void> {
    const amount = lease.takeFree();
    if (amount === zero && !ends) return;
    try {
      await this.wallets.execute(this.orgId, { type: 'ReturnLease', at: iso(this.settings.now()), leaseId: lease.leaseId, amount, ends }, this.context());
    } catch (error) {
      // Whether it went back is not known: it is not used here again, and the expiry settles it.
      this.settings.onError(error);
    }
  }

  private async renew(lease: ProcessLease): Promise<void> {
    const expiresAt = iso(this.settings.now() + this.settings.leaseMs);
    const { events } = await this.wallets.execute(this.orgId, { type: 'RenewLease', at: iso(this.settings.now()), leaseId: lease.leaseId, expiresAt }, this.context());
    if (events.length > 0) lease.expiresMs = this.usableUntil(expiresAt);
  }

  /** The present lease, while it may be used. */
  private usable(): ProcessLease | null {
    return this.lease && this.settings.now() < this.lease.expiresMs ? this.lease : null;
  }

  private usableUntil(expiresAt: string): number {
    return Date.parse(expiresAt) - this.settings.leaseMs / marginOfLife;
  }

  private context(): CommandContext {
    const commandId = randomUUID();
    return { orgId: this.orgId, actor: 'system:holds', commandId, correlationId: commandId, at: iso(this.settings.now()) };
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
