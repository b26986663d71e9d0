/** What the processes and other features use of wallets. */
export { Holds, insufficientFunds, type HoldRequest, type HoldResult } from './holds.js';
export type { FundsHold } from './domain/holding.js';
export { walletProjection } from './read-model/ledger.js';
export { purchasesProjection } from './read-model/parked-purchases.js';
