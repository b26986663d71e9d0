/**
 * Double entry: every event of a wallet moves money between accounts, and its postings sum to zero.
 * Inside the wallet: `available`, one `lease:` account per lease, and `owed`, which is negative or zero.
 * Outside: where money comes from (`payments`), goes to (`usage`), and what hands corrected (`adjustments`).
 */
import { add, fromPico, min, negate, subtract, toPico, zero, type Money, type PicoDollars } from '../../money/money.js';

export type LeaseId = string & { readonly leaseId: true };
export type OutsideAccount = 'payments' | 'usage' | 'adjustments';
export type Account = 'available' | 'owed' | `lease:${string}` | OutsideAccount;

export interface Posting {
  readonly account: Account;
  /** Positive is into the account. */
  readonly amount: PicoDollars;
}

export const leaseAccount = (leaseId: LeaseId): Account => `lease:${leaseId}`;

export const isInside = (account: Account): boolean => account === 'available' || account === 'owed' || account.startsWith('lease:');

/** The two balances that absorb any movement: what may be spent, and what is owed (as a positive amount). */
export interface Funds {
  readonly available: Money;
  readonly owed: Money;
}

/** Leaves out the lines that move nothing. */
export const postings = (...lines: readonly (readonly [Account, Money])[]): readonly Posting[] =>
  lines.filter(([, amount]) => amount !== zero).map(([account, amount]) => ({ account, amount: toPico(amount) }));

/** Money coming in pays what is owed first; only the rest can be spent. */
export function deposit({ owed }: Funds, amount: Money): (readonly [Account, Money])[] {
  const repaid = min(owed, amount);
  return [['owed', repaid], ['available', subtract(amount, repaid)]];
}

/** Money going out takes what is available; the rest is owed, so that `available` never goes below zero. */
export function withdraw({ available }: Funds, amount: Money): (readonly [Account, Money])[] {
  const paid = min(available, amount);
  return [['available', negate(paid)], ['owed', negate(subtract(amount, paid))]];
}

/** A movement of either sign. */
export const move = (funds: Funds, amount: Money): (readonly [Account, Money])[] =>
  amount >= zero ? deposit(funds, amount) : withdraw(funds, negate(amount));

export const sumOf = (lines: readonly Posting[]): Money => add(...lines.map((line) => fromPico(line.amount)));

/** What an event changed of the wallet itself, outside accounts left out. */
export const changeInside = (lines: readonly Posting[]): Money => sumOf(lines.filter((line) => isInside(line.account)));
