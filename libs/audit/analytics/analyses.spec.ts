import { describe, expect, it } from '@jest/globals';
import { recorded } from '../../event-sourcing/projections/testing/recorded.js';
import type { Analysis } from './analysis.js';
import { analyses } from './analyses.js';

let commit = 0n;
const event = (type: string, data: object, stream: `${string}-${string}` = 'route-1') => recorded({ type, data }, { stream, revision: 0n, commit: (commit += 1n), orgId: 'acme' });
const run = (name: string, events: readonly ReturnType<typeof event>[]) => {
  const fold = (analyses.find((each) => each.name === name) as Analysis).begin();
  events.forEach((each) => fold.take(each));
  return fold.result();
};
const decided = (changes: object = {}) => event('ModelSelected', { model: 'a/one', estimatedCost: '100', classification: { task: 'text', complexity_tier: 'SIMPLE' }, candidates: [], ...changes });
const completed = (changes: object = {}) => event('InferenceCompleted', { model: 'a/one', provider: 'a', cost: '100', timing: { inferenceMs: 40 }, usage: { inputTokens: 10, outputTokens: 2 }, ...changes });

describe('standard analyses', () => {
  it('quality-by-task counts opinions and says how sure it is', () => {
    const feedback = (correct: boolean) => event('FeedbackGiven', { classifiedTask: 'code', model: 'a/one', correct });
    expect(run('quality-by-task', [feedback(true), feedback(true), feedback(true), feedback(false)])).toMatchObject({ tasks: [{ task: 'code', opinions: 4, right: 3, share_right: 0.75, low: 0.3006, high: 0.9544 }], models: [{ model: 'a/one', opinions: 4 }] });
  });

  it('savings compares each choice with the strongest and the cheapest candidate', () => {
    const candidates = [
      { model: 'a/one', components: { quality: 0.5 }, estimatedCost: '100' },
      { model: 'b/strong', components: { quality: 0.9 }, estimatedCost: '1000' },
      { model: 'c/cheap', components: { quality: 0.1 }, estimatedCost: '10' },
    ];
    expect(run('savings', [decided({ candidates }), completed()])).toMatchObject({ days: [{ decisions: 1, compared: 1, real_cost_dollars: '0.0000000001', saved_against_strongest_dollars: '0.0000000009', always_cheapest_dollars: '0.00000000001' }] });
  });

  it('provider-reliability counts failures by kind', () => {
    const failed = event('InferenceAttemptFailed', { provider: 'a', model: 'a/one', errorClass: 'timeout', tookMs: 5 });
    expect(run('provider-reliability', [failed, completed(), completed(), completed()])).toEqual({ providers: [{ provider: 'a', attempts: 4, answered: 3, failed: 1, share_failed: 0.25, mean_answer_ms: 40, errors: { timeout: 1 } }] });
  });

  it('fallback-cost tells what another answer cost above the estimate, and the wait for nothing', () => {
    const failed = event('InferenceAttemptFailed', { provider: 'a', model: 'a/one', errorClass: 'timeout', tookMs: 5 });
    expect(run('fallback-cost', [decided(), failed, completed({ model: 'b/two', cost: '250' })])).toEqual({
      requests: 1, models: [{ model: 'a/one', fell_back: 1, share_of_requests: 1, answered_by_another: 1, waited_ms: 5, cost_above_estimate_dollars: '0.00000000015' }],
    });
    expect(run('fallback-cost', [decided(), completed()])).toEqual({ requests: 1, models: [] });
  });

  it('prompt-drift is nothing for the same mix and large for another', () => {
    const week = (day: string, task: string) => ({ ...decided({ classification: { task, complexity_tier: 'SIMPLE' } }), metadata: { ...decided().metadata, at: `${day}T10:00:00.000Z` } });
    const many = (day: string, task: string) => Array.from({ length: 50 }, () => week(day, task));
    const { weeks } = run('prompt-drift', [...many('2026-11-02', 'text'), ...many('2026-11-09', 'text'), ...many('2026-11-22', 'code')]) as { weeks: { week: string; task_drift: number | null }[] };
    expect(weeks.map(({ week: name }) => name)).toEqual(['2026-11-02', '2026-11-09', '2026-11-16']);
    expect(weeks[0]!.task_drift).toBeNull();
    expect(weeks[1]!.task_drift).toBe(0);
    expect(weeks[2]!.task_drift).toBeGreaterThan(0.25);
  });

  it('price-changes prices what came after at the price before', () => {
    const rates = (input: string, output: string) => ({ unit: 'token', rates: { input, output } });
    const repriced = event('ModelRepriced', { id: 'a/one', previous: rates('1', '10'), pricing: rates('2', '30') }, 'model-a/one');
    expect(run('price-changes', [completed(), repriced, completed()])).toMatchObject({ models: [{ model: 'a/one', changes: 1, requests_since: 1, cost_difference_dollars: '0.00000000005' }] });
  });
});
