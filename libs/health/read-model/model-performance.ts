/**
 * How each model did, hour by hour: outcomes, latency and speed. Serves `performance_timeseries` of
 * GET /v1/models/:provider/:model.
 */
import { Injectable } from '@nestjs/common';
import type { PerformanceSource, PerformanceWindow } from '../../catalog/domain/performance.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { projection, table, type Cell } from '../../event-sourcing/projections/projection.js';
import { Db } from '../../platform/postgres.js';
import type { InferenceCompleted, RouteEvent } from '../../routing/domain/events.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import { bucketOf, latencyBoundsMs, percentile } from '../domain/health.js';
import { outcomeOf } from '../domain/outcome.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** One counter per bound of the latency histogram, and one for what is slower: `latency_0`, `latency_1`, ... */
export const latencyColumns = [...latencyBoundsMs, 'slower'].map((_, bucket) => `latency_${bucket}`);

export const modelPerformance = table('model_performance', {
  key: { model_id: 'text', mode: 'text', hour: 'timestamptz' },
  sum: {
    successes: 'bigint',
    failures: 'bigint',
    output_tokens: 'bigint',
    inference_ms: 'bigint',
    ...Object.fromEntries(latencyColumns.map((column) => [column, 'bigint' as const])),
  },
});

export const modelPerformanceProjection = projection<RouteEvent>({
  name: 'model-performance',
  version: 1,
  tables: [modelPerformance],
  on: { InferenceAttemptFailed: counted, InferenceCompleted: counted },
});

function counted(event: Recorded) {
  const atMs = Date.parse(event.metadata.at);
  const said = outcomeOf({ type: event.type, data: event.data } as RouteEvent, atMs);
  if (!said) return [];
  const key: Record<'model_id' | 'mode' | 'hour', Cell> = { model_id: said.model, mode: said.mode, hour: new Date(Math.floor(atMs / hourMs) * hourMs).toISOString() };
  if (said.outcome.kind === 'failure') return modelPerformance.add(key, { failures: 1 });
  const { usage } = event.data as InferenceCompleted;
  const { latencyMs } = said.outcome;
  return modelPerformance.add(key, {
    successes: 1,
    [`latency_${bucketOf(latencyMs)}`]: 1,
    // Speed is only known of answers whose tokens were counted.
    ...(usage ? { output_tokens: usage.outputTokens, inference_ms: Math.round(latencyMs) } : {}),
  });
}

/** A window of real traffic. */
export interface MeasuredWindow extends PerformanceWindow {
  /** Output tokens by second of inference; null where no tokens were counted. */
  readonly tokens_per_second: number | null;
  /** `test`: no live key has used the model, so these are the sandbox's figures. */
  readonly mode: 'live' | 'test';
}

interface HourRow extends Record<string, unknown> {
  readonly mode: 'live' | 'test';
  readonly hour: Date;
}

@Injectable()
export class ModelPerformance implements PerformanceSource {
  constructor(private readonly db: Db) {}

  /** The last seven days by day, then the last 24 hours by hour; windows without traffic are left out. Null without any. */
  async of(model: ModelId, nowMs: number = Date.now()): Promise<readonly MeasuredWindow[] | null> {
    const rows = await this.db.query<HourRow>(
      'SELECT * FROM model_performance WHERE model_id = $1 AND hour >= $2 ORDER BY hour',
      [model, new Date(startOf(nowMs, dayMs) - 6 * dayMs).toISOString()],
      'model performance of',
    );
    const mode = rows.some((row) => row.mode === 'live') ? 'live' : 'test';
    const used = rows.filter((row) => row.mode === mode);
    if (used.length === 0) return null;
    const recent = used.filter((row) => row.hour.getTime() > nowMs - dayMs);
    return [...windows(used, dayMs, mode), ...windows(recent, hourMs, mode)];
  }
}

const startOf = (ms: number, lengthMs: number): number => Math.floor(ms / lengthMs) * lengthMs;

function windows(rows: readonly HourRow[], lengthMs: number, mode: 'live' | 'test'): MeasuredWindow[] {
  const byStart = new Map<number, HourRow[]>();
  for (const row of rows) {
    const start = startOf(row.hour.getTime(), lengthMs);
    byStart.set(start, [...(byStart.get(start) ?? []), row]);
  }
  return [...byStart].map(([startMs, hours]) => windowOf(hours, startMs, { lengthMs, mode }));
}

function windowOf(hours: readonly HourRow[], startMs: number, { lengthMs, mode }: { lengthMs: number; mode: 'live' | 'test' }): MeasuredWindow {
  const total = (column: string) => hours.reduce((sum, hour) => sum + Number(hour[column]), 0);
  const successes = total('successes');
  const requests = successes + total('failures');
  const inferenceMs = total('inference_ms');
  const histogram = latencyColumns.map(total);
  return {
    from: new Date(startMs).toISOString(),
    seconds: lengthMs / 1_000,
    requests,
    success_rate: Math.round((successes / requests) * 10_000) / 10_000,
    latency_p50_ms: percentile(histogram, successes, 50),
    latency_p95_ms: percentile(histogram, successes, 95),
    tokens_per_second: inferenceMs === 0 ? null : Math.round((total('output_tokens') * 10_000) / inferenceMs) / 10,
    mode,
  };
}
