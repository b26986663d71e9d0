import { describe, expect, it } from '@jest/globals';
import { catalogFromFacts } from './catalog-from-facts.js';
import { refusals, type Facts } from './facts.js';

const row: Facts = {
  id: 'acme/one', provider: 'acme', creator: 'Acme', name: 'One', family: 'one', catalog_family: 'llm/acme--one', category: 'llm',
  task: 'text', task_type: 'text_generation', also_tasks: [], modalities: { input: ['text'], output: ['text'] },
  context_window: 1000, max_output: 500, pricing: { unit: 'per_million_tokens', input: 1, output: 2 }, price_basis: 'maker_list',
  price_sources: 1, capabilities: ['text_generation'], released: '2026-01-01', knowledge_cutoff: null, open_weights: null, licence: null,
  native_model_id: 'one-2026', benchmarks: {}, status: 'active', doubtful: false, sources: ['acme'], checked: '2026-11-22',
};
const bad = (changes: Record<string, unknown>) => ({ ...row, ...changes }) as Facts;

describe('rows that must not ship', () => {
  it.each<[string, Record<string, unknown>]>([
    ['id', { id: 'acme' }],
    ['id', { id: 'other/one' }],
    ['id', { id: 'acme/One Two' }],
    ['name', { name: ' ' }],
    ['task', { task: 'poetry' }],
    ['task', { task: 'image' }],
    ['task_type', { task_type: 'guessing' }],
    ['also_tasks', { also_tasks: ['text'] }],
    ['catalog_family', { catalog_family: 'llm/acme--two' }],
    ['modalities', { modalities: { input: ['smell'], output: ['text'] } }],
    ['modalities', { modalities: { input: ['text'], output: ['image'] } }],
    ['vision', { capabilities: ['vision'] }],
    ['context_window', { context_window: -1 }],
    ['context_window', { context_window: 12.5 }],
    ['max_output', { max_output: 1001 }],
    ['unit', { pricing: { unit: 'per_kilo', price: 1 } }],
    ['unit', { pricing: { unit: 'song', price: 1 } }],
    ['price_range', { pricing: { unit: 'per_million_tokens', input: -1, output: 2 } }],
    ['price_range', { pricing: { unit: 'per_million_tokens', input: 1, output: 2000 } }],
    ['price_range', { pricing: { unit: 'per_million_tokens', input: 1, output: 2, tiers: [{ above_input_tokens: 5, input: 5000 }] } }],
    ['output_price', { pricing: { unit: 'per_million_tokens', input: 3, output: 2 } }],
    ['cached_price', { pricing: { unit: 'per_million_tokens', input: 1, output: 2, cached_input: 1.5 } }],
    ['tiers', { pricing: { unit: 'per_million_tokens', input: 1, output: 2, tiers: [{ above_input_tokens: 9, input: 1 }, { above_input_tokens: 8, input: 1 }] } }],
    ['dates', { released: '2026-13-01' }],
    ['dates', { released: '2027-01-01' }],
    ['dates', { knowledge_cutoff: 'last year' }],
    ['benchmarks', { benchmarks: { gpqa_diamond: 101 } }],
    ['benchmarks', { benchmarks: { home_made: 5 } }],
    ['benchmarks', { benchmarks: { arena_text_elo: 14 } }],
    ['speed', { speed: { output_tokens_per_s: 0, ttft_s: 1 } }],
    ['parameters', { parameters_b: { total: 5, active: 6 } }],
    ['status', { status: 'resting' }],
    ['provenance', { sources: [] }],
    ['provenance', { price_sources: 1.5 }],
  ])('%s: %j', (check, changes) => expect(refusals(bad(changes)).map((refusal) => refusal.check)).toContain(check));

  it('a good row passes every check', () => expect(refusals(row)).toEqual([]));

  it('an id that stands twice', () => expect(catalogFromFacts([row, row]).refused.map(({ check }) => check)).toContain('unique_id'));

  it("an alias that is another model's id", () => {
    const two = bad({ id: 'acme/two', native_model_id: 'one' });
    expect(catalogFromFacts([row, two]).refused).toEqual([{ id: 'acme/two', check: 'duplicate_alias', detail: 'acme/one is the id of another model' }]);
  });

  it('an alias that two unlike models claim', () => {
    const two = bad({ id: 'acme/two' });
    expect(catalogFromFacts([row, two]).refused.map(({ id, check }) => [id, check])).toEqual([['acme/one', 'duplicate_alias'], ['acme/two', 'duplicate_alias']]);
  });
});

describe('aliases', () => {
  it("are the maker's own id, bare and under its provider", () =>
    expect(catalogFromFacts([row]).models[0]!.aliases).toEqual(['acme/one-2026', 'one-2026']));

  it('that a dated snapshot shares stay with the model without the date', () => {
    const snapshot = bad({ id: 'acme/one-0101' });
    const { models, refused } = catalogFromFacts([snapshot, row]);
    expect(refused).toEqual([]);
    expect(models.map(({ id, aliases }) => [id, aliases])).toEqual([['acme/one', ['acme/one-2026', 'one-2026']], ['acme/one-0101', []]]);
  });
});

it('the same facts in another order give the same catalogue', () => {
  const two = bad({ id: 'acme/two', native_model_id: null });
  expect(catalogFromFacts([two, row])).toEqual(catalogFromFacts([row, two]));
});
