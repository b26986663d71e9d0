/**
 * The read model of wallets: balances, every entry of the ledger, the hash that chains the entries, and what each month
 * came to. One projection, so that at any moment all of it is as of one position. Serves GET /v1/wallet and below.
 */
import { createHash } from 'node:crypto';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { projection, table, type Change } from '../../event-sourcing/projections/projection.js';
import { add, fromPico, negate, zero, type Money, type PicoDollars } from '../../money/money.js';
import type { Account, Posting } from '../domain/accounts.js';
import { canonical, entriesOf, firstHash } from '../domain/entry.js';
import type { WalletEvent } from '../domain/events.js';

export const wallets = table('wallets', {
  key: { org_id: 'text' },
  sum: { available_cents: 'cents', held_cents: 'cents', owed_cents: 'cents', entries: 'bigint' },
});

export const chains = table('wallet_chains', { key: { org_id: 'text' }, set: { hash: 'text' } });

export const entries = table('wallet_entries', {
  key: { org_id: 'text', revision: 'bigint', line: 'integer' },
  set: { at: 'timestamptz', type: 'text', account: 'text', amount_cents: 'cents', request_id: 'text', reference: 'text' },
});

export const statements = table('wallet_statements', {
  key: { org_id: 'text', month: 'text' },
  sum: { credited_cents: 'cents', refunded_cents: 'cents', adjusted_cents: 'cents', debited_cents: 'cents', debits: 'bigint' },
});

export const walletProjection = projection<WalletEvent>({
  name: 'wallet',
  version: 1,
  tables: [wallets, chains, entries, statements],
  on: {
    WalletCredited: (event) => [...ledgerOf(event), month(event, { credited_cents: fromPico(event.data.amount) })],
    WalletRefunded: (event) => [...ledgerOf(event), month(event, { refunded_cents: fromPico(event.data.amount) })],
    WalletAdjusted: (event) => [...ledgerOf(event), month(event, { adjusted_cents: fromPico(event.data.amount) })],
    WalletDebited: (event) => [...ledgerOf(event), month(event, { debited_cents: fromPico(event.data.amount), debits: 1n })],
    WalletOpened: ledgerOf,
    PeriodClosed: ledgerOf,
    FundsLeased: ledgerOf,
    LeaseRenewed: ledgerOf,
    LeaseReturned: ledgerOf,
    LeaseExpired: ledgerOf,
    FundsRecalled: ledgerOf,
  },
});

function ledgerOf(event: Recorded<WalletEvent>): Change[] {
  const org_id = event.metadata.orgId!;
  const { postings } = event.data;
  const lines = entriesOf(event);
  return [
    wallets.add(
      { org_id },
      {
        available_cents: sum(postings, (account) => account === 'available'),
        held_cents: sum(postings, (account) => account.startsWith('lease:')),
        owed_cents: negate(sum(postings, (account) => account === 'owed')),
        entries: lines.length,
      },
    ),
    chains.evolve({ org_id }, (before) => ({ hash: lines.map(canonical).reduce(chained, (before?.hash as string | undefined) ?? firstHash) })),
    ...lines.map(({ revision, line, at, type, account, request_id, reference }) =>
      entries.put({ org_id, revision, line }, { at, type, account, amount_cents: fromPico(postings[line]!.amount), request_id, reference }),
    ),
  ];
}

/** The next link of the chain. */
export const chained = (previous: string, entry: string): string => createHash('sha256').update(`${previous}\n${entry}`).digest('hex');

const sum = (postings: readonly Posting[], of: (account: Account) => boolean): Money =>
  postings.filter(({ account }) => of(account)).reduce((total, { amount }) => add(total, fromPico(amount as PicoDollars)), zero);

const month = (event: Recorded<WalletEvent>, sums: Parameters<typeof statements.add>[1]): Change =>
  statements.add({ org_id: event.metadata.orgId!, month: event.metadata.at.slice(0, 'yyyy-mm'.length) }, sums);
