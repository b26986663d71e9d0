/**
 * Money as the operator moves it. A movement is known by its reference, such as an invoice, and is made once; without
 * one, the same amount for the same reason on the same UTC day is taken for the same command, run again.
 */
import { createHash } from 'node:crypto';
import { Refused } from '../../event-sourcing/domain/decider.js';
import type { CommandContext } from '../../event-sourcing/domain/event.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { fromPico, toDollars, toPico, type Money, type PicoDollars } from '../../money/money.js';
import type { WalletCommand } from '../domain/commands.js';
import type { WalletEvent } from '../domain/events.js';
import type { Wallet } from '../domain/wallet.js';
import { walletOf, type WalletLog, type Wallets } from './wallets.js';

export interface MovementByHand {
  readonly kind: 'credit' | 'adjust';
  readonly orgId: OrgId;
  /** Of a credit more than zero, of an adjustment either sign. */
  readonly amount: Money;
  readonly reason: string;
  /** Null: known by its amount, its reason and the day. */
  readonly reference: string | null;
}

export interface MovedByHand {
  readonly wallet: Wallet;
  /** False when it had been made before: nothing was added. */
  readonly isNew: boolean;
}

/** @throws Refused when its reference was used for another amount. @throws LogUnavailable: run it again, it is made once */
export async function moveByHand(log: Pick<WalletLog, 'readBackwards'>, wallets: Wallets, movement: MovementByHand, context: CommandContext): Promise<MovedByHand> {
  const id = idOf(movement, context.at);
  const { state, events } = await wallets.execute(
    movement.orgId,
    async () => {
      const before = await earlier(log, movement, id, context.at);
      if (before !== null && before !== toPico(movement.amount)) {
        throw new Refused('reference_used', `The reference ${movement.reference} was used for ${toDollars(fromPico(before))} dollars already.`, 'reference');
      }
      return before === null ? commandOf(movement, id, context.at) : null;
    },
    context,
  );
  return { wallet: state, isNew: events.length > 0 };
}

function idOf({ kind, orgId, amount, reason, reference }: MovementByHand, at: string): string {
  const known = reference === null ? ['same day', dayOf(at), toPico(amount), reason] : ['reference', reference];
  return createHash('sha256').update(JSON.stringify([kind, orgId, ...known])).digest('hex').slice(0, 32);
}

/** The amount it was made with; null when it was not. One that is known by its day stands in that day's part of the stream. */
async function earlier(log: Pick<WalletLog, 'readBackwards'>, { orgId, reference }: MovementByHand, id: string, at: string): Promise<PicoDollars | null> {
  for await (const { type, data, metadata } of log.readBackwards(walletOf(orgId))) {
    if (reference === null && dayOf(metadata.at) < dayOf(at)) return null;
    const event = { type, data } as WalletEvent;
    if (event.type === 'WalletCredited' && event.data.creditId === id) return event.data.amount;
    if (event.type === 'WalletAdjusted' && event.data.adjustmentId === id) return event.data.amount;
  }
  return null;
}

const dayOf = (at: string): string => at.slice(0, 'yyyy-mm-dd'.length);

function commandOf({ kind, amount, reason, reference }: MovementByHand, id: string, at: string): WalletCommand {
  const said = reference === null ? reason : `${reason} (${reference})`;
  return kind === 'credit'
    ? { type: 'CreditWallet', at, creditId: id, amount, origin: 'manual', reference: said, sourcePosition: null }
    : { type: 'AdjustWallet', at, adjustmentId: id, amount, reason: said };
}
