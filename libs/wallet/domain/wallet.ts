/**
 * The wallet of one organization: its state, and what events do to it. What may be asked of it is in decide.ts.
 * A fold may start at any WalletOpened and ends in the same state as a fold from the very first event.
 */
import { add, fromPico, subtract, toPico, zero, type Money } from '../../money/money.js';
import { sumOf, type Account, type Funds, type LeaseId, type Posting } from './accounts.js';
import { TakenIds } from './taken-ids.js';
import type { CarriedLease, LeasePhase, Source, WalletEvent, WalletOpened } from './events.js';

export interface Lease {
  readonly leaseId: LeaseId;
  readonly holder: string;
  readonly funds: Money;
  readonly expiresAt: string;
  /** Revision of its first FundsLeased: no hold on it is older. */
  readonly openedRevision: number;
  readonly phase: LeasePhase;
  readonly kept: ReadonlyMap<string, Money>;
}

export interface Wallet extends Funds {
  /** Revision of the last event, -1 before the first. */
  readonly revision: number;
  /** Revision of the WalletOpened the present books began with, -1 before the first. */
  readonly openedRevision: number;
  readonly period: string | null;
  readonly part: number;
  readonly leases: ReadonlyMap<LeaseId, Lease>;
  /** How many credits there have been, ever. */
  readonly credits: number;
  /** Identities of what was taken in since the books were opened. */
  readonly taken: TakenIds;
  /** Positions up to which each source had been taken in when the books were opened. */
  readonly takenBefore: Readonly<Record<Source, bigint>>;
  readonly takenUpTo: Readonly<Record<Source, bigint>>;
}

export const unopened: Wallet = {
  revision: -1,
  openedRevision: -1,
  period: null,
  part: 0,
  available: zero,
  owed: zero,
  leases: new Map(),
  credits: 0,
  taken: TakenIds.none,
  takenBefore: { usage: -1n, payments: -1n },
  takenUpTo: { usage: -1n, payments: -1n },
};

/** All that is leased: held, spent and not yet debited, or free in some process. */
export const heldOf = (wallet: Wallet): Money => add(...[...wallet.leases.values()].map((lease) => lease.funds));

/** What the organization owns: may be negative when it owes. */
export const balanceOf = (wallet: Wallet): Money => subtract(add(wallet.available, heldOf(wallet)), wallet.owed);

export function evolve(wallet: Wallet, event: WalletEvent): Wallet {
  if (event.type === 'WalletOpened') return open(event.data);
  const moved = applyPostings({ ...wallet, revision: wallet.revision + 1 }, event.data.postings);
  switch (event.type) {
    case 'PeriodClosed':
    case 'FundsRecalled':
      return moved;
    case 'WalletCredited':
      return take({ ...moved, credits: moved.credits + 1 }, event.data.creditId, 'payments', event.data.sourcePosition);
    case 'WalletRefunded':
      return take(moved, event.data.refundId, 'payments', event.data.sourcePosition);
    case 'WalletAdjusted':
      return take(moved, event.data.adjustmentId, 'usage', event.data.sourcePosition);
    case 'WalletDebited':
      return letGo(take(moved, event.data.requestId, 'usage', event.data.sourcePosition), event.data.requestId);
    case 'FundsLeased':
      return withLease(moved, event.data.leaseId, { holder: event.data.holder, expiresAt: event.data.expiresAt });
    case 'LeaseRenewed':
      return withLease(moved, event.data.leaseId, { expiresAt: event.data.expiresAt });
    case 'LeaseReturned':
      return returned(moved, event.data);
    case 'LeaseExpired':
      return withLease(moved, event.data.leaseId, {
        phase: 'expired',
        kept: new Map(event.data.kept.map(({ requestId, amount }) => [requestId, fromPico(amount)])),
      });
    default:
      return moved;
  }
}

function open(data: WalletOpened): Wallet {
  const takenIn = { usage: BigInt(data.takenIn.usage), payments: BigInt(data.takenIn.payments) };
  return {
    revision: data.revision,
    openedRevision: data.revision,
    period: data.period,
    part: data.part,
    available: fromPico(data.available),
    owed: fromPico(data.owed),
    leases: new Map(data.leases.map((lease) => [lease.leaseId, uncarry(lease)])),
    credits: data.credits,
    taken: TakenIds.none,
    takenBefore: takenIn,
    takenUpTo: takenIn,
  };
}

const uncarry = (lease: CarriedLease): Lease => ({
  ...lease,
  funds: fromPico(lease.funds),
  kept: new Map(lease.kept.map(({ requestId, amount }) => [requestId, fromPico(amount)])),
});

export const carry = (lease: Lease): CarriedLease => ({
  ...lease,
  funds: toPico(lease.funds),
  kept: [...lease.kept].map(([requestId, amount]) => ({ requestId, amount: toPico(amount) })),
});

function applyPostings(wallet: Wallet, lines: readonly Posting[]): Wallet {
  const change = (account: Account) => sumOf(lines.filter((line) => line.account === account));
  const leases = lines.filter((line) => line.account.startsWith('lease:'));
  const moved = { ...wallet, available: add(wallet.available, change('available')), owed: subtract(wallet.owed, change('owed')) };
  return leases.reduce((current, { account, amount }) => {
    const leaseId = account.slice('lease:'.length) as LeaseId;
    return withLease(current, leaseId, { funds: add(current.leases.get(leaseId)?.funds ?? zero, fromPico(amount)) });
  }, moved);
}

function withLease(wallet: Wallet, leaseId: LeaseId, change: Partial<Lease>): Wallet {
  const before: Lease = wallet.leases.get(leaseId) ?? {
    leaseId, holder: '', funds: zero, expiresAt: '', openedRevision: wallet.revision, phase: 'active', kept: new Map(),
  };
  const leases = new Map(wallet.leases);
  const after = { ...before, ...change };
  if (isOver(after)) leases.delete(leaseId);
  else leases.set(leaseId, after);
  return { ...wallet, leases };
}

/** An active lease may be empty and be filled up again; any other is over with its last pico-dollar. */
const isOver = (lease: Lease): boolean => lease.phase !== 'active' && lease.funds === zero && lease.kept.size === 0;

function returned(wallet: Wallet, { leaseId, requestId, ends }: { leaseId: LeaseId; requestId: string | null; ends: boolean }): Wallet {
  if (requestId !== null) return letGo(wallet, requestId);
  return ends ? withLease(wallet, leaseId, { phase: 'ended' }) : wallet;
}

/** The lease that keeps money for a request, when one does. */
export const keeperOf = (wallet: Wallet, requestId: string): Lease | undefined =>
  [...wallet.leases.values()].find((lease) => lease.kept.has(requestId));

function letGo(wallet: Wallet, requestId: string): Wallet {
  const keeper = keeperOf(wallet, requestId);
  if (!keeper) return wallet;
  const kept = new Map(keeper.kept);
  kept.delete(requestId);
  return withLease(wallet, keeper.leaseId, { kept });
}

function take(wallet: Wallet, id: string, source: Source, position: string | null): Wallet {
  const taken = wallet.taken.with(id);
  if (position === null) return { ...wallet, taken };
  const upTo = BigInt(position) > wallet.takenUpTo[source] ? BigInt(position) : wallet.takenUpTo[source];
  return { ...wallet, taken, takenUpTo: { ...wallet.takenUpTo, [source]: upTo } };
}
