import type { InferenceAttemptFailed, Terminal } from '../../routing/domain/events.js';
import { Rows, share, type Analysis } from './analysis.js';

export const providerReliability: Analysis = {
  name: 'provider-reliability',
  tells: 'answers, failures by kind, and mean time to answer, by provider',
  types: ['InferenceAttemptFailed', 'InferenceCompleted'],
  begin() {
    const providers = new Rows(() => ({ answered: 0, failed: 0, tookMs: 0, errors: {} as Record<string, number> }));
    return {
      take({ type, data }) {
        if (type === 'InferenceCompleted') {
          const { provider, timing } = data as Terminal;
          const row = providers.at(provider);
          row.answered += 1;
          row.tookMs += timing.inferenceMs;
          return;
        }
        const { provider, errorClass } = data as InferenceAttemptFailed;
        const row = providers.at(provider);
        row.failed += 1;
        row.errors[errorClass] = (row.errors[errorClass] ?? 0) + 1;
      },
      result: () => ({
        providers: providers.entries().map(([provider, { answered, failed, tookMs, errors }]) => ({
          provider, attempts: answered + failed, answered, failed, share_failed: share(failed, answered + failed), mean_answer_ms: answered === 0 ? null : Math.round(tookMs / answered), errors,
        })),
      }),
    };
  },
};
