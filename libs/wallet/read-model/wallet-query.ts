/** Reads of one organization's wallet. Amounts are exact dollars; nothing is rounded on the way. */
import { Injectable } from '@nestjs/common';
import type { OrgId } from '../../identity/domain/caller.js';
import { add, fromCents, subtract, toDollars, zero, type Money } from '../../money/money.js';
import { Db } from '../../platform/postgres.js';
import { firstHash, type Entry } from '../domain/entry.js';

export interface WalletView {
  readonly organization_id: string;
  readonly balance_dollars: string;
  readonly held_dollars: string;
  readonly available_dollars: string;
  /** Log position of the wallet's last event; null before the first. */
  readonly position: string | null;
}

export interface WalletProof {
  readonly organization_id: string;
  readonly position: string | null;
  readonly entries: number;
  /** The last link of the chain of entries, hex. */
  readonly hash: string;
  readonly algorithm: string;
  readonly balance_dollars: string;
  readonly accounts: Readonly<Record<'available' | 'held' | 'owed', string>>;
}

export interface Statement {
  readonly month: string;
  readonly opening_balance_dollars: string;
  readonly credited_dollars: string;
  readonly refunded_dollars: string;
  readonly adjusted_dollars: string;
  readonly debited_dollars: string;
  /** Requests that were debited. */
  readonly requests: number;
  readonly closing_balance_dollars: string;
}

/** Strictly older than this entry. */
export interface EntryCursor {
  readonly revision: number;
  readonly line: number;
}

export interface EntryFilter {
  readonly type?: string;
  readonly account?: string;
  readonly requestId?: string;
  /** ISO 8601; `to` is exclusive. */
  readonly from?: string;
  readonly to?: string;
}

export interface EntryPage {
  readonly entries: Entry[];
  /** Null on the last page. */
  readonly next: EntryCursor | null;
}

/** @param found newest first, one more than `limit` when there are more. */
export function pageOf(found: readonly Entry[], limit: number): EntryPage {
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: found.length > limit && last ? { revision: last.revision, line: last.line } : null };
}

export const algorithm = 'sha256(previous_hex + "\\n" + json([revision, line, at, type, account, amount_dollars, request_id, reference])), from 64 zeros, oldest first';

interface WalletRow {
  readonly available_cents: string;
  readonly held_cents: string;
  readonly owed_cents: string;
  readonly entries: string;
  readonly position: string;
}

@Injectable()
export class WalletQuery {
  constructor(private readonly db: Db) {}

  async wallet(orgId: OrgId): Promise<WalletView> {
    const [row] = await this.db.query<WalletRow>('SELECT * FROM wallets WHERE org_id = $1', [orgId]);
    const { available, held, balance } = moneyOf(row);
    return {
      organization_id: orgId,
      balance_dollars: toDollars(balance),
      held_dollars: toDollars(held),
      available_dollars: toDollars(available),
      position: row?.position ?? null,
    };
  }

  async proof(orgId: OrgId): Promise<WalletProof> {
    const [row] = await this.db.query<WalletRow & { hash: string }>('SELECT w.*, c.hash FROM wallets w JOIN wallet_chains c USING (org_id) WHERE org_id = $1', [orgId]);
    const { available, held, owed, balance } = moneyOf(row);
    return {
      organization_id: orgId,
      position: row?.position ?? null,
      entries: Number(row?.entries ?? 0),
      hash: row?.hash ?? firstHash,
      algorithm,
      balance_dollars: toDollars(balance),
      accounts: { available: toDollars(available), held: toDollars(held), owed: toDollars(owed) },
    };
  }

  /** Newest first. */
  async entries(orgId: OrgId, filter: EntryFilter, after: EntryCursor | null, limit: number): Promise<EntryPage> {
    const { sql, params } = conditions(orgId, filter, after);
    const rows = await this.db.query<Omit<Entry, 'revision' | 'amount_dollars'> & { revision: string; amount_cents: string }>(
      `SELECT revision, line, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, type, account, amount_cents, request_id, reference
       FROM wallet_entries WHERE ${sql.join(' AND ')} ORDER BY revision DESC, line DESC LIMIT ${limit + 1}`,
      params,
    );
    const entries = rows.map(({ amount_cents, revision, line, at, type, account, request_id, reference }) => ({
      revision: Number(revision), line, at, type, account, amount_dollars: toDollars(fromCents(amount_cents)), request_id, reference,
    }));
    return pageOf(entries, limit);
  }

  /** One month, also one in which nothing happened. */
  async statement(orgId: OrgId, month: string): Promise<Statement> {
    const all = await this.statements(orgId);
    const balance = all.findLast((statement) => statement.month < month)?.closing_balance_dollars ?? '0';
    const quiet = { credited_dollars: '0', refunded_dollars: '0', adjusted_dollars: '0', debited_dollars: '0', requests: 0 };
    return all.find((statement) => statement.month === month) ?? { month, opening_balance_dollars: balance, ...quiet, closing_balance_dollars: balance };
  }

  /** Every month in which something happened, oldest first. */
  async statements(orgId: OrgId): Promise<Statement[]> {
    const rows = await this.db.query<Record<'month' | 'credited_cents' | 'refunded_cents' | 'adjusted_cents' | 'debited_cents' | 'debits', string>>(
      'SELECT * FROM wallet_statements WHERE org_id = $1 ORDER BY month',
      [orgId],
    );
    let balance: Money = zero;
    return rows.map((row) => {
      const opening = balance;
      const [credited, refunded, adjusted, debited] = [row.credited_cents, row.refunded_cents, row.adjusted_cents, row.debited_cents].map(fromCents) as [Money, Money, Money, Money];
      balance = subtract(add(opening, credited, adjusted), add(refunded, debited));
      return {
        month: row.month,
        opening_balance_dollars: toDollars(opening),
        credited_dollars: toDollars(credited),
        refunded_dollars: toDollars(refunded),
        adjusted_dollars: toDollars(adjusted),
        debited_dollars: toDollars(debited),
        requests: Number(row.debits),
        closing_balance_dollars: toDollars(balance),
      };
    });
  }
}

function moneyOf(row: WalletRow | undefined) {
  if (!row) return { available: zero, held: zero, owed: zero, balance: zero };
  const [available, held, owed] = [row.available_cents, row.held_cents, row.owed_cents].map(fromCents) as [Money, Money, Money];
  return { available, held, owed, balance: subtract(add(available, held), owed) };
}

function conditions(orgId: OrgId, { type, account, requestId, from, to }: EntryFilter, after: EntryCursor | null) {
  const params: unknown[] = [];
  const param = (value: unknown) => `$${params.push(value)}`;
  const sql = [`org_id = ${param(orgId)}`];
  if (type !== undefined) sql.push(`type = ${param(type)}`);
  if (account !== undefined) sql.push(`account = ${param(account)}`);
  if (requestId !== undefined) sql.push(`request_id = ${param(requestId)}`);
  if (from !== undefined) sql.push(`at >= ${param(from)}`);
  if (to !== undefined) sql.push(`at < ${param(to)}`);
  if (after) sql.push(`(revision, line) < (${param(after.revision)}, ${param(after.line)})`);
  return { sql, params };
}
