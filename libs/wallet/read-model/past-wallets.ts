/** The wallet as it was: its own stream, folded to a point of the past from the opening of the books of that time. */
import { Injectable } from '@nestjs/common';
import { happenedBy, type AsOf } from '../../event-sourcing/domain/as-of.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { toDollars } from '../../money/money.js';
import { walletOf } from '../commands/wallets.js';
import type { WalletEvent } from '../domain/events.js';
import { balanceOf, evolve, heldOf, unopened } from '../domain/wallet.js';
import type { WalletView } from './wallet-query.js';

@Injectable()
export class PastWallets {
  constructor(private readonly log: EventLog) {}

  /** Its `position` is that of the wallet's last event at or before the point. */
  async at(orgId: OrgId, asOf: AsOf): Promise<WalletView> {
    let position: bigint | null = null;
    const books: WalletEvent[] = [];
    for await (const event of this.log.readBackwards(walletOf(orgId))) {
      if (!happenedBy(asOf, event)) continue;
      position ??= event.position.commit;
      books.push(event as unknown as WalletEvent);
      if (event.type === 'WalletOpened') break;
    }
    const wallet = books.reduceRight(evolve, unopened);
    return {
      organization_id: orgId,
      balance_dollars: toDollars(balanceOf(wallet)),
      held_dollars: toDollars(heldOf(wallet)),
      available_dollars: toDollars(wallet.available),
      position: position?.toString() ?? null,
    };
  }
}
