/** How the log of requests shows what was held for each: recorded before a provider is called, and again at the end. */
import type { PicoDollars } from '../../money/money.js';
import type { LeaseId } from './accounts.js';

export interface FundsHold {
  readonly leaseId: LeaseId;
  /** The most the request could cost. */
  readonly amount: PicoDollars;
}
