/**
 * The events of one wallet, stream wallet-{orgId}. Amounts are positive unless said otherwise; who moved what is in
 * `postings`, so that a ledger, a proof and an auditor need no rule of ours to add them up.
 */
import type { KeyId } from '../../identity/domain/caller.js';
import type { PicoDollars } from '../../money/money.js';
import type { LeaseId, Posting } from './accounts.js';

/** The books are opened: everything that was before is in here, so a reader starts at the last of these. */
export interface WalletOpened {
  /** Month of the books, `yyyy-mm`, UTC. */
  readonly period: string;
  /** 1 for the first books of the month: they are also closed when they have grown long. */
  readonly part: number;
  /** Revision of this event in its stream. */
  readonly revision: number;
  readonly available: PicoDollars;
  /** Zero or more: what the organization owes. */
  readonly owed: PicoDollars;
  readonly leases: readonly CarriedLease[];
  /** How many credits there have been, ever. */
  readonly credits: number;
  /** Up to which position of the log each source has been taken in. */
  readonly takenIn: Readonly<Record<Source, string>>;
  readonly postings: readonly Posting[];
}

export interface CarriedLease {
  readonly leaseId: LeaseId;
  readonly holder: string;
  readonly funds: PicoDollars;
  readonly expiresAt: string;
  readonly openedRevision: number;
  readonly phase: LeasePhase;
  readonly kept: readonly KeptHold[];
}

/** active: its holder makes holds on it; ended: no new holds, late debits still draw; expired: only `kept` remains. */
export type LeasePhase = 'active' | 'ended' | 'expired';

/** Money kept back from an expired lease for a request that has not been settled yet. */
export interface KeptHold {
  readonly requestId: string;
  readonly amount: PicoDollars;
}

/** Where commands that repeat come from; positions of each rise, so what was taken in is known. */
export type Source = 'usage' | 'payments';

export interface PeriodClosed {
  readonly period: string;
  readonly part: number;
  /** available + leases - owed; the next WalletOpened adds up to the same. */
  readonly balance: PicoDollars;
  readonly postings: readonly Posting[];
}

export interface WalletCredited {
  /** The same credit twice is one. */
  readonly creditId: string;
  readonly amount: PicoDollars;
  readonly origin: 'polar' | 'manual';
  /** The purchase, or the words of who credited by hand. */
  readonly reference: string;
  readonly sourcePosition: string | null;
  readonly postings: readonly Posting[];
}

/** A payment was given back, wholly or in part. */
export interface WalletRefunded {
  readonly refundId: string;
  readonly amount: PicoDollars;
  readonly reference: string;
  readonly sourcePosition: string | null;
  readonly postings: readonly Posting[];
}

/** A correction, of either sign: by hand, or because a price came late or was repaired. Nothing is overwritten. */
export interface WalletAdjusted {
  readonly adjustmentId: string;
  /** Positive raises the balance. */
  readonly amount: PicoDollars;
  readonly reason: string;
  readonly requestId: string | null;
  readonly sourcePosition: string | null;
  readonly postings: readonly Posting[];
}

/** A process took a slice of the balance, to hold from it in memory; the same lease may be filled up again. */
export interface FundsLeased {
  readonly leaseId: LeaseId;
  /** The process. */
  readonly holder: string;
  readonly amount: PicoDollars;
  readonly expiresAt: string;
  readonly postings: readonly Posting[];
}

export interface LeaseRenewed {
  readonly leaseId: LeaseId;
  readonly expiresAt: string;
  readonly postings: readonly Posting[];
}

/** Money of a lease that will not be spent went back. What stays is spent or held, and is debited later. */
export interface LeaseReturned {
  readonly leaseId: LeaseId;
  readonly amount: PicoDollars;
  /** Set when it was kept for a request that ended without a cost. */
  readonly requestId: string | null;
  /** True when the holder makes no more holds on it. */
  readonly ends: boolean;
  readonly sourcePosition: string | null;
  readonly postings: readonly Posting[];
}

/** Its holder died or fell silent. `kept` is what the log shows as held or spent and not debited yet. */
export interface LeaseExpired {
  readonly leaseId: LeaseId;
  readonly amount: PicoDollars;
  readonly kept: readonly KeptHold[];
  readonly postings: readonly Posting[];
}

/** A process that could not hold asks the others to give back what they do not use. Moves nothing itself. */
export interface FundsRecalled {
  readonly holder: string;
  readonly wanted: PicoDollars;
  readonly postings: readonly Posting[];
}

/** Exactly one for every request that cost something or was answered for nothing; never for an unknown cost. */
export interface WalletDebited {
  readonly requestId: string;
  readonly keyId: KeyId | null;
  readonly model: string;
  readonly provider: string;
  /** Zero for an answer that cost nothing. */
  readonly amount: PicoDollars;
  readonly costStatus: 'exact' | 'estimated';
  readonly leaseId: LeaseId | null;
  /** When the request ended, by the clock of the process that served it: budgets count by it. */
  readonly endedAt: string;
  readonly sourcePosition: string;
  readonly postings: readonly Posting[];
}

export type WalletEvent =
  | { readonly type: 'WalletOpened'; readonly data: WalletOpened }
  | { readonly type: 'PeriodClosed'; readonly data: PeriodClosed }
  | { readonly type: 'WalletCredited'; readonly data: WalletCredited }
  | { readonly type: 'WalletRefunded'; readonly data: WalletRefunded }
  | { readonly type: 'WalletAdjusted'; readonly data: WalletAdjusted }
  | { readonly type: 'FundsLeased'; readonly data: FundsLeased }
  | { readonly type: 'LeaseRenewed'; readonly data: LeaseRenewed }
  | { readonly type: 'LeaseReturned'; readonly data: LeaseReturned }
  | { readonly type: 'LeaseExpired'; readonly data: LeaseExpired }
  | { readonly type: 'FundsRecalled'; readonly data: FundsRecalled }
  | { readonly type: 'WalletDebited'; readonly data: WalletDebited };

export const walletEventTypes = [
  'WalletOpened', 'PeriodClosed', 'WalletCredited', 'WalletRefunded', 'WalletAdjusted', 'FundsLeased', 'LeaseRenewed',
  'LeaseReturned', 'LeaseExpired', 'FundsRecalled', 'WalletDebited',
] as const satisfies readonly WalletEvent['type'][];
