/** From purchases to wallets: each credit and each reversal is taken in once, however often it is brought. */
import type { CommandContext, Recorded } from '../../event-sourcing/domain/event.js';
import { fromPico } from '../../money/money.js';
import type { CreditWallet, RefundWallet } from '../domain/commands.js';
import type { WalletCredited, WalletRefunded } from '../domain/events.js';
import type { PurchaseCredited, PurchaseReversed } from '../domain/purchase.js';
import type { Wallet } from '../domain/wallet.js';
import { walletOf, type WalletLog, type Wallets } from './wallets.js';

export const paymentTypes = ['PurchaseCredited', 'PurchaseReversed'] as const;

export class PaymentSettler {
  constructor(
    private readonly wallets: Wallets,
    private readonly log: Pick<WalletLog, 'readBackwards'>,
    private readonly now: () => number = Date.now,
  ) {}

  async settle(event: Recorded): Promise<void> {
    const { orgId } = event.data as PurchaseCredited | PurchaseReversed;
    const at = new Date(this.now()).toISOString();
    const command = commandOf(event, at);
    const context: CommandContext = { orgId, actor: 'system:payments', commandId: event.id, correlationId: event.metadata.$correlationId, causationId: event.id, at };
    await this.wallets.execute(orgId, async (state) => ((await this.isTaken(event, state)) ? null : command), context);
  }

  /** Older than the books: looked up in the stream, where it would stand after the purchase. */
  private async isTaken(event: Recorded, state: Wallet): Promise<boolean> {
    const position = event.position.commit;
    if (position > state.takenBefore.payments) return false;
    const { orgId } = event.data as PurchaseCredited;
    for await (const written of this.log.readBackwards(walletOf(orgId))) {
      if (written.position.commit < position) return false;
      if (written.type !== 'WalletCredited' && written.type !== 'WalletRefunded') continue;
      if ((written.data as WalletCredited | WalletRefunded).sourcePosition === position.toString()) return true;
    }
    return false;
  }
}

function commandOf(event: Recorded, at: string): CreditWallet | RefundWallet {
  const sourcePosition = event.position.commit;
  if (event.type === 'PurchaseCredited') {
    const { purchaseId, amount } = event.data as PurchaseCredited;
    return { type: 'CreditWallet', at, creditId: purchaseId, amount: fromPico(amount), origin: 'polar', reference: purchaseId, sourcePosition };
  }
  const { purchaseId, reversalId, amount } = event.data as PurchaseReversed;
  return { type: 'RefundWallet', at, refundId: reversalId, amount: fromPico(amount), reference: purchaseId, sourcePosition };
}
