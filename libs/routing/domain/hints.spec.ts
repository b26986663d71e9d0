import { describe, expect, it } from '@jest/globals';
import { aClassification, aRequest, shippedView, type RequestChanges } from '../testing/shipped-view.js';
import { decide } from './decide.js';
import { defaultPolicy } from './policy.js';
import type { RoutingHints } from './request.js';
import { taskOfType } from './task-asked.js';
import type { Task } from './vocabulary.js';

const view = shippedView();
const decided = (hints: Partial<RoutingHints>, task: Task = 'text', sent: RequestChanges = {}) =>
  decide({ request: aRequest({ ...sent, hints }), classification: aClassification({ task: hints.task ?? task }), recorded: false, view, policy: defaultPolicy, decider: 'test' });
const refusal = (hints: Partial<RoutingHints>) => {
  try {
    decided(hints);
  } catch (error) {
    return error as { code: string; param: string; message: string };
  }
  throw new Error('was not refused');
};

describe('hints the catalogue does not know', () => {
  it.each([
    ['taxonomy', { taxonomy: 'poetry' }, 'unknown_taxonomy', 'taxonomy', 'image-generation'],
    ['provider', { provider: 'acme' }, 'unknown_provider', 'provider', 'anthropic'],
    ['model line', { catalogFamily: 'llm/acme--x' }, 'unknown_catalog_family', 'catalog_family', 'llm/anthropic--claude-opus'],
    ['task type', { taskType: 'cooking' }, 'unknown_task_type', 'filter.task_type', 'text_generation'],
    ['capability', { capabilities: ['vision', 'telepathy'] }, 'unknown_capability', 'filter.capabilities', 'reasoning'],
  ] as const)('%s: refused with the field and what is allowed', (_, hints, code, param, allowed) => {
    const refused = refusal(hints);
    expect(refused).toMatchObject({ name: 'Refused', code, param });
    expect(refused.message).toContain(allowed);
  });
});

describe('hints that contradict each other', () => {
  it('a provider outside the taxonomy: the providers within it are named', () => {
    const refused = refusal({ taxonomy: 'music', provider: 'anthropic' });
    expect(refused).toMatchObject({ code: 'contradictory_filters', param: 'provider' });
    expect(refused.message).toContain('elevenlabs');
    expect(refused.message).not.toContain('openai');
  });

  it('a model line of another provider', () => {
    expect(refusal({ provider: 'google', catalogFamily: 'llm/anthropic--claude-opus' })).toMatchObject({ code: 'contradictory_filters', param: 'catalog_family' });
  });

  it('a task the taxonomy has no models for', () => {
    expect(refusal({ task: 'text', taxonomy: 'video' })).toMatchObject({ code: 'contradictory_filters', param: 'task' });
  });

  it('three that only contradict together', () => {
    expect(refusal({ provider: 'openai', capabilities: ['reasoning'], taxonomy: 'image' })).toMatchObject({ code: 'contradictory_filters' });
  });
});

describe('hints that narrow', () => {
  it('the translation branch takes only what translates', () => {
    const { model, excluded } = decided({ taxonomy: 'translation' });
    expect(view.table.model(view.table.find(model)!).category).toBe('llm');
    expect(excluded['taxonomy']).toBeGreaterThan(0);
  });

  it('a taxonomy of another task decides the task, and says so', () => {
    expect(decided({ taxonomy: 'text-to-speech' }).classification).toMatchObject({ task: 'speech', decision: 'hint', reasoning: 'taxonomy text-to-speech decides the task: speech.' });
  });

  it('where the narrowed models leave the choice, the likelier task is kept', () => {
    expect(decided({ provider: 'openai' }, 'image').classification.task).toBe('image');
  });

  it.each(Object.entries(taskOfType))('the task type %s is served by a model of that type', (taskType, task) => {
    const sent = { profile: taskType === 'character_performance' ? { modalities: ['image' as const, 'text' as const, 'video' as const] } : {} };
    const { model } = decided({ taskType, task }, task, sent);
    const { task_type, capabilities, also_tasks } = view.table.model(view.table.find(model)!);
    expect(task_type === taskType || capabilities.includes(taskType) || (taskType === 'code_generation' && also_tasks.includes('code'))).toBe(true);
  });

  it('a named task type is taken even where the router would not think of it by itself', () => {
    const { model } = decided({ taskType: 'avatar_video', task: 'video' }, 'video');
    expect(view.table.model(view.table.find(model)!).task_type).toBe('avatar_video');
  });
});
