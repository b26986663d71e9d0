/**
 * The holder's side of a lease: what of it is free, and which request holds how much. In memory, no I/O. The sum that
 * never changes by a hold: free + held + spent = everything that was leased and not given back.
 */
import { add, negate, subtract, zero, type Money } from '../../money/money.js';
import type { LeaseId } from './accounts.js';

export class ProcessLease {
  private readonly holds = new Map<string, Money>();
  private unheld: Money = zero;
  private reserved: Money = zero;

  constructor(
    readonly leaseId: LeaseId,
    readonly openedMs: number,
    /** Not used from then on, by this process's clock. */
    public expiresMs: number,
  ) {}

  /** May be below zero for a moment: a request that cost more than was held for it. */
  get free(): Money {
    return this.unheld;
  }

  get held(): Money {
    return this.reserved;
  }

  get isIdle(): boolean {
    return this.holds.size === 0;
  }

  fill(amount: Money): void {
    this.unheld = add(this.unheld, amount);
  }

  /** False when the free part does not cover it. The same request again is held already. */
  hold(requestId: string, amount: Money): boolean {
    if (this.holds.has(requestId)) return true;
    if (this.unheld < amount) return false;
    this.holds.set(requestId, amount);
    this.unheld = subtract(this.unheld, amount);
    this.reserved = add(this.reserved, amount);
    return true;
  }

  /** Ends a hold; what the request did not cost is free again. A hold that has ended stays ended. */
  settle(requestId: string, cost: Money): boolean {
    const amount = this.holds.get(requestId);
    if (amount === undefined) return false;
    this.holds.delete(requestId);
    this.reserved = subtract(this.reserved, amount);
    this.unheld = add(this.unheld, amount, negate(cost));
    return true;
  }

  /** Takes out what is free, to be given back to the wallet. */
  takeFree(): Money {
    if (this.unheld <= zero) return zero;
    const free = this.unheld;
    this.unheld = zero;
    return free;
  }
}
