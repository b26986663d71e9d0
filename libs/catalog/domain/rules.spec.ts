import { describe, expect, it } from '@jest/globals';
import { aModel } from '../testing/a-model.js';
import { barred, type CatalogModel } from './model.js';
import { percentiles, tagsOf, typeOf, visibilities } from './rules.js';
import { branchesOf } from './taxonomy.js';

const provenance = aModel().provenance;
const visibilityOf = (model: CatalogModel, ...others: readonly CatalogModel[]) => visibilities([model, ...others]).get(model.id);

describe('visibility', () => {
  it.each<[string, Parameters<typeof aModel>[0], string]>([
    ['the newest of its line, confirmed three times', {}, 'featured'],
    ['confirmed only twice', { provenance: { ...provenance, price_sources: 2 } }, 'standard'],
    ['confirmed only twice, in music, which no board ranks', { category: 'music', task: 'music', catalog_family: 'music/acme--x', provenance: { ...provenance, price_sources: 2 } }, 'featured'],
    ['a preview', { status: 'preview' }, 'standard'],
    ['in doubt', { provenance: { ...provenance, doubtful: true } }, 'standard'],
    ['deprecated', { status: 'deprecated' }, 'long_tail'],
    ['without a price', { pricing: null, price_tier: null }, 'long_tail'],
    ['one resold listing and nothing else', { provenance: { ...provenance, price_basis: 'openrouter', price_sources: 0 } }, 'long_tail'],
    ['a resold listing with a benchmark', { provenance: { ...provenance, price_basis: 'openrouter', price_sources: 0 }, benchmarks: { hle: 3 } }, 'standard'],
    ['on top of a board', { provenance: { ...provenance, price_sources: 0 }, benchmarks: { arena_text_elo: 1500 } }, 'featured'],
  ])('%s', (_name, changes, expected) => expect(visibilityOf(aModel(changes))).toBe(expected));

  it('an older model of the line is standard', () => {
    const old = aModel({ id: 'acme/old', released: '2025-01-01' });
    expect(visibilityOf(old, aModel())).toBe('standard');
  });

  it('the eleventh place on a board is standard', () => {
    const ranked = Array.from({ length: 11 }, (_, i) =>
      aModel({ id: `acme/m${i}`, provenance: { ...provenance, price_sources: 0 }, benchmarks: { arena_text_elo: 1500 - i } }));
    expect([...visibilities(ranked).values()].filter((v) => v === 'featured')).toHaveLength(10);
    expect(visibilities(ranked).get('acme/m10')).toBe('standard');
  });
});

describe('type', () => {
  const host = (name: string) => [{ host: name, model_id: 'x', input: null, output: null }];
  it.each<[string, Parameters<typeof aModel>[0], string]>([
    ['closed weights', {}, 'proxied'],
    ['open weights on an inference platform', { open_weights: true, hosts: host('together') }, 'hosted'],
    ['open weights priced by a host', { open_weights: true, provenance: { ...provenance, price_basis: 'host_workers_ai' } }, 'hosted'],
    ['open weights behind an aggregator only', { open_weights: true, hosts: host('openrouter') }, 'proxied'],
    ['closed weights on a platform', { open_weights: false, hosts: host('together') }, 'proxied'],
  ])('%s', (_name, changes, expected) => expect(typeOf(aModel(changes))).toBe(expected));
});

describe('routable', () => {
  it.each<[Parameters<typeof aModel>[0], string | null]>([
    [{}, null],
    [{ catalog_visibility: 'long_tail' }, 'long_tail'],
    [{ pricing: null, catalog_visibility: 'standard' }, 'unpriced'],
    [{ status: 'deprecated' }, 'deprecated'],
    [{ status: 'preview' }, null],
  ])('%j', (changes, expected) => expect(barred(aModel(changes))).toBe(expected));
});

it('percentiles compare within one benchmark', () => {
  const [low, mid, top] = [10, 20, 30].map((score) => aModel({ id: `acme/m${score}`, benchmarks: { hle: score } }));
  const ranks = percentiles([low!, mid!, top!]);
  expect([...ranks.values()]).toEqual([{ hle: 0 }, { hle: 0.5 }, { hle: 1 }]);
});

it('tags say what the facts say, without a price', () => {
  const model = aModel({
    capabilities: ['tool_use'], open_weights: true, released: '2026-10-01', parameters: { total: 8, active: 8 },
    speed: { output_tokens_per_s: 200, ttft_s: 0.4 }, modalities: { input: ['audio', 'image', 'text'], output: ['text'] },
  });
  expect(tagsOf(model, { hle: 0.95 })).toEqual(['fast', 'low-latency', 'multimodal', 'new', 'open-weights', 'small', 'tool-use', 'top-rated']);
  expect(tagsOf(aModel(), {})).toEqual(['text-generation']);
});

it('a model hangs on its category and on each kind of work it fits', () => {
  const model = aModel({ capabilities: ['vision'], also_tasks: ['code'], benchmarks: { arena_text_elo: 1400 } });
  expect(branchesOf(model).map(({ id }) => id)).toEqual(['llm', 'text-generation', 'code-generation', 'vision', 'translation']);
});
