/**
 * Wallets and purchases of a generated history: what the real deciders say to random commands, so that the events are
 * ones that can be: books are closed and opened, leases expire, purchases are parked and then credited.
 */
import type { DomainEvent, StreamName } from '../../../libs/event-sourcing/domain/event.js';
import type { KeyId, OrgId } from '../../../libs/identity/domain/caller.js';
import type { Money } from '../../../libs/money/money.js';
import type { LeaseId } from '../../../libs/wallet/domain/accounts.js';
import type { WalletCommand } from '../../../libs/wallet/domain/commands.js';
import { wallet } from '../../../libs/wallet/domain/decide.js';
import { purchase, type Purchase } from '../../../libs/wallet/domain/purchase.js';
import type { Wallet } from '../../../libs/wallet/domain/wallet.js';

const hourMs = 3_600_000;
const picoPerDollar = 1_000_000_000_000;

export interface Happened {
  readonly stream: StreamName;
  readonly orgId: OrgId;
  readonly events: readonly DomainEvent[];
}

export class WalletHistory {
  private readonly wallets = new Map<OrgId, Wallet>();
  private readonly parked: { readonly id: string; readonly state: Purchase; readonly orgId: OrgId }[] = [];
  private count = 0;

  constructor(private readonly chance: () => number) {}

  /** What one random command comes to; often nothing. */
  next(orgId: OrgId, nowMs: number, position: bigint): Happened {
    this.count += 1;
    return this.chance() < 0.1 ? this.purchase(orgId) : this.wallet(orgId, this.command(orgId, nowMs, position));
  }

  private wallet(orgId: OrgId, command: WalletCommand): Happened {
    const before = this.stateOf(orgId);
    const events = wallet.decide(command, before);
    this.wallets.set(orgId, events.reduce((state, event) => wallet.evolve(state, event), before));
    return { stream: `wallet-${orgId}`, orgId, events };
  }

  private purchase(orgId: OrgId): Happened {
    const known = this.chance() < 0.5 ? this.parked.pop() : undefined;
    const id = known?.id ?? `order-${this.count}`;
    const state = known?.state ?? purchase.initial;
    const events = purchase.decide(
      known
        ? { type: 'AssignPurchase', purchaseId: id, orgId: known.orgId }
        : { type: 'NotePayment', purchaseId: id, orgId: null, organization: orgId, currency: 'usd', amount: BigInt(this.whole(10_000) + 1), refunded: 0n },
      state,
    );
    if (!known) this.parked.push({ id, orgId, state: events.reduce((current, event) => purchase.evolve(current, event), state) });
    return { stream: `purchase-${id}`, orgId, events };
  }

  private command(orgId: OrgId, nowMs: number, position: bigint): WalletCommand {
    const at = new Date(nowMs).toISOString();
    const leases = [...this.stateOf(orgId).leases.keys()];
    const lease = leases[this.whole(leases.length)];
    const later = new Date(nowMs + hourMs).toISOString();
    const roll = this.whole(12);
    if (lease !== undefined && roll === 0) return { type: 'RenewLease', at, leaseId: lease, expiresAt: later };
    if (lease !== undefined && roll === 1) return { type: 'ReturnLease', at, leaseId: lease, amount: this.money(0.1), ends: this.chance() < 0.3 };
    if (lease !== undefined && roll === 2) return { type: 'ExpireLease', at: new Date(nowMs + 2 * hourMs).toISOString(), leaseId: lease, kept: [] };
    if (roll === 3) return { type: 'RecallFunds', at, holder: `process-${this.whole(3)}`, wanted: this.money(1) };
    if (roll === 4) return { type: 'RefundWallet', at, refundId: `refund-${this.count}`, amount: this.money(0.2), reference: 'returned', sourcePosition: null };
    if (roll === 5) return { type: 'AdjustWallet', at, adjustmentId: `adjustment-${this.count}`, amount: (this.chance() < 0.5 ? this.money(0.1) : -this.money(0.1)) as Money, reason: 'a correction' };
    if (roll <= 7) return { type: 'CreditWallet', at, creditId: `credit-${this.count}`, amount: this.money(5), origin: 'manual', reference: 'by hand', sourcePosition: null };
    if (roll <= 9) return { type: 'LeaseFunds', at, leaseId: `lease-${this.count}` as LeaseId, holder: `process-${this.whole(3)}`, atLeast: 1n as Money, wanted: this.money(0.5), expiresAt: later };
    return { type: 'SettleUsage', at, settlements: [this.ended(orgId, at, lease ?? null, position)] };
  }

  private ended(orgId: OrgId, at: string, leaseId: LeaseId | null, sourcePosition: bigint) {
    if (this.chance() < 0.1) {
      return { kind: 'repriced' as const, adjustmentId: `late-${this.count}`, requestId: `request-${this.count}`, amount: -this.money(0.01) as Money, reason: 'a late price', sourcePosition };
    }
    const keyId = this.chance() < 0.8 ? (`key_${orgId}_${this.whole(3)}` as KeyId) : null;
    return { kind: 'ended' as const, requestId: `request-${this.count}`, keyId, model: 'a/one', provider: 'a', cost: this.money(0.01), costStatus: 'exact' as const, leaseId, endedAt: at, sourcePosition };
  }

  private stateOf(orgId: OrgId): Wallet {
    return this.wallets.get(orgId) ?? wallet.initial;
  }

  private whole = (below: number): number => Math.floor(this.chance() * below);
  /** Some dollars below `most`, at least one pico-dollar. */
  private money = (most: number): Money => BigInt(1 + Math.floor(this.chance() * most * picoPerDollar)) as Money;
}
