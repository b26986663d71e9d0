/**
 * What a person would expect of the router, over the whole catalogue as shipped. One line each: what is asked, how,
 * and what must be true of the choice.
 */
import { describe, expect, it } from '@jest/globals';
import { aModel } from '../../catalog/testing/a-model.js';
import { barred, type CatalogModel } from '../../catalog/domain/model.js';
import { dollars, fromPico, toPico } from '../../money/money.js';
import { ask, recorded, shippedModels, shippedView, viewOf, type RequestChanges } from '../testing/shipped-view.js';
import { decide, explain } from './decide.js';
import type { Decision } from './decision.js';
import { optimizations, type Optimization } from './vocabulary.js';

const view = shippedView();
const models = new Map(shippedModels().map((model) => [model.id as string, model]));

const trivial = 'What is the capital of France?';
const proof = 'Prove rigorously that for every prime p congruent to 1 modulo 4 there are integers a and b with p = a^2 + b^2, using only elementary arguments, and then show that the representation is unique up to order and sign.';
const photo: RequestChanges = { profile: { modalities: ['image', 'text'], attachments: 1 } };
const recording: RequestChanges = { profile: { modalities: ['audio', 'text'], attachments: 1, seconds: 90 } };

const inMode = (optimization: Optimization, changes: RequestChanges = {}): RequestChanges => ({ ...changes, hints: { ...changes.hints, optimization } });
const dollarsOf = ({ estimatedCost }: Decision) => Number(estimatedCost) / 1e12;

type Check = readonly [asked: string, prompt: string, how: RequestChanges, expected: string, holds: (model: CatalogModel, decision: Decision) => boolean];

const table: readonly Check[] = [
  ['a trivial question, at the best price', trivial, inMode('price-optimized', { hints: { task: 'text' } }), 'an economy model', (model) => model.price_tier === 'economy'],
  ['a trivial question as it is typed, at the best price', trivial, inMode('price-optimized'), 'an economy model', (model) => model.price_tier === 'economy'],
  ['a trivial question, balanced', trivial, inMode('balanced', { hints: { task: 'text' } }), 'a model for less than a tenth of a cent', (_, decision) => dollarsOf(decision) < 0.001],
  ['a hard proof, the best answer', proof, inMode('output-optimized', { hints: { task: 'text' } }), 'a flagship that reasons', (model) => model.price_tier === 'flagship' && model.capabilities.includes('reasoning')],
  ['a hard proof, at the best price', proof, inMode('price-optimized', { hints: { task: 'text' } }), 'a reasoning model below the premium tier', (model) => model.capabilities.includes('reasoning') && !['premium', 'flagship'].includes(model.price_tier!)],
  ['a photo with a question', 'What is written on the sign in this photo?', { ...photo, hints: { task: 'text' } }, 'a model with vision', (model) => model.capabilities.includes('vision')],
  ['300,000 tokens', 'Summarise the report above.', { hints: { task: 'text' }, profile: { inputTokens: 300_000 } }, 'a model that holds them', (model) => model.context_window! >= 300_000],
  ['a picture of a cat', 'Generate an image of a cat', {}, 'an image model', (model) => model.task === 'image'],
  ['a picture, the best answer', 'Generate an image of a cat', inMode('output-optimized'), 'one of the three best of the image arena', (model) => placeOn('arena_image_elo', model) <= 3],
  ['a picture, at the best price', 'Generate an image of a cat', inMode('price-optimized'), 'two cents at the most', (_, decision) => dollarsOf(decision) <= 0.02],
  ['a change to a photo', 'Remove the background from this photo', photo, 'a model that edits pictures', (model) => model.capabilities.includes('image_editing')],
  ['a video from words', 'Make a 5 second video of waves at sunset', {}, 'a model that films from text', (model) => model.capabilities.includes('text_to_video')],
  ['a photo set in motion', 'Animate this photo into a short video', photo, 'a model that films from a picture', (model) => model.task === 'video' && model.modalities.input.includes('image')],
  ['ten minutes of music', 'Compose calm piano music for meditation', { hints: { task: 'music' }, profile: { seconds: 600 } }, 'a model that can play that long', (model) => (model.limits.max_duration_s ?? Infinity) >= 600],
  ['words to be spoken', 'Read this aloud: welcome to our museum', { hints: { task: 'speech' } }, 'a voice', (model) => model.task_type === 'text_to_speech'],
  ['a recording to be written down', 'Transcribe this recording', { ...recording, hints: { task: 'speech' } }, 'a transcriber', (model) => model.task_type === 'speech_to_text'],
  ['code', 'Write a Python function that reverses a linked list', {}, 'a model for code', (model) => model.task === 'code' || model.also_tasks.includes('code')],
  ['the news of today', 'What are the latest news about the European Central Bank today?', {}, 'a model that searches the web', (model) => model.capabilities.includes('web_search')],
  ['the news, in a chat', 'What are the latest news about the European Central Bank today?', { endpoint: 'chat/completions' }, 'a model that writes an answer', (model) => model.capabilities.includes('text_generation')],
  ['tools offered', 'Book me a table for two tonight.', { hints: { task: 'text' }, profile: { tools: 3 } }, 'a model that calls tools', (model) => model.capabilities.includes('tool_use')],
  ['JSON by a schema', 'Extract the names and dates from the letter.', { hints: { task: 'text' }, profile: { wantsJsonSchema: true } }, 'a model with structured output', (model) => model.capabilities.includes('structured_output')],
  ['one maker only', trivial, { hints: { provider: 'google', task: 'text' } }, 'a model of Google', (model) => model.provider === 'google'],
  ['one model line', trivial, { hints: { catalogFamily: 'llm/anthropic--claude-sonnet' } }, 'a model of that line', (model) => model.catalog_family === 'llm/anthropic--claude-sonnet'],
  ['a taxonomy that is no text', 'a red bicycle in the rain', { hints: { taxonomy: 'image-generation' } }, 'an image model, though the prompt does not say so', (model) => model.task === 'image'],
  ['no dearer than standard', proof, inMode('output-optimized', { hints: { maxPriceTier: 'standard', task: 'text' } }), 'an economy or standard model', (model) => ['economy', 'standard'].includes(model.price_tier!)],
  ['a budget of a tenth of a cent', proof, inMode('output-optimized', { hints: { task: 'text' }, budget: toPico(dollars('0.001')) }), 'a model within it', (_, decision) => fromPico(decision.estimatedCost!) <= dollars('0.001')],
];

const placeOn = (board: string, model: CatalogModel): number =>
  1 + [...models.values()].filter((other) => (other.benchmarks[board] ?? 0) > (model.benchmarks[board] ?? 0) && barred(other) === null).length;

describe('what a person would expect', () => {
  it.each(table.map(([asked, prompt, how, expected, holds]) => ({ asked, prompt, how, expected, holds })))('$asked goes to $expected', ({ prompt, how, holds }) => {
    const decision = decide(ask(view, prompt, how));
    const model = models.get(decision.model)!;
    expect({ model: model.id, holds: holds(model, decision) }).toEqual({ model: model.id, holds: true });
  });

  it.each(optimizations)('a %s choice is never a retired, unpriced or long-tail model', (optimization) => {
    for (const task of ['text', 'code', 'web_search', 'image', 'video', 'music', 'speech'] as const) {
      for (const { model } of explain(ask(view, trivial, { hints: { optimization, task } })).candidates) expect(barred(models.get(model)!)).toBeNull();
    }
  });

  it('the dearer the mode, the abler the model', () => {
    const success = optimizations.map((optimization) => explain(ask(view, proof, inMode(optimization, { hints: { task: 'text' } }))).candidates[0]!.success);
    expect(success).toEqual([...success].sort());
  });

  it('a budget below every candidate is refused, and the refusal names the cheapest', () => {
    const question = () => decide(ask(view, trivial, { hints: { task: 'text' }, budget: toPico(dollars('0.0000000001')) }));
    const cheapest = explain(ask(view, trivial, { hints: { task: 'text' } })).candidates.reduce((a, b) => (fromPico(b.estimatedCost!) < fromPico(a.estimatedCost!) ? b : a));
    expect(question).toThrow(expect.objectContaining({ code: 'budget_too_low', param: 'budget_dollars', message: expect.stringContaining(cheapest.model) }));
  });

  it('an excluded provider never wins, even when it is the only one preferred', () => {
    const favourite = decide(ask(view, trivial, { hints: { task: 'text' } })).provider;
    const excluding = shippedView(
      recorded({ type: 'PreferenceSet', data: { key: 'preferred_providers', value: [favourite] } }, 900, { orgId: 'org_a' }),
      recorded({ type: 'PreferenceSet', data: { key: 'excluded_providers', value: [favourite] } }, 901, { orgId: 'org_a' }),
    );
    const { candidates } = explain(ask(excluding, trivial, { hints: { task: 'text' } }));
    expect(candidates.filter(({ model }) => models.get(model)!.provider === favourite)).toEqual([]);
  });

  it('equal models are ordered by id', () => {
    const equal = ['c/x', 'a/x', 'b/x'].map((id) => aModel({ id }));
    expect(explain(ask(viewOf(equal), trivial, { hints: { task: 'text' } })).candidates.map(({ model }) => model)).toEqual(['a/x', 'b/x', 'c/x']);
  });
});
