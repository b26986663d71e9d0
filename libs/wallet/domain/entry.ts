/**
 * An entry of the ledger, as the API shows it: one line of one event. Entries are chained, so that anyone who holds
 * them can recompute the proof: next = SHA-256(previous as hex, a line feed, the entry as canonical JSON), the first
 * previous being 64 zeros.
 */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { fromPico, toDollars, type PicoDollars } from '../../money/money.js';
import type { WalletEvent } from './events.js';

export interface Entry {
  /** Revision of the event in the wallet's stream, and the line within it, from 0. */
  readonly revision: number;
  readonly line: number;
  readonly at: string;
  readonly type: WalletEvent['type'];
  readonly account: string;
  /** Exact, positive into the account. */
  readonly amount_dollars: string;
  readonly request_id: string | null;
  readonly reference: string | null;
}

export const entryColumns = ['revision', 'line', 'at', 'type', 'account', 'amount_dollars', 'request_id', 'reference'] as const satisfies readonly (keyof Entry)[];

export const firstHash = '0'.repeat(64);

/** What is hashed: a JSON array without spaces, columns in the order of `entryColumns`. */
export const canonical = (entry: Entry): string => JSON.stringify(entryColumns.map((column) => entry[column]));

export function entriesOf(event: Recorded<WalletEvent>): readonly Entry[] {
  const { type, data } = event as unknown as WalletEvent;
  const { request_id, reference } = referenceOf({ type, data } as WalletEvent);
  return data.postings.map(({ account, amount }, line) => ({
    revision: Number(event.revision),
    line,
    at: event.metadata.at,
    type,
    account,
    amount_dollars: toDollars(fromPico(amount as PicoDollars)),
    request_id,
    reference,
  }));
}

interface Reference {
  readonly request_id: string | null;
  readonly reference: string | null;
}

function referenceOf(event: WalletEvent): Reference {
  switch (event.type) {
    case 'WalletDebited':
      return { request_id: event.data.requestId, reference: event.data.model };
    case 'WalletAdjusted':
      return { request_id: event.data.requestId, reference: event.data.reason };
    case 'WalletCredited':
    case 'WalletRefunded':
      return { request_id: null, reference: event.data.reference };
    case 'LeaseReturned':
      return { request_id: event.data.requestId, reference: event.data.leaseId };
    case 'FundsLeased':
    case 'LeaseRenewed':
    case 'LeaseExpired':
      return { request_id: null, reference: event.data.leaseId };
    default:
      return { request_id: null, reference: null };
  }
}
