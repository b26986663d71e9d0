import { describe, expect, it } from '@jest/globals';
import { embeds } from '../../catalog/domain/model.js';
import { dollars, toPico } from '../../money/money.js';
import { aClassification, aRequest, shippedView, type RequestChanges } from '../testing/shipped-view.js';
import { decide, explain } from './decide.js';
import { defaultPolicy } from './policy.js';
import { noHints, type InputProfile } from './request.js';
import type { ModelId } from './vocabulary.js';

const view = shippedView();
const question = (embedding: Partial<NonNullable<InputProfile['embedding']>> = {}, { hints, ...changes }: RequestChanges = {}) => ({
  request: aRequest({ endpoint: 'embeddings', ...changes, hints: { ...noHints, task: 'text', ...hints }, profile: { inputTokens: 1_000, maxOutputTokens: 0, ...changes.profile, embedding: { longestTokens: 500, dimensions: null, ...embedding } } }),
  classification: aClassification({ task: 'text' }),
  recorded: false,
  view,
  policy: defaultPolicy,
  decider: 'test',
});
const decided = (...of: Parameters<typeof question>) => decide(question(...of));
const id = (text: string) => text as ModelId;

describe('the model that turns texts into vectors', () => {
  it('is the cheapest, with its exact price, and nothing stands in for it', () => {
    const decision = decided();
    expect(decision).toMatchObject({ model: 'openai/text-embedding-3-small', fallbackChain: ['openai/text-embedding-3-small'], estimatedCost: (1_000n * 20_000n).toString() });
    expect(decision.candidateCount + Object.values(decision.excluded).reduce((sum, count) => sum + count, 0)).toBe(view.table.size);
  });

  it('holds the longest text: a batch may be longer', () => {
    expect(decided({ longestTokens: 20_000 }).model).toBe('voyage/voyage-3.5-lite');
    expect(decided({ longestTokens: 8_000 }, { profile: { inputTokens: 300_000 } }).model).toBe('openai/text-embedding-3-small');
    expect(() => decided({ longestTokens: 1_000_000 })).toThrow(expect.objectContaining({ code: 'no_candidate', param: 'input' }));
  });

  it('makes vectors of the length asked for', () => {
    expect(decided({ dimensions: 2_048 }).model).toBe('voyage/voyage-3.5-lite');
    expect(() => decided({ dimensions: 5_000 })).toThrow(expect.objectContaining({ code: 'no_candidate', param: 'dimensions' }));
  });

  it('keeps within preferences, scope and budget', () => {
    expect(decided({}, { scope: { providers: ['mistral'] } }).model).toBe('mistral/mistral-embed');
    expect(() => decided({}, { budget: toPico(dollars('0.000001')) })).toThrow(expect.objectContaining({ code: 'budget_too_low' }));
  });

  it('is told in full with the same decision', () => {
    const explained = explain(question());
    expect(explained.decision).toEqual(decided());
    expect(explained.candidates[0]!.model).toBe(explained.decision.model);
  });

  it('may be named, and is refused when it cannot', () => {
    expect(decided({}, { hints: { model: id('openai/text-embedding-ada-002') } })).toMatchObject({ model: 'openai/text-embedding-ada-002', candidateCount: 1 });
    const refused = (model: string, embedding = {}) => () => decided(embedding, { hints: { model: id(model) } });
    expect(refused('openai/gpt-5.4')).toThrow(expect.objectContaining({ code: 'model_not_routable' }));
    expect(refused('openai/text-embedding-ada-002', { dimensions: 256 })).toThrow(expect.objectContaining({ code: 'unsupported_dimensions', param: 'dimensions' }));
    expect(refused('google/gemini-embedding-001', { longestTokens: 3_000 })).toThrow(expect.objectContaining({ code: 'context_length_exceeded', param: 'input' }));
  });
});

describe('the seven tasks', () => {
  const chat = (hints: RequestChanges['hints'] = {}) => ({ ...question(), request: aRequest({ hints }) });

  it('never rank an embedding model', () => {
    const { candidates, excluded } = explain(chat());
    const vectors = [...view.table.all()].filter(([, { model }]) => embeds(model)).map(([, { model }]) => model.id);
    expect(vectors.length).toBeGreaterThanOrEqual(8);
    expect(candidates.filter(({ model }) => vectors.includes(model))).toEqual([]);
    expect(excluded.filter(({ model }) => vectors.includes(model)).map(({ reason }) => reason)).toEqual(vectors.map(() => 'task'));
  });

  it('refuse one that is named, or asked for by its type', () => {
    expect(() => decide(chat({ model: id('openai/text-embedding-3-small') }))).toThrow(expect.objectContaining({ code: 'model_not_routable' }));
    expect(() => decide(chat({ taskType: 'text_embedding' }))).toThrow(expect.objectContaining({ code: 'no_candidate' }));
    expect(() => decide(chat({ taskType: 'text_embedding', task: 'text' }))).toThrow(expect.objectContaining({ code: 'no_candidate' }));
  });
});
