import { describe, expect, it } from '@jest/globals';
import { dollars } from '../../money/money.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import { suggest, type Facts, type ModelUse } from './suggest.js';

const nothing: Facts = { models: [], providers: [], feedback: [], optimizations: [], tasks: [], current: new Map() };
const model = (id: string, changes: Partial<ModelUse> = {}): ModelUse => ({
  model: id as ModelId, provider: id.split('/')[0]!, task: 'text', requests: 100, completed: 99, cost: dollars('1'), priced: 99, requestIds: [`${id} 1`], ...changes,
});

describe('suggestions', () => {
  it('say nothing where nothing is known', () => expect(suggest(nothing)).toEqual([]));

  it('exclude a provider that keeps failing, with the requests it failed', () => {
    const providers = [{ provider: 'acme', requests: 20, failures: 15, failedIds: ['r1', 'r2'] }];
    expect(suggest({ ...nothing, providers })).toEqual([
      {
        kind: 'failing_provider', preference: { key: 'excluded_providers', value: ['acme'] }, reason: 'acme did not answer 15 of the 20 requests it was chosen for.',
        figures: { requests: 20, failures: 15, failure_rate: 0.75 }, requestIds: ['r1', 'r2'], expectedSaving: null, confidence: 0.531,
      },
    ]);
    expect(suggest({ ...nothing, providers, current: new Map([['excluded_providers', ['acme']]]) })).toEqual([]);
    expect(suggest({ ...nothing, providers: [{ ...providers[0]!, requests: 4, failures: 4 }] })).toEqual([]);
  });

  it('exclude a model whose answers are marked wrong, not one whose task was misread', () => {
    const wrong = { model: 'a/b' as ModelId, classifiedTask: 'text' as const, correct: false, suggestedTask: null, times: 4, requestIds: ['r1'] };
    expect(suggest({ ...nothing, feedback: [wrong] })).toMatchObject([{ kind: 'model_marked_wrong', preference: { key: 'excluded_models', value: ['a/b'] }, requestIds: ['r1'] }]);
    expect(suggest({ ...nothing, feedback: [{ ...wrong, suggestedTask: 'code', times: 2 }] })).toEqual([]);
  });

  it('prefer the provider of a cheaper model with equal outcomes, and say what it would have saved', () => {
    const [dear, cheap] = [model('dear/one'), model('cheap/one', { cost: dollars('0.099') })];
    const [found] = suggest({ ...nothing, models: [dear, cheap] });
    expect(found).toMatchObject({ kind: 'cheaper_model', preference: { key: 'preferred_providers', value: ['cheap'] }, figures: { model: 'dear/one', cheaper_model: 'cheap/one' } });
    expect(found!.expectedSaving).toBe(((dollars('1') / 99n - dollars('0.001')) * 100n) as never);
    expect(suggest({ ...nothing, models: [dear, { ...cheap, completed: 80 }] })).toEqual([]);
    expect(suggest({ ...nothing, models: [dear, { ...cheap, task: 'code' }] })).toEqual([]);
  });

  it('make the task that was meant the default, and else the one that is usual', () => {
    const corrected = { model: null, classifiedTask: 'text' as const, correct: false, suggestedTask: 'code' as const, times: 5, requestIds: ['r1'] };
    const tasks = [{ value: 'image' as const, requests: 90, requestIds: ['r2'] }, { value: 'text' as const, requests: 10, requestIds: [] }];
    expect(suggest({ ...nothing, feedback: [corrected], tasks })).toMatchObject([{ preference: { key: 'default_task', value: 'code' }, requestIds: ['r1'] }]);
    expect(suggest({ ...nothing, tasks })).toMatchObject([{ preference: { key: 'default_task', value: 'image' }, figures: { share: 0.9 } }]);
    expect(suggest({ ...nothing, tasks, current: new Map([['default_task', 'image']]) })).toEqual([]);
  });

  it('make the usual optimization the default, unless it is so already', () => {
    const all = (value: 'balanced' | 'price-optimized') => ({ ...nothing, optimizations: [{ value, requests: 30, requestIds: ['r1'] }] });
    expect(suggest(all('price-optimized'))).toMatchObject([{ preference: { key: 'default_optimization', value: 'price-optimized' } }]);
    expect(suggest(all('balanced'))).toEqual([]);
  });
});
