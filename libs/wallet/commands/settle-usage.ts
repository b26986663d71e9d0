/**
 * From the ends of requests to the debits of wallets: every answered or billed request becomes exactly one
 * WalletDebited, a price that came late one WalletAdjusted. Safe to be given the same events again, after a crash or
 * by two workers at once: what has been taken in is known from the wallet's own stream.
 */
import type { CommandContext, Recorded } from '../../event-sourcing/domain/event.js';
import type { OrgId } from '../../identity/domain/caller.js';
import type { Settlement } from '../domain/commands.js';
import type { WalletAdjusted, WalletDebited } from '../domain/events.js';
import { settlementOf } from '../domain/usage.js';
import type { Wallet } from '../domain/wallet.js';
import { walletOf, type WalletLog, type Wallets } from './wallets.js';

export class UsageSettler {
  constructor(
    private readonly wallets: Wallets,
    private readonly log: Pick<WalletLog, 'readBackwards'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Settles a batch, in the order of the log; one append for each wallet in it. */
  async settle(events: readonly Recorded[]): Promise<void> {
    const byWallet = new Map<OrgId, Settlement[]>();
    for (const event of events) {
      const settlement = settlementOf(event);
      const orgId = event.metadata.orgId as OrgId | null;
      if (!settlement || orgId === null) continue;
      const settlements = byWallet.get(orgId);
      if (settlements) settlements.push(settlement);
      else byWallet.set(orgId, [settlement]);
    }
    for (const [orgId, settlements] of byWallet) await this.settleOne(orgId, settlements);
  }

  private async settleOne(orgId: OrgId, settlements: readonly Settlement[]): Promise<void> {
    const at = new Date(this.now()).toISOString();
    const first = settlements[0]!.sourcePosition;
    const last = settlements.at(-1)!.sourcePosition;
    const commandId = `usage ${first}-${last}`;
    const context: CommandContext = { orgId, actor: 'system:usage', commandId, correlationId: commandId, at };
    await this.wallets.execute(
      orgId,
      async (state) => ({ type: 'SettleUsage', at, settlements: await this.notTaken(orgId, settlements, state) }),
      context,
    );
  }

  /**
   * The decider knows what was taken in since the books were opened. What is older than that, as after a crash, is
   * looked up in the stream: a debit stands after the request it is for, so there is a place to stop.
   */
  private async notTaken(orgId: OrgId, settlements: readonly Settlement[], state: Wallet): Promise<readonly Settlement[]> {
    const old = settlements.filter(({ sourcePosition }) => sourcePosition <= state.takenBefore.usage);
    if (old.length === 0) return settlements;
    const oldest = old.reduce((least, { sourcePosition }) => (sourcePosition < least ? sourcePosition : least), old[0]!.sourcePosition);
    const taken = new Set<string>();
    for await (const event of this.log.readBackwards(walletOf(orgId))) {
      if (event.position.commit < oldest) break;
      if (event.type === 'WalletDebited') taken.add((event.data as WalletDebited).requestId);
      else if (event.type === 'WalletAdjusted') taken.add((event.data as WalletAdjusted).adjustmentId);
    }
    return settlements.filter((settlement) => !taken.has(settlement.kind === 'ended' ? settlement.requestId : settlement.adjustmentId));
  }
}
