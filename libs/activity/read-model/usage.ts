/** What an organization used, by day and every dimension a bill is asked about. Serves GET /v1/org/usage. */
import { Injectable } from '@nestjs/common';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { projection, table } from '../../event-sourcing/projections/projection.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { fromCents, fromPico, toDollars } from '../../money/money.js';
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

/** A request counts on the day it was received. */
function used({ stream, metadata, data }: Recorded<{ type: string; data: Terminal }>, ending: 'completed' | 'failed' | 'cancelled') {
  const { model, provider, task, keyId, mode, usage: tokens, cost } = data;
  const key = { org_id: metadata.orgId, day: receivedAt(requestOf(stream)).slice(0, 10), model, provider, task, key_id: keyId ?? '', mode };
  return usage.add(key, {
    requests: 1,
    [ending]: 1,
    prompt_tokens: tokens?.inputTokens ?? 0,
    completion_tokens: tokens?.outputTokens ?? 0,
    cost_cents: cost === null ? 0n : fromPico(cost),
    // A failed request without a cost was not billed: only an answer can lack its price.
    unpriced: cost === null && ending === 'completed' ? 1 : 0,
  });
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

@Injectable()
export class UsageQuery {
  constructor(private readonly db: Db) {}

  /** One row for each group, in the order of its dimensions. Costs are exact decimals of dollars. */
  async of(orgId: OrgId, { from, to, groupBy }: UsageWish): Promise<UsageRow[]> {
    const columns = groupBy.map((dimension) => (dimension === 'day' ? 'day::text AS day' : dimension));
    const grouping = groupBy.length > 0 ? `GROUP BY ${groupBy.join(', ')} ORDER BY ${groupBy.join(', ')}` : '';
    const sums = ['requests', 'completed', 'failed', 'cancelled', 'prompt_tokens', 'completion_tokens', 'cost_cents', 'unpriced'].map((column) => `coalesce(sum(${column}), 0)::text AS ${column}`);
    const rows = await this.db.query<Record<string, string>>(
      `SELECT ${[...columns, ...sums].join(', ')} FROM usage_daily WHERE org_id = $1 AND day BETWEEN $2 AND $3 ${grouping}`,
      [orgId, from, to],
    );
    return rows.map((row) => ({ ...Object.fromEntries(groupBy.map((dimension) => [dimension, row[dimension] || null])), ...figures(row) }));
  }
}

function figures(row: Record<string, string>) {
  const number = (column: string) => Number(row[column]);
  return {
    requests: number('requests'),
    completed: number('completed'),
    failed: number('failed'),
    cancelled: number('cancelled'),
    prompt_tokens: number('prompt_tokens'),
    completion_tokens: number('completion_tokens'),
    total_tokens: number('prompt_tokens') + number('completion_tokens'),
    cost_dollars: toDollars(fromCents(row['cost_cents']!)),
    unpriced_requests: number('unpriced'),
  };
}
