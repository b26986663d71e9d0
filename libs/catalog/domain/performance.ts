/** How a model did in production, by window: what the health of requests shows, beside what benchmarks say. */
import type { AsOf } from '../../event-sourcing/domain/as-of.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';

export interface PerformanceWindow {
  /** Start of the window (ISO 8601, UTC). */
  readonly from: string;
  readonly seconds: number;
  readonly requests: number;
  /** 0 to 1. */
  readonly success_rate: number;
  readonly latency_p50_ms: number | null;
  readonly latency_p95_ms: number | null;
}

/** What could be told of a model: its windows, or why there are none to show. */
export type Performance = { readonly windows: readonly PerformanceWindow[] } | { readonly missing: 'late' | 'unavailable' };

/** Given by whoever projects the outcomes of requests. */
export interface PerformanceSource {
  /** Newest window last. Null, or a rejection, when it cannot say. @param asOf what was known at a point of the past; null is now. */
  of(model: ModelId, asOf: AsOf | null): Promise<readonly PerformanceWindow[] | null>;
}

/** Injection token; without a provider the field is left out. */
export const PERFORMANCE_SOURCE = Symbol('PerformanceSource');
