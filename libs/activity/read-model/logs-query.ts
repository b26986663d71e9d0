/** Reads the activity log of one organization, page by page, newest first. */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OrgId } from '../../identity/domain/caller.js';
import { fromCents, toCents, toDollars, type Money } from '../../money/money.js';
import { Db } from '../../platform/postgres.js';
import type { LogEntry, LogStatus } from '../domain/log-entry.js';

/** Everything that is set must hold. Times are ISO 8601. */
export interface LogFilter {
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly task?: string;
  readonly status?: LogStatus;
  readonly keyId?: string;
  readonly sessionId?: string;
  readonly minCost?: Money;
  readonly maxCost?: Money;
  /** Text that the routing reason contains, in any case. */
  readonly reason?: string;
}

/** Where a page ended: the next one is strictly older. */
export interface LogCursor {
  readonly createdAt: string;
  readonly requestId: string;
}

export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** Null when nothing older is left. */
  readonly next: LogCursor | null;
}

interface LogRow extends Record<string, unknown> {
  readonly request_id: string;
  readonly created_at_text: string;
}

@Injectable()
export class LogsQuery {
  constructor(private readonly db: Db) {}

  /** @param limit rows of this page, at most 2,000: longer exports are read page by page, in constant memory. */
  async page(orgId: OrgId, filter: LogFilter, after: LogCursor | null, limit: number): Promise<LogPage> {
    const where = conditions(orgId, filter, after);
    const rows = await this.db.query<LogRow>(
      `SELECT *, to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at_text FROM logs
       WHERE ${where.sql.join(' AND ')} ORDER BY created_at DESC, request_id DESC LIMIT ${limit + 1}`,
      where.params,
    );
    const entries = rows.slice(0, limit).map(entryOf);
    const last = rows[limit - 1];
    return { entries, next: rows.length > limit && last ? { createdAt: last.created_at_text, requestId: last.request_id } : null };
  }
}

/** A request appears once it has ended: what is under way has no status yet. */
function conditions(orgId: OrgId, filter: LogFilter, after: LogCursor | null) {
  const params: unknown[] = [];
  const param = (value: unknown) => `$${params.push(value)}`;
  const sql = [`org_id = ${param(orgId)}`, 'status IS NOT NULL'];
  const equal = { model: filter.model, provider: filter.provider, task: filter.task, status: filter.status, key_id: filter.keyId, session_id: filter.sessionId };
  for (const [column, value] of Object.entries(equal)) if (value !== undefined) sql.push(`${column} = ${param(value)}`);
  if (filter.status !== undefined && filter.status !== 'completed') sql.push(`status <> 'completed'`);
  if (filter.from !== undefined) sql.push(`created_at >= ${param(filter.from)}`);
  if (filter.to !== undefined) sql.push(`created_at < ${param(filter.to)}`);
  if (filter.minCost !== undefined) sql.push(`cost_cents >= ${param(toCents(filter.minCost))}::numeric`);
  if (filter.maxCost !== undefined) sql.push(`cost_cents <= ${param(toCents(filter.maxCost))}::numeric`);
  if (filter.reason !== undefined) sql.push(`routing_reason ILIKE ${param(`%${filter.reason.replace(/[\\%_]/g, '\\$&')}%`)}`);
  if (after) {
    const at = param(after.createdAt);
    // The first condition alone lets the planner leave out newer partitions.
    sql.push(`created_at <= ${at}`, `(created_at, request_id) < (${at}, ${param(after.requestId)})`);
  }
  return { sql, params };
}

function entryOf(row: LogRow): LogEntry {
  const number = (column: string) => (row[column] === null ? null : Number(row[column]));
  const text = (column: string) => row[column] as string | null;
  const dollars = (column: string) => (row[column] === null ? null : toDollars(fromCents(row[column] as string)));
  const prompt = number('prompt_tokens');
  const completion = number('completion_tokens');
  return {
    request_id: row.request_id,
    created_at: row.created_at_text,
    endpoint: text('endpoint'),
    status: text('status'),
    model: text('model'),
    provider: text('provider'),
    task: text('task'),
    content_mode: text('content_mode'),
    complexity_tier: text('complexity_tier'),
    optimization: text('optimization'),
    routing_reason: text('routing_reason'),
    fallback_chain: row['fallback_chain'] as readonly string[] | null,
    attempts: number('attempts'),
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt === null && completion === null ? null : (prompt ?? 0) + (completion ?? 0),
    cost_dollars: dollars('cost_cents'),
    estimated_cost_dollars: dollars('estimated_cost_cents'),
    classification_ms: number('classification_ms'),
    routing_ms: number('routing_ms'),
    inference_ms: number('inference_ms'),
    total_ms: number('total_ms'),
    ttft_ms: number('ttft_ms'),
    session_id: text('session_id'),
    key_id: text('key_id'),
    cache: text('cache'),
    error_code: text('error_code'),
  };
}

/** Opaque to clients. Names its organization, so that one of another organization is refused instead of misread. */
export const encodeCursor = (orgId: OrgId, { createdAt, requestId }: LogCursor): string =>
  Buffer.from(JSON.stringify([mark(orgId), createdAt, requestId])).toString('base64url');

/** Null when it is no cursor of this organization. */
export function decodeCursor(orgId: OrgId, text: string): LogCursor | null {
  try {
    const [owner, createdAt, requestId] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (owner !== mark(orgId) || typeof createdAt !== 'string' || typeof requestId !== 'string') return null;
    return Number.isNaN(Date.parse(createdAt)) || requestId.includes('\0') ? null : { createdAt, requestId };
  } catch {
    return null;
  }
}

const mark = (orgId: OrgId): string => createHash('sha256').update(`logs cursor of ${orgId}`).digest('base64url').slice(0, 11);
