/** What the processes and other features use of wallets. */
export { Wallets } from './commands/wallets.js';
export { moveByHand, type MovedByHand, type MovementByHand } from './commands/move-by-hand.js';
export { repriceRequest } from './commands/reprice-request.js';
export { noticeRetries, NoticeSender, signingSecret, type NoticeJob } from './commands/send-notices.js';
export type { WalletCommand } from './domain/commands.js';
export type { FundsHold } from './domain/holding.js';
export { purchase, type Purchase, type PurchaseCommand, type PurchaseEvent, type PurchaseParked } from './domain/purchase.js';
export { balanceOf, heldOf, type Wallet } from './domain/wallet.js';
export { Holds, insufficientFunds, type HoldRequest, type HoldResult } from './holds.js';
export { walletProjection } from './read-model/ledger.js';
export { purchasesProjection } from './read-model/parked-purchases.js';
export { spendingProjection } from './read-model/spending.js';
