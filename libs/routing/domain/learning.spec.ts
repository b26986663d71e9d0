import { describe, expect, it } from '@jest/globals';
import { aModel } from '../../catalog/testing/a-model.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { aClassification, aRequest, recorded, shippedView, viewOf } from '../testing/shipped-view.js';
import { decide, explain } from './decide.js';
import type { Classification } from './decision.js';
import { defaultPolicy } from './policy.js';
import type { RoutingView } from './view.js';

const pair = [aModel({ id: 'a/one', provider: 'a' }), aModel({ id: 'b/one', provider: 'b' })];
const unsure = { confidence: 0.55, alternatives: [{ task: 'code' as const, p: 0.4 }] };

const about = (view: RoutingView, orgId = 'org_a', classification: Partial<Classification> = {}) =>
  ({ request: aRequest({ orgId: orgId as OrgId }), classification: aClassification(classification), recorded: false, view, policy: defaultPolicy, decider: 'test' });
const decided = (...args: Parameters<typeof about>) => decide(about(...args));

const feedback = (n: number, data: object, orgId = 'org_a') =>
  Array.from({ length: n }, (_, i) =>
    recorded({ type: 'FeedbackGiven', data: { feedbackId: `f${i}`, requestId: null, model: null, promptHash: 'h', classifiedTask: 'text', correct: true, confidence: null, suggestedTask: null, ...data } }, 10 + i, { orgId }),
  );
const answered = (n: number, model: string, outputTokens: number, inferenceMs: number) =>
  Array.from({ length: n }, (_, i) =>
    recorded({ type: 'InferenceCompleted', data: { model, mode: 'live', task: 'text', cache: 'off', usage: { outputTokens }, timing: { inferenceMs, ttftMs: null } } }, 20 + i, { orgId: 'org_z' }),
  );

describe('what feedback teaches', () => {
  it('a model that did badly loses ground, for the organization that said so and for no other', () => {
    const view = viewOf(pair, ...feedback(5, { model: 'a/one', correct: false }));
    expect(decided(view, 'org_a').model).toBe('b/one');
    expect(decided(view, 'org_b').model).toBe('a/one');
  });

  it('a model that did well gains', () => {
    expect(decided(viewOf(pair, ...feedback(5, { model: 'b/one' }))).model).toBe('b/one');
  });

  it('one opinion moves little, many approach a limit', () => {
    const success = (n: number) => explain(about(viewOf(pair, ...feedback(n, { model: 'a/one' })), 'org_a', { complexity_score: 0.8 })).candidates.find(({ model }) => model === 'a/one')!.success;
    const [none, one, ten, thousand, more] = [0, 1, 10, 1000, 2000].map(success) as [number, number, number, number, number];
    expect(one - none).toBeGreaterThan(0);
    expect(one - none).toBeLessThan((ten - none) / 3);
    expect(more - thousand).toBeLessThan(0.001);
  });

  it('a correction of the task is held against the classification, not against the model', () => {
    const view = viewOf(pair, ...feedback(5, { model: 'a/one', correct: false, suggestedTask: 'code' }));
    expect(decided(view).model).toBe('a/one');
  });

  it('corrections turn an unsure classification, with the reason in words', () => {
    const coders = pair.map((model) => ({ ...model, also_tasks: ['code' as const] }));
    const view = viewOf(coders, ...feedback(4, { correct: false, suggestedTask: 'code' }));
    expect(decided(view, 'org_a', unsure).classification).toMatchObject({ task: 'code', decision: 'feedback', reasoning: expect.stringContaining('corrected such prompts from text to code') });
    expect(decided(view, 'org_b', unsure).classification.task).toBe('text');
  });

  it('a sure classification stays, whatever the feedback', () => {
    const view = viewOf(pair, ...feedback(50, { correct: false, suggestedTask: 'code' }));
    expect(decided(view, 'org_a', { confidence: 0.97, alternatives: [{ task: 'code', p: 0.03 }] }).classification.task).toBe('text');
  });

  it('confirmation makes an unsure classification surer', () => {
    const view = viewOf(pair, ...feedback(8, {}));
    expect(decided(view, 'org_a', unsure).classification.confidence).toBeGreaterThan(unsure.confidence);
  });

  it('a recorded classification is taken as it was: a replay does not learn twice', () => {
    const view = viewOf(pair, ...feedback(8, {}));
    expect(decide({ ...about(view, 'org_a', unsure), recorded: true }).classification.confidence).toBe(unsure.confidence);
  });
});

describe('what outcomes teach', () => {
  it('a model whose answers are long costs more than its price says', () => {
    const cost = (view: RoutingView) => Number(explain(about(view)).candidates.find(({ model }) => model === 'a/one')!.estimatedCost);
    expect(cost(viewOf(pair, ...answered(200, 'a/one', 3_000, 5_000)))).toBeGreaterThan(2 * cost(viewOf(pair)));
  });

  it('a model that keeps people waiting loses to its equal', () => {
    expect(decided(viewOf(pair, ...answered(200, 'a/one', 600, 60_000))).model).toBe('b/one');
  });

  it('answers from the sandbox teach nothing about live models', () => {
    const slow = answered(200, 'a/one', 600, 60_000).map((event) => ({ ...event, data: { ...event.data, mode: 'test' } }));
    expect(decided(viewOf(pair, ...slow)).model).toBe('a/one');
  });
});

describe('what preferences ask', () => {
  const preferring = (key: string, value: unknown) => recorded({ type: 'PreferenceSet', data: { key, value } }, 10, { orgId: 'org_a' });

  it('a preferred provider wins among equals', () => {
    expect(decided(viewOf(pair, preferring('preferred_providers', ['b'])))).toMatchObject({ model: 'b/one', reason: expect.stringContaining('a preferred provider') });
  });

  it('an excluded model is counted as such', () => {
    expect(decided(viewOf(pair, preferring('excluded_models', ['a/one'])))).toMatchObject({ model: 'b/one', excluded: { preference: 1 } });
  });

  it('an excluded model cannot be asked for by name either', () => {
    const view = viewOf(pair, preferring('excluded_models', ['a/one']));
    const question = about(view);
    const pinned = { ...question, request: { ...question.request, hints: { ...question.request.hints, model: pair[0]!.id } } };
    expect(() => decide(pinned)).toThrow(expect.objectContaining({ code: 'model_not_routable' }));
  });

  it('leaving out a loser never changes the winner, nor any score', () => {
    const { decision, candidates } = explain(about(shippedView()));
    for (const { model } of candidates.slice(1, 9)) {
      const without = explain(about(shippedView(preferring('excluded_models', [model]))));
      expect(without.decision.model).toBe(decision.model);
      expect(without.candidates).toEqual(candidates.filter((other) => other.model !== model));
    }
  });

  it('the default optimization applies where the request names none', () => {
    const view = viewOf(pair, preferring('default_optimization', 'price-optimized'));
    expect(decided(view).optimization).toBe('price-optimized');
    expect(decided(view, 'org_b').optimization).toBe('balanced');
  });

  it('the default task decides only what the prompt leaves open', () => {
    const coders = pair.map((model) => ({ ...model, also_tasks: ['code' as const] }));
    const view = viewOf(coders, preferring('default_task', 'code'));
    expect(decided(view, 'org_a', { ...unsure, confidence: 0.45 }).classification).toMatchObject({ task: 'code', decision: 'preference' });
    expect(decided(view, 'org_a', unsure).classification.task).toBe('text');
  });
});

describe('a session', () => {
  const withSession = (prompts: number) => {
    const question = about(viewOf(pair));
    return decide({ ...question, request: { ...question.request, session: { sessionId: 's', prompts, lastTask: 'text', lastModel: pair[1]!.id } } });
  };

  it('stays with its model among equals, for its prompt cache is warm', () => {
    expect(withSession(3)).toMatchObject({ model: 'b/one', contextualBoost: 0.02, reason: expect.stringContaining('staying with the session') });
  });

  it('has a boost that grows with its prompts', () => {
    expect([0, 1, 2, 3, 9].map((prompts) => withSession(prompts).contextualBoost)).toEqual([0, 0.006667, 0.013333, 0.02, 0.02]);
  });
});
