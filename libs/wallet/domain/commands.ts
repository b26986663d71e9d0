/** What may be asked of a wallet. Every command carries its time; those that can come twice carry their identity. */
import type { KeyId } from '../../identity/domain/caller.js';
import type { Money } from '../../money/money.js';
import type { LeaseId } from './accounts.js';
import type { KeptHold } from './events.js';

export interface CreditWallet {
  readonly type: 'CreditWallet';
  readonly at: string;
  readonly creditId: string;
  readonly amount: Money;
  readonly origin: 'polar' | 'manual';
  readonly reference: string;
  /** Position of the event that caused it; null for a command by hand. */
  readonly sourcePosition: bigint | null;
}

export interface RefundWallet {
  readonly type: 'RefundWallet';
  readonly at: string;
  readonly refundId: string;
  readonly amount: Money;
  readonly reference: string;
  readonly sourcePosition: bigint | null;
}

export interface AdjustWallet {
  readonly type: 'AdjustWallet';
  readonly at: string;
  readonly adjustmentId: string;
  /** Either sign; positive raises the balance. */
  readonly amount: Money;
  readonly reason: string;
}

/** Takes between `atLeast` and `wanted`; nothing when not even `atLeast` is available. */
export interface LeaseFunds {
  readonly type: 'LeaseFunds';
  readonly at: string;
  readonly leaseId: LeaseId;
  readonly holder: string;
  readonly atLeast: Money;
  readonly wanted: Money;
  readonly expiresAt: string;
}

export interface RenewLease {
  readonly type: 'RenewLease';
  readonly at: string;
  readonly leaseId: LeaseId;
  readonly expiresAt: string;
}

export interface ReturnLease {
  readonly type: 'ReturnLease';
  readonly at: string;
  readonly leaseId: LeaseId;
  readonly amount: Money;
  readonly ends: boolean;
}

export interface ExpireLease {
  readonly type: 'ExpireLease';
  readonly at: string;
  readonly leaseId: LeaseId;
  /** What the log shows as held on it or spent from it, and not debited at the wallet's present revision. */
  readonly kept: readonly KeptHold[];
}

export interface RecallFunds {
  readonly type: 'RecallFunds';
  readonly at: string;
  readonly holder: string;
  readonly wanted: Money;
}

export interface SettleUsage {
  readonly type: 'SettleUsage';
  readonly at: string;
  /** In the order of the log. */
  readonly settlements: readonly Settlement[];
}

/** How one request ended, or what its cost turned out to be afterwards. */
export type Settlement = RequestEnded | RequestRepriced;

export interface RequestEnded {
  readonly kind: 'ended';
  readonly requestId: string;
  readonly keyId: KeyId | null;
  readonly model: string;
  readonly provider: string;
  /** Null: nothing is to be debited (it failed without a bill, or its price is unknown); a kept hold is let go. */
  readonly cost: Money | null;
  readonly costStatus: 'exact' | 'estimated';
  readonly leaseId: LeaseId | null;
  readonly endedAt: string;
  readonly sourcePosition: bigint;
}

export interface RequestRepriced {
  readonly kind: 'repriced';
  readonly adjustmentId: string;
  readonly requestId: string;
  /** What is to be added to the balance: the old cost minus the new one. */
  readonly amount: Money;
  readonly reason: string;
  readonly sourcePosition: bigint;
}

export type WalletCommand =
  | CreditWallet | RefundWallet | AdjustWallet | LeaseFunds | RenewLease | ReturnLease | ExpireLease | RecallFunds | SettleUsage;
