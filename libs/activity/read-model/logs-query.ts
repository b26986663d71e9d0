/**
 * Reads the activity log of one organization, page by page, newest first.
 *
 * What a page may take is bounded, whatever the filter. What one index holds in order is read from it. Otherwise the newest rows are read and
 * checked, so many and no more; where they do not fill the page, older ones are looked up, as far as the planner
 * expects it to be cheap. Where it is not, the page ends early, and the next one goes on from there.
 */
import { Injectable } from '@nestjs/common';
import type { OrgId } from '../../identity/domain/caller.js';
import { monthOf } from '../../event-sourcing/projections/partitions.js';
import { fromCents, toDollars } from '../../money/money.js';
import { Db } from '../../platform/postgres.js';
import type { LogEntry } from '../domain/log-entry.js';
import { Conditions, equalitiesOf, isIndexed, type Equality, type LogCursor, type LogFilter, type LogPart } from './log-conditions.js';

export interface LogPage {
  /** Fewer than the limit also where the page ended early. */
  readonly entries: readonly LogEntry[];
  /** Null when nothing older is left. */
  readonly next: LogCursor | null;
}

interface LogRow extends Record<string, unknown> {
  readonly request_id: string;
  readonly created_at_text: string;
}

/** How many months are looked at one by one, when all of them together are too dear. */
const mostMonths = 12;
const queryCanceled = '57014';

@Injectable()
export class LogsQuery {
  /** How many of the newest rows are read and checked: few, which mostly do, and then some more. Together about 10 ms. */
  protected readonly checkedRows: readonly number[] = [500, 3_500];
  /** What looking up older rows may cost, in the planner's units: some thousands of rows from all over the table. */
  protected readonly lookUpCost: number = 10_000;
  protected readonly patienceMs: number = 15;

  constructor(private readonly db: Db) {}

  /** @param limit rows of this page, at most 2,000: longer exports are read part by part. */
  async page(orgId: OrgId, filter: LogFilter, after: LogCursor | null, limit: number): Promise<LogPage> {
    let part: LogPart = { orgId, filter, after, end: null };
    if (isIndexed(filter)) return pageOf(await this.newest(part, limit + 1), limit, null);
    const near: LogRow[] = [];
    for (const rows of this.checkedRows) {
      const reach = await this.reachOf(part, rows);
      near.push(...(await this.newest({ ...part, end: reach }, limit + 1 - near.length)));
      if (reach === null || near.length > limit) return pageOf(near, limit, null);
      part = { ...part, after: reach };
    }
    return this.older(part, near, limit);
  }

  /**
   * A part of a long export, as full as can be, whatever it takes: in constant memory, and in one walk over the log
   * however many parts there are.
   * @param part its end is the last row of the export; null: it goes on to the oldest.
   */
  async partOfExport(part: LogPart, limit: number): Promise<LogPage> {
    return pageOf(await this.newest(part, limit + 1), limit, null);
  }

  /** The last of so many rows, from the index alone; null when there are no more than that. */
  async endOf(orgId: OrgId, filter: LogFilter, after: LogCursor | null, rows: number): Promise<LogCursor | null> {
    const [end, next] = await this.db.query<LogRow>(...select('request_id', Conditions.of({ orgId, filter, after, end: null }), `OFFSET ${rows - 1} LIMIT 2`));
    return end && next ? cursorAt(end) : null;
  }

  /** How far back so many rows of the rarest of the filters go; null when they are all there are. */
  private async reachOf(part: LogPart, rows: number): Promise<LogCursor | null> {
    const equalities = equalitiesOf(part.filter);
    let furthest: LogCursor | null = null;
    for (const equality of equalities.length > 0 ? equalities : [null]) {
      const reach = await this.rowAt(part, equality, rows);
      if (!reach) return null;
      if (!furthest || isOlder(reach, furthest)) furthest = reach;
    }
    return furthest;
  }

  private async rowAt(part: LogPart, equality: Equality | null, rows: number): Promise<LogCursor | null> {
    const conditions = Conditions.inOrder(part);
    if (equality) conditions.equal(equality);
    const [row] = await this.db.query<LogRow>(...select('request_id', conditions, `OFFSET ${rows - 1} LIMIT 1`));
    return row ? cursorAt(row) : null;
  }

  private newest(part: LogPart, rows: number): Promise<LogRow[]> {
    return this.db.query<LogRow>(...select('*', Conditions.of(part), `LIMIT ${rows}`));
  }

  /** At once where all that is left is cheap to look up, and else month by month until it has cost enough. */
  private async older(part: LogPart, near: readonly LogRow[], limit: number): Promise<LogPage> {
    const budget: Budget = { cost: this.lookUpCost, untilMs: performance.now() + this.patienceMs };
    const whole = await this.lookUp(part, limit + 1 - near.length, budget);
    if (whole) return pageOf([...near, ...whole], limit, null);
    const found = [...near];
    let left = part;
    for (let months = 0; months < mostMonths; months += 1) {
      const month = newestMonthOf(left);
      const older = await this.lookUp(month, limit + 1 - found.length, budget);
      if (!older) break;
      found.push(...older);
      if (found.length > limit || month.filter.from === part.filter.from) return pageOf(found, limit, null);
      left = { ...left, after: { createdAt: month.filter.from, requestId: '' } };
    }
    return pageOf(found, limit, left.after);
  }

  /** The newest rows of a part, by fetching all of it. Null when the budget is too small, as the planner expects or as it turns out. */
  private async lookUp(part: LogPart, rows: number, budget: Budget): Promise<LogRow[] | null> {
    const conditions = Conditions.byWords(part);
    const all = `SELECT * FROM logs WHERE ${conditions}`;
    const [plan] = await this.db.query<{ 'QUERY PLAN': [{ Plan: { 'Total Cost': number } }] }>(`EXPLAIN (FORMAT JSON) ${all}`, conditions.params);
    const cost = plan!['QUERY PLAN'][0].Plan['Total Cost'];
    const leftMs = Math.floor(budget.untilMs - performance.now());
    if (cost > budget.cost || leftMs < 1) return null;
    budget.cost -= cost;
    // A limit inside would tempt the planner into another plan than that of the cost: reading in order until it is met.
    return this.within(leftMs, `WITH part AS MATERIALIZED (${all}) SELECT *, ${timeText} FROM part ${newestFirst} LIMIT ${rows}`, conditions.params);
  }

  /** Null when it takes longer: the planner takes words that mostly come together for independent of each other. */
  private async within(ms: number, sql: string, params: readonly unknown[]): Promise<LogRow[] | null> {
    try {
      return await this.db.transaction(async (tx) => {
        await tx.query(`SET LOCAL statement_timeout = ${ms}`);
        return tx.query<LogRow>(sql, params);
      });
    } catch (error) {
      if ((error as { code?: unknown }).code === queryCanceled) return null;
      throw error;
    }
  }
}

/** What looking up the older rows of one page may still take. */
interface Budget {
  cost: number;
  readonly untilMs: number;
}

const timeText = `to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at_text`;
const newestFirst = 'ORDER BY created_at DESC, request_id DESC';

const select = (columns: string, conditions: Conditions, rows: string): [string, readonly unknown[]] => [
  `SELECT ${columns}, ${timeText} FROM logs WHERE ${conditions} ${newestFirst} ${rows}`,
  conditions.params,
];

const cursorAt = ({ created_at_text, request_id }: LogRow): LogCursor => ({ createdAt: created_at_text, requestId: request_id });

/** @param goOn where the next page begins when these rows do not fill this one; null when nothing is left. */
function pageOf(rows: readonly LogRow[], limit: number, goOn: LogCursor | null): LogPage {
  const last = rows[limit - 1];
  return { entries: rows.slice(0, limit).map(entryOf), next: rows.length > limit && last ? cursorAt(last) : goOn };
}

const isOlder = (one: LogCursor, other: LogCursor): boolean => one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.requestId < other.requestId);

/** The month that the first of what is left may be in: that of the row before it, or the one before where that begins the month. */
function newestMonthOf(part: LogPart): LogPart & { readonly filter: { readonly from: string } } {
  const month = monthOf(new Date(Date.parse(part.after!.createdAt) - 1).toISOString());
  const start = `${month}-01T00:00:00.000Z`;
  const { from = start } = part.filter;
  return { ...part, filter: { ...part.filter, from: from > start ? from : start } };
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
