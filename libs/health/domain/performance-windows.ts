/** Sums by the hour, made into what is shown of a model: the last seven days by day, then the last 24 hours by hour. */
import type { PerformanceWindow } from '../../catalog/domain/performance.js';
import { latencyBoundsMs, percentile } from './health.js';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** One counter per bound of the latency histogram, and one for what is slower: `latency_0`, `latency_1`, ... */
export const latencyColumns = [...latencyBoundsMs, 'slower'].map((_, bucket) => `latency_${bucket}`);

/** A window of real traffic. */
export interface MeasuredWindow extends PerformanceWindow {
  /** Output tokens by second of inference; null where no tokens were counted. */
  readonly tokens_per_second: number | null;
  /** `test`: no live key has used the model, so these are the sandbox's figures. */
  readonly mode: 'live' | 'test';
}

export interface HourRow extends Record<string, unknown> {
  readonly mode: 'live' | 'test';
  readonly hour: Date;
}

const startOf = (ms: number, lengthMs: number): number => Math.floor(ms / lengthMs) * lengthMs;

/** Where the first of the seven days begins, milliseconds since 1970. */
export const firstShown = (nowMs: number): number => startOf(nowMs, dayMs) - 6 * dayMs;

/** Windows without traffic are left out; null without any. @param rows since `firstShown`, in order of time. */
export function shownWindows(rows: readonly HourRow[], nowMs: number): readonly MeasuredWindow[] | null {
  const mode = rows.some((row) => row.mode === 'live') ? 'live' : 'test';
  const used = rows.filter((row) => row.mode === mode);
  if (used.length === 0) return null;
  const recent = used.filter((row) => row.hour.getTime() > nowMs - dayMs);
  return [...windows(used, dayMs, mode), ...windows(recent, hourMs, mode)];
}

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
