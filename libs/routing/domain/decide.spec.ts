import { describe, expect, it } from '@jest/globals';
import { aModel } from '../../catalog/testing/a-model.js';
import { callableAt } from '../../inference/domain/callable.js';
import { toPico, dollars } from '../../money/money.js';
import { aClassification, aRequest, recorded, shippedView, viewOf, type RequestChanges } from '../testing/shipped-view.js';
import type { Classification } from './decision.js';
import { decide, explain } from './decide.js';
import { defaultPolicy } from './policy.js';
import type { RoutingView } from './view.js';
import type { ModelId } from './vocabulary.js';

const shipped = shippedView();

const about = (view: RoutingView, changes: RequestChanges = {}, classification: Partial<Classification> = {}) => ({
  request: aRequest(changes),
  classification: aClassification({ ...(changes.hints?.task ? { task: changes.hints.task } : {}), ...classification }),
  recorded: false,
  view,
  policy: defaultPolicy,
  decider: 'test',
});
const decided = (...[view, changes, classification]: Parameters<typeof about>) => decide(about(view, changes, classification));
const id = (text: string) => text as ModelId;

describe('deciding', () => {
  it('gives the same decision for the same question, byte for byte', () => {
    expect(JSON.stringify(decided(shipped))).toBe(JSON.stringify(decided(shippedView())));
  });

  it('does not depend on the order in which models were listed', () => {
    const models = [aModel({ id: 'b/one' }), aModel({ id: 'a/one' }), aModel({ id: 'c/one' })];
    const { position: _, ...forwards } = decided(viewOf(models));
    const { position: __, ...backwards } = decided(viewOf([...models].reverse()));
    expect(forwards).toEqual(backwards);
  });

  it('breaks a tie of equal models by their id', () => {
    expect(decided(viewOf([aModel({ id: 'b/one' }), aModel({ id: 'a/one' })])).candidates.map(({ model }) => model)).toEqual(['a/one', 'b/one']);
  });

  it('keeps a decision under 4 KiB', () => {
    expect(Buffer.byteLength(JSON.stringify(decided(shipped)))).toBeLessThan(4096);
  });

  it('counts every model of the catalogue once: as a candidate, or by the reason it is excluded for', () => {
    const { candidateCount, excluded } = decided(shipped);
    expect(candidateCount + Object.values(excluded).reduce((sum, count) => sum + count, 0)).toBe(shipped.table.size);
  });

  it('has components that sum to the score', () => {
    for (const { score, components } of decided(shipped).candidates) {
      expect(Object.values(components).reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 5);
    }
  });

  it('falls back to other providers first', () => {
    const { fallbackChain, model } = decided(shipped);
    expect(fallbackChain[0]).toBe(model);
    expect(new Set(fallbackChain.map((each) => each.split('/')[0])).size).toBe(fallbackChain.length);
  });

  it('records a candidate for every model of its chain, so that a fallback has its estimate too', () => {
    const { fallbackChain, candidates } = decided(shipped);
    expect(candidates.map(({ model }) => model)).toEqual(expect.arrayContaining([...fallbackChain]));
    expect(candidates.map(({ score }) => score)).toEqual(candidates.map(({ score }) => score).sort((a, b) => b - a));
  });

  it('explains the very decision it makes, with every candidate and every excluded model', () => {
    const explanation = explain(about(shipped));
    expect(explanation.decision).toEqual(decided(shipped));
    expect(explanation.candidates[0]!.model).toBe(explanation.decision.model);
    expect(explanation.candidates.length + explanation.excluded.length).toBe(shipped.table.size);
  });

  it('records the position of the view', () => {
    expect(decided(viewOf([aModel()])).position).toBe('1');
  });
});

describe('models that stand in for the explicit one', () => {
  const named = (first: string, others: string[], more: RequestChanges = {}) => decided(shipped, { ...more, hints: { model: id(first), fallbackModels: others.map(id) } });

  it('follow it in their order, with what each would cost', () => {
    const { fallbackChain, candidates, candidateCount, reason } = named('openai/gpt-5.4-nano', ['google/gemini-2.5-flash', 'openai/gpt-5.4', 'openai/gpt-5.4-nano']);
    expect(fallbackChain).toEqual(['openai/gpt-5.4-nano', 'google/gemini-2.5-flash', 'openai/gpt-5.4']);
    expect(candidates.map(({ model, estimatedCost }) => [model, BigInt(estimatedCost!) > 0n])).toEqual(fallbackChain.map((model) => [model, true]));
    expect(candidateCount).toBe(3);
    expect(reason).toContain('google/gemini-2.5-flash, then openai/gpt-5.4');
  });

  it('take its place when it may not serve, and are passed over and counted when they may not', () => {
    const decision = named('openai/gpt-4', ['openai/gpt-image-2', 'meta/muse-video', 'openai/gpt-5.4-nano']);
    expect(decision).toMatchObject({ model: 'openai/gpt-5.4-nano', fallbackChain: ['openai/gpt-5.4-nano'], excluded: { deprecated: 1, task: 1, unpriced: 1 } });
  });

  it('do not help when none may serve: the first says why', () => {
    expect(() => named('openai/gpt-4', ['meta/muse-video'])).toThrow(expect.objectContaining({ code: 'model_not_routable', message: expect.stringContaining('openai/gpt-4 ') }));
  });

  it('must be in the catalogue', () => {
    expect(() => named('openai/gpt-5.4', ['openai/gpt-5.4-nano', 'acme/none'])).toThrow(expect.objectContaining({ code: 'model_not_found', param: 'models.1' }));
  });
});

it('says whether the policy lets a cut answer be gone on from', () => {
  const never = { ...defaultPolicy, policy: { ...defaultPolicy.policy, mayContinue: false } };
  expect([decided(shipped).mayContinue, decide({ ...about(shipped), policy: never }).mayContinue]).toEqual([true, false]);
  expect(decide({ ...about(shipped, { hints: { model: id('openai/gpt-5.4') } }), policy: never }).mayContinue).toBe(false);
});

describe('an explicit model', () => {
  it('skips ranking, and nothing stands in for it', () => {
    expect(decided(shipped, { hints: { model: id('openai/gpt-5.4-nano') } })).toMatchObject({ model: 'openai/gpt-5.4-nano', fallbackChain: ['openai/gpt-5.4-nano'], candidateCount: 1 });
  });

  it('decides the task when the prompt reads like another', () => {
    expect(decided(shipped, { hints: { model: id('openai/gpt-image-2') } }).classification).toMatchObject({ task: 'image', decision: 'hint', confidence: 1 });
  });

  it.each([
    ['is not in the catalogue', { hints: { model: id('acme/none') } }, 'model_not_found'],
    ['is retired', { hints: { model: id('openai/gpt-4') } }, 'model_not_routable'],
    ['has no price', { hints: { model: id('meta/muse-video') } }, 'model_not_routable'],
    ['is out of the scope of the key', { hints: { model: id('openai/gpt-5.4') }, scope: { providers: ['google'] } }, 'model_not_allowed'],
    ['cannot do the task asked for', { hints: { model: id('openai/gpt-5.4'), task: 'image' as const } }, 'contradictory_filters'],
    ['costs more than the budget', { hints: { model: id('openai/gpt-5.4') }, budget: toPico(dollars('0.0000001')) }, 'budget_too_low'],
    ['cannot hold the input', { hints: { model: id('openai/gpt-6.1-sol') }, profile: { inputTokens: 900_000 } }, 'context_length_exceeded'],
  ] as const)('is refused when it %s', (_, changes, code) => {
    expect(() => decided(shipped, changes as RequestChanges)).toThrow(expect.objectContaining({ name: 'Refused', code }));
  });
});

describe('health', () => {
  const failed = (position: number) =>
    recorded(
      { type: 'InferenceAttemptFailed', data: { attempt: 1, model: 'a/one', provider: 'a', mode: 'live', errorClass: 'server_error', status: 500, message: '', tookMs: 5 } },
      position,
      { at: '2026-11-25T11:59:50.000Z' },
    );

  it('keeps a degraded model out, for the keys of its kind, until its quarantine is over', () => {
    const view = viewOf([aModel({ id: 'a/one' }), aModel({ id: 'b/one' })], failed(3), failed(4), failed(5));
    expect(decided(view)).toMatchObject({ model: 'b/one', excluded: { degraded: 1 } });
    expect(decided(view, { mode: 'test' }).model).toBe('a/one');
    expect(decided(view, { at: '2026-11-25T12:10:00.000Z' }).model).toBe('a/one');
  });

  it('says so when nothing healthy is left', () => {
    const view = viewOf([aModel({ id: 'a/one' })], failed(2), failed(3), failed(4));
    expect(() => decided(view)).toThrow(expect.objectContaining({ code: 'no_healthy_model' }));
  });
});

describe('live keys are served where the installation has a key', () => {
  const live = (hosts: readonly string[], task: 'text' | 'image' | 'video' | 'music' | 'speech' | 'code' | 'web_search', more: RequestChanges = {}) => decided(shipped, { ...more, hosts, hints: { task, ...more.hints } }, { task });
  const servedBy = (decision: ReturnType<typeof decided>, host: string) => decision.fallbackChain.every((model) => callableAt(shipped.table.model(shipped.table.find(model)!)).includes(host));

  it.each([
    ['text', 'openai'], ['code', 'anthropic'], ['image', 'fal'], ['image', 'google'], ['video', 'runway'], ['video', 'google'], ['music', 'elevenlabs'], ['speech', 'elevenlabs'], ['speech', 'openai'], ['web_search', 'tavily'],
  ] as const)('%s with a key of %s alone: the whole chain is served there', (task, host) => expect(servedBy(live([host], task), host)).toBe(true));

  it('a model without an adapter is never chosen, whatever keys there are', () => {
    const everywhere = [...new Set([...shipped.table.all()].flatMap(([row]) => shipped.table.hosts[row]!))].sort();
    const { excluded } = explain(about(shipped, { hosts: everywhere, hints: { task: 'video' } }, { task: 'video' }));
    expect(excluded.filter(({ reason }) => reason === 'not_callable').map(({ model }) => String(model))).toContain('moonvalley/marey');
    expect(excluded.filter(({ reason }) => reason === 'not_callable').every(({ model }) => callableAt(shipped.table.model(shipped.table.find(model)!)).length === 0)).toBe(true);
  });

  it('without any key that serves the task, says so; it is not the request’s fault', () => {
    expect(() => live(['elevenlabs'], 'text')).toThrow(expect.objectContaining({ code: 'provider_not_configured' }));
  });

  it('a named model that cannot be called is refused with the keys that would help, or with that there is no adapter', () => {
    const named = (model: string) => () => live(['openai'], 'video', { hints: { model: id(model) } });
    expect(named('runway/gen4.5')).toThrow('runway/gen4.5 cannot be called here: it needs a key of runway.');
    expect(named('genmo/mochi-1')).toThrow('it needs a key of fal.');
    expect(named('moonvalley/marey')).toThrow('there is no adapter for its provider');
  });

  it('the sandbox serves every model', () => expect(decided(shipped, { mode: 'test', hints: { task: 'video' } }, { task: 'video' }).excluded).not.toHaveProperty('not_callable'));
});
