/**
 * Reads the activity log of one organization, page by page, newest first.
 *
 * What a page may take is bounded, whatever the filter. What one index holds in order is read from it. Otherwise the
 * newest rows are read and checked, so many and no more; where they do not fill the page, older ones are looked up,
 * stretch by stretch, for a bounded time. Where that is over, the page ends early, and the next one goes on from there.
 */
import { Injectable } from '@nestjs/common';
import type { OrgId } from '../../identity/domain/caller.js';
import { fromCents, toDollars } from '../../money/money.js';
import { Db, type Queryable } from '../../platform/postgres.js';
import type { LogEntry } from '../domain/log-entry.js';
import { Conditions, equalitiesOf, isFoundByWords, isIndexed, passesOver, type Equality, type LogCursor, type LogFilter, type LogPart } from './log-conditions.js';
import { nextLength, stretchOf, type Stretch } from './log-stretches.js';

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

/** Where fewer than one in so many of the newest rows match, older ones are looked up rather than read one by one. */
const rareOneIn = 100;
const queryCanceled = '57014';

@Injectable()
export class LogsQuery {
  /** How many of the newest rows are read and checked: few, which mostly do, and then some more. Together about 10 ms. */
  protected readonly checkedRows: readonly number[] = [500, 2_000];
  /** How long one look at older rows may take; when half of it is over, no other begins. */
  protected readonly patienceMs: number = 20;

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
      if (passesOver(filter) && near.length * rareOneIn < rows) break;
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
    const [row] = await this.db.query<LogRow>(...select('request_id', Conditions.inOrder(part, equality), `OFFSET ${rows - 1} LIMIT 1`));
    return row ? cursorAt(row) : null;
  }

  private newest(part: LogPart, rows: number): Promise<LogRow[]> {
    return this.db.query<LogRow>(...select('*', Conditions.of(part), `LIMIT ${rows}`));
  }

  /** Stretch by stretch, each as long as the rows found so far let expect to fill the page. */
  private async older(part: LogPart, near: readonly LogRow[], limit: number): Promise<LogPage> {
    const found = [...near];
    let goOn: LogCursor | null = part.after;
    const startedAt = performance.now();
    await this.patiently(async (tx) => {
      for (let days = 1; goOn && performance.now() - startedAt < this.patienceMs / 2; ) {
        const stretch = stretchOf({ ...part, after: goOn }, days);
        const rows = await tx.query<LogRow>(...lookUp(stretch, limit + 1 - found.length));
        found.push(...rows);
        goOn = found.length > limit || stretch.from === null ? null : { createdAt: stretch.from, requestId: '' };
        days = nextLength(days, rows.length, limit + 1 - found.length);
      }
    });
    return pageOf(found, limit, goOn);
  }

  /** What takes longer than it may is cancelled, and ends the work: how many rows have common words together is not known before. */
  private async patiently(work: (tx: Queryable) => Promise<void>): Promise<void> {
    try {
      await this.db.transaction(async (tx) => {
        await tx.query(`SET LOCAL statement_timeout = ${this.patienceMs}`);
        await work(tx);
      });
    } catch (error) {
      if ((error as { code?: unknown }).code !== queryCanceled) throw error;
    }
  }
}

const timeText = `to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at_text`;
const newestFirst = 'ORDER BY created_at DESC, request_id DESC';

const select = (columns: string, conditions: Conditions, rows: string): [string, readonly unknown[]] => [
  `SELECT ${columns}, ${timeText} FROM logs WHERE ${conditions} ${newestFirst} ${rows}`,
  conditions.params,
];

/** With words, all of the stretch: a limit would tempt the planner into reading everything in order until it is met. */
function lookUp({ part, days }: Stretch, rows: number): [string, readonly unknown[]] {
  const conditions = Conditions.byWords(part, days);
  if (!isFoundByWords(part.filter)) return select('*', conditions, `LIMIT ${rows}`);
  return [`WITH stretch AS MATERIALIZED (SELECT * FROM logs WHERE ${conditions}) SELECT *, ${timeText} FROM stretch ${newestFirst} LIMIT ${rows}`, conditions.params];
}

const cursorAt = ({ created_at_text, request_id }: LogRow): LogCursor => ({ createdAt: created_at_text, requestId: request_id });

/** @param goOn where the next page begins when these rows do not fill this one; null when nothing is left. */
function pageOf(rows: readonly LogRow[], limit: number, goOn: LogCursor | null): LogPage {
  const last = rows[limit - 1];
  return { entries: rows.slice(0, limit).map(entryOf), next: rows.length > limit && last ? cursorAt(last) : goOn };
}

const isOlder = (one: LogCursor, other: LogCursor): boolean => one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.requestId < other.requestId);

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
