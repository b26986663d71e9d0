import { fromPico, pico, toDollars, zero } from '../../money/money.js';
import type { Decision } from '../../routing/domain/decision.js';
import type { InferenceAttemptFailed, Terminal } from '../../routing/domain/events.js';
import { Rows, share, type Analysis } from './analysis.js';

/** Requests that the first model of the chain did not answer: what they cost above its estimate, and how long they waited for nothing. */
export const fallbackCost: Analysis = {
  name: 'fallback-cost',
  tells: 'what falling back cost in money and in waiting, by the model that failed first',
  types: ['ModelSelected', 'InferenceAttemptFailed', 'InferenceCompleted', 'InferenceFailed', 'InferenceCancelled'],
  begin() {
    const open = new Map<string, { model: string; estimate: bigint | null; waitedMs: number }>();
    const models = new Rows(() => ({ requests: 0, answered: 0, waitedMs: 0, extra: zero }));
    let requests = 0;
    return {
      take({ type, data, stream }) {
        if (type === 'ModelSelected') {
          const { model, estimatedCost } = data as Decision;
          requests += 1;
          open.set(stream, { model, estimate: estimatedCost === null ? null : fromPico(estimatedCost), waitedMs: 0 });
          return;
        }
        const request = open.get(stream);
        if (!request) return;
        if (type === 'InferenceAttemptFailed') {
          request.waitedMs += (data as InferenceAttemptFailed).tookMs;
          return;
        }
        open.delete(stream);
        const { model, cost } = data as Terminal;
        if (model === request.model) return;
        const row = models.at(request.model);
        row.requests += 1;
        row.waitedMs += request.waitedMs;
        if (type === 'InferenceCompleted') row.answered += 1;
        if (cost !== null && request.estimate !== null) row.extra = pico(row.extra + fromPico(cost) - request.estimate);
      },
      result: () => ({
        requests,
        models: models.entries().map(([model, { requests: fell, answered, waitedMs, extra }]) => ({
          model, fell_back: fell, share_of_requests: share(fell, requests), answered_by_another: answered, waited_ms: Math.round(waitedMs), cost_above_estimate_dollars: toDollars(extra),
        })),
      }),
    };
  },
};
