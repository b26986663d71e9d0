/**
 * How large batches are and how long commits take, as histograms. They are counted beside the checkpoint, in its own
 * transaction, so every process can show them and none counts twice.
 */
import type { Metric, Registry } from 'prom-client';

/** Upper bounds in events; one more bucket has no bound. */
export const batchSizeBounds: readonly number[] = [1, 5, 10, 25, 50, 100, 250, 500, 1_000];
/** Upper bounds in milliseconds; one more bucket has no bound. */
export const commitMsBounds: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 1_000];

/** Where a value is counted: from 1, as PostgreSQL counts. */
export function bucketOf(bounds: readonly number[], value: number): number {
  const index = bounds.findIndex((bound) => value <= bound);
  return (index === -1 ? bounds.length : index) + 1;
}

/** The bucket of a commit's time; null before the first commit of a leader, which goes into the bucket nobody reads. */
export const commitTimeBucket = (ms: number | null): number => (ms === null ? commitMsBounds.length + 2 : bucketOf(commitMsBounds, ms));

export interface Counted {
  readonly projection: string;
  /** Of each bucket alone, the one without a bound last. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Registers a histogram whose figures are read when it is asked for. `bounds` are in the unit of the metric. */
export function registerHistogram(registry: Registry, name: string, help: string, bounds: readonly number[], read: () => Promise<readonly Counted[]>): void {
  const metric = {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    async get() {
      const values = (await read()).flatMap((counted) => valuesOf(name, bounds, counted));
      return { name, help, type: 'histogram', aggregator: 'sum', values };
    },
    reset() {},
  };
  registry.registerMetric(metric as unknown as Metric);
}

function valuesOf(name: string, bounds: readonly number[], { projection, counts, sum }: Counted) {
  let total = 0;
  const buckets = [...bounds.map(String), '+Inf'].map((le, index) => {
    total += counts[index] ?? 0;
    return { labels: { le, projection }, value: total, metricName: `${name}_bucket` };
  });
  return [...buckets, { labels: { projection }, value: sum, metricName: `${name}_sum` }, { labels: { projection }, value: total, metricName: `${name}_count` }];
}
