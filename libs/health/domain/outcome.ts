/** Which events of a request say something about the health of a model, and what. */
import type { KeyMode } from '../../identity/domain/caller.js';
import type { ErrorClass, RouteEvent } from '../../routing/domain/events.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import type { HealthOutcome } from './health.js';

/** Test keys are served by the sandbox, which fails on demand: their outcomes never touch the health of live keys. */
export interface ModelOutcome {
  readonly model: ModelId;
  readonly mode: KeyMode;
  readonly outcome: HealthOutcome;
}

/** Event types to subscribe to. A failed request is counted by its attempts, a cancelled one not at all. */
export const outcomeTypes = ['InferenceAttemptFailed', 'InferenceCompleted'] as const;

/** The errors that are the model's or its provider's; the others are the caller's or the operator's. */
const faultOfModel: ReadonlySet<ErrorClass> = new Set([
  'rate_limit', 'overloaded', 'timeout', 'cut_stream', 'connection', 'server_error', 'invalid_response',
]);

/** @param atMs when it happened, milliseconds since 1970. Null when the event says nothing about a model. */
export function outcomeOf(event: RouteEvent, atMs: number): ModelOutcome | null {
  switch (event.type) {
    case 'InferenceAttemptFailed': {
      const { model, mode, errorClass } = event.data;
      return faultOfModel.has(errorClass) ? { model, mode, outcome: { kind: 'failure', atMs } } : null;
    }
    case 'InferenceCompleted': {
      const { model, mode, timing, cache } = event.data;
      if (cache === 'hit') return null;
      return { model, mode, outcome: { kind: 'success', atMs, latencyMs: timing.inferenceMs, ttftMs: timing.ttftMs } };
    }
    default:
      return null;
  }
}
