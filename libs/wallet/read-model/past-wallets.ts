/** The wallet as it was: its own stream, folded to a point of the past from the opening of the books of that time. */
import { Injectable } from '@nestjs/common';
import { happenedBy, type AsOf } from '../../event-sourcing/domain/as-of.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { toDollars } from '../../money/money.js';
import { walletOf } from '../commands/wallets.js';
import { entriesOf, type Entry } from '../domain/entry.js';
import type { WalletEvent } from '../domain/events.js';
import { balanceOf, evolve, heldOf, unopened } from '../domain/wallet.js';
import { pageOf, type EntryCursor, type EntryFilter, type EntryPage, type WalletView } from './wallet-query.js';

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

  /** A page as `WalletQuery.entries` gives it; `position` is that of the wallet's last event at or before the point, null before the first. */
  async entries(orgId: OrgId, { asOf, filter, after, limit }: PastPage): Promise<EntryPage & { readonly position: bigint | null }> {
    let position: bigint | null = null;
    const found: Entry[] = [];
    for await (const event of this.log.readBackwards(walletOf(orgId))) {
      if (!happenedBy(asOf, event)) continue;
      position ??= event.position.commit;
      found.push(...entriesOf(event as Recorded<WalletEvent>).toReversed().filter((entry) => isOlder(entry, after) && fits(entry, filter)));
      if (found.length > limit) break;
    }
    return { ...pageOf(found, limit), position };
  }
}

interface PastPage {
  readonly asOf: AsOf;
  readonly filter: EntryFilter;
  readonly after: EntryCursor | null;
  readonly limit: number;
}

const isOlder = ({ revision, line }: Entry, than: EntryCursor | null): boolean => than === null || revision < than.revision || (revision === than.revision && line < than.line);

function fits({ type, account, request_id, at }: Entry, { type: ofType, account: inAccount, requestId, from, to }: EntryFilter): boolean {
  const wanted = [[ofType, type], [inAccount, account], [requestId, request_id]] as const;
  if (wanted.some(([asked, has]) => asked !== undefined && asked !== has)) return false;
  return (from === undefined || Date.parse(at) >= Date.parse(from)) && (to === undefined || Date.parse(at) < Date.parse(to));
}
