/** What an organization used, by day and every dimension a bill is asked about. Serves GET /v1/org/usage. */
import { Injectable } from '@nestjs/common';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { projection, table } from '../../event-sourcing/projections/projection.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { fromCents, fromPico, toDollars, zero, type Money } from '../../money/money.js';
import { Db } from '../../platform/postgres.js';
import type { RouteEvent, Terminal } from '../../routing/domain/events.js';
import { receivedAt, requestOf } from '../domain/received-at.js';

export const usage = table('usage_daily', {
  key: { org_id: 'text', day: 'date', model: 'text', provider: 'text', task: 'text', key_id: 'text', mode: 'text' },
  sum: {
    requests: 'bigint', completed: 'bigint', failed: 'bigint', cancelled: 'bigint', prompt_tokens: 'bigint', completion_tokens: 'bigint',
    cost_cents: 'cents', unpriced: 'bigint',
  },
});

export const usageProjection = projection<RouteEvent>({
  name: 'usage',
  version: 1,
  tables: [usage],
  on: {
    InferenceCompleted: (event) => used(event, 'completed'),
    InferenceFailed: (event) => used(event, 'failed'),
    InferenceCancelled: (event) => used(event, 'cancelled'),
  },
});

function used(event: UsageEvent, ending: Ending) {
  const { key, sums } = usedBy(event, ending);
  return usage.add(key, sums);
}

export type UsageEvent = Recorded<{ type: string; data: Terminal }>;
export type Ending = 'completed' | 'failed' | 'cancelled';

/** Tokens and requests are counts. */
export interface UsageSums extends Record<(typeof counted)[number], number> {
  readonly cost_cents: Money;
}

export const counted = ['requests', 'completed', 'failed', 'cancelled', 'prompt_tokens', 'completion_tokens', 'unpriced'] as const;

/** What one terminal event adds, and to which row. A request counts on the day it was received. */
export function usedBy({ stream, metadata, data }: UsageEvent, ending: Ending) {
  const { model, provider, task, keyId, mode, usage: tokens, cost } = data;
  const key = { org_id: metadata.orgId, day: receivedAt(requestOf(stream)).slice(0, 10), model, provider, task, key_id: keyId ?? '', mode };
  const sums: UsageSums = {
    requests: 1,
    completed: ending === 'completed' ? 1 : 0,
    failed: ending === 'failed' ? 1 : 0,
    cancelled: ending === 'cancelled' ? 1 : 0,
    prompt_tokens: tokens?.inputTokens ?? 0,
    completion_tokens: tokens?.outputTokens ?? 0,
    cost_cents: cost === null ? zero : fromPico(cost),
    // A failed request without a cost was not billed: only an answer can lack its price.
    unpriced: cost === null && ending === 'completed' ? 1 : 0,
  };
  return { key, sums };
}

export const usageDimensions = ['day', 'model', 'provider', 'task', 'key_id', 'mode'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/** Days are ISO dates in UTC, both included. */
export interface UsageWish {
  readonly from: string;
  readonly to: string;
  readonly groupBy: readonly UsageDimension[];
}

export type UsageRow = Readonly<Record<string, string | number | null>>;

export interface UsageGroup {
  /** In the order of the wish. */
  readonly dimensions: readonly string[];
  readonly sums: UsageSums;
}

/** Groups that hold every event at or before a commit position and none after it. */
export interface UsageSoFar {
  readonly groups: readonly UsageGroup[];
  readonly position: bigint;
}

@Injectable()
export class UsageQuery {
  constructor(private readonly db: Db) {}

  /** One row for each group, in the order of its dimensions. Costs are exact decimals of dollars. */
  async of(orgId: OrgId, { from, to, groupBy }: UsageWish): Promise<UsageRow[]> {
    const columns = groupBy.map((dimension) => (dimension === 'day' ? 'day::text AS day' : dimension));
    const order = groupBy.map((dimension) => (dimension === 'day' ? 'usage_daily.day' : `${dimension} COLLATE "C"`));
    const grouping = groupBy.length > 0 ? `GROUP BY ${groupBy.join(', ')} ORDER BY ${order.join(', ')}` : '';
    const rows = await this.db.query<Record<string, string>>(
      `SELECT ${[...columns, ...sumColumns].join(', ')} FROM usage_daily WHERE org_id = $1 AND day BETWEEN $2 AND $3 ${grouping}`,
      [orgId, from, to],
    );
    return rows.map((row) => usageRow(groupBy, row, sumsOf(row)));
  }

  /**
   * The groups, in no order, and the commit position up to which they hold every event. Null when there is no such
   * position: the table is still to be made, of another log or version, or events were parked that it lacks.
   * @param store identity of the log.
   */
  async soFar(orgId: OrgId, { from, to, groupBy }: UsageWish, store: string | null): Promise<UsageSoFar | null> {
    const columns = [...groupBy.map((dimension) => `${dimension}::text`), ...sumColumns];
    const grouping = groupBy.length > 0 ? `GROUP BY ${groupBy.join(', ')}` : '';
    const rows = await this.db.query<Record<string, string | null>>(soFarOf(columns.join(', '), grouping), [orgId, from, to, store]);
    const used = rows.filter((row): row is Record<string, string> => row['requests'] !== null);
    return rows[0] ? { position: BigInt(rows[0]['position']!), groups: used.map((row) => ({ dimensions: groupBy.map((dimension) => row[dimension]!), sums: sumsOf(row) })) } : null;
  }
}

/** One statement is one snapshot: the rows and the position they stand at belong together. */
const soFarOf = (columns: string, grouping: string): string => `
  SELECT c.commit_position::text AS position, u.* FROM projection_checkpoints c
  LEFT JOIN LATERAL (SELECT ${columns} FROM usage_daily WHERE org_id = $1 AND day BETWEEN $2 AND $3 ${grouping}) u ON true
  WHERE c.projection = '${usageProjection.name}' AND c.slot = 'live' AND c.version = ${usageProjection.version} AND c.store_id = $4 AND c.commit_position IS NOT NULL
    AND NOT EXISTS (SELECT FROM parked_events p WHERE p.projection = c.projection)`;

const sumColumns = [...counted, 'cost_cents'].map((column) => `coalesce(sum(${column}), 0)::text AS ${column}`);

const countsOf = (row: Record<string, string>) => Object.fromEntries(counted.map((column) => [column, Number(row[column])])) as Record<(typeof counted)[number], number>;

const sumsOf = (row: Record<string, string>): UsageSums => ({ ...countsOf(row), cost_cents: fromCents(row['cost_cents']!) });

/** One line of the answer: the dimensions in their order, then the figures. */
export function usageRow(groupBy: readonly UsageDimension[], group: Readonly<Record<string, string | null>>, sums: UsageSums): UsageRow {
  return {
    ...Object.fromEntries(groupBy.map((dimension) => [dimension, group[dimension] || null])),
    requests: sums.requests,
    completed: sums.completed,
    failed: sums.failed,
    cancelled: sums.cancelled,
    prompt_tokens: sums.prompt_tokens,
    completion_tokens: sums.completion_tokens,
    total_tokens: sums.prompt_tokens + sums.completion_tokens,
    cost_dollars: toDollars(sums.cost_cents),
    unpriced_requests: sums.unpriced,
  };
}
