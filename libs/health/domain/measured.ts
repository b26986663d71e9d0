/** What the outcome of a request adds to the figures of its model, hour by hour. */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { InferenceCompleted, RouteEvent } from '../../routing/domain/events.js';
import { bucketOf } from './health.js';
import { outcomeOf } from './outcome.js';
import { hourMs } from './performance-windows.js';

export interface Measured {
  readonly key: Record<'model_id' | 'mode' | 'hour', string>;
  /** By column of the table. */
  readonly sums: Readonly<Record<string, number>>;
}

/** What an event adds to the hour of its model; null when it says nothing about one. */
export function measuredBy(event: Recorded): Measured | null {
  const atMs = Date.parse(event.metadata.at);
  const said = outcomeOf({ type: event.type, data: event.data } as RouteEvent, atMs);
  if (!said) return null;
  const key = { model_id: said.model, mode: said.mode, hour: new Date(Math.floor(atMs / hourMs) * hourMs).toISOString() };
  if (said.outcome.kind === 'failure') return { key, sums: { failures: 1 } };
  const { usage } = event.data as InferenceCompleted;
  const { latencyMs } = said.outcome;
  const sums = {
    successes: 1,
    [`latency_${bucketOf(latencyMs)}`]: 1,
    // Speed is only known of answers whose tokens were counted.
    ...(usage ? { output_tokens: usage.outputTokens, inference_ms: Math.round(latencyMs) } : {}),
  };
  return { key, sums };
}
