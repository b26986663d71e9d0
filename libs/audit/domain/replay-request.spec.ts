import { describe, expect, it } from '@jest/globals';
import { DeciderRegistry } from '../../routing/exports.js';
import { defaultPolicy } from '../../routing/domain/policy.js';
import { variantsOf, type VariantRequest } from './replay-request.js';

const known = { policy: (name: string) => (name === 'default' ? defaultPolicy : null), deciders: new DeciderRegistry().all(), head: 100n };
const variants = (...requests: unknown[]) => variantsOf(requests as VariantRequest[], known);
const price = { input_per_million_tokens: 1, output_per_million_tokens: '2.5' };

describe('the variants of a replay', () => {
  it('are what is other than it was', () => {
    expect(variants({}, { name: 'all', policy: 'default', preferences: { default_optimization: 'price-optimized' }, prices: { 'a/b': price }, catalog_as_of: '100', model: 'a/b', decider: 'present' })).toMatchObject([
      { name: 'variant 1', policy: null, model: null, decider: null, catalogAsOf: null },
      { name: 'all', policy: { name: 'default' }, model: 'a/b', catalogAsOf: 100n, prices: { 'a/b': { unit: 'token' } } },
    ]);
  });

  it.each<[unknown, string]>([
    [{ polcy: 'default' }, 'variants.0.polcy'],
    [{ policy: 'default', Model: 'a/b' }, 'variants.0.Model'],
    [{ constructor: 1 }, 'variants.0.constructor'],
    [null, 'variants.0'],
    [[], 'variants.0'],
    ['policy', 'variants.0'],
    [{ name: 5 }, 'variants.0.name'],
    [{ name: '' }, 'variants.0.name'],
    [{ name: 'a'.repeat(101) }, 'variants.0.name'],
    [{ name: 'a\0b' }, 'variants.0.name'],
    [{ name: 'a\u001b[31m' }, 'variants.0.name'],
    [{ model: 5 }, 'variants.0.model'],
    [{ model: '' }, 'variants.0.model'],
    [{ model: 'a\0b' }, 'variants.0.model'],
    [{ model: 'a'.repeat(301) }, 'variants.0.model'],
    [{ policy: 'nobody' }, 'variants.0.policy'],
    [{ policy: 'default\0' }, 'variants.0.policy'],
    [{ policy: null }, 'variants.0.policy'],
    [{ policy: JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`) }, 'variants.0.policy'],
    [{ policy: 5 }, 'variants.0.policy'],
    [{ policy: [] }, 'variants.0.policy'],
    [{ preferences: [] }, 'variants.0.preferences'],
    [{ preferences: 'cost' }, 'variants.0.preferences'],
    [{ preferences: { excluded_models: ['a\0'] } }, 'variants.0.preferences.excluded_models'],
    [{ prices: 5 }, 'variants.0.prices'],
    [{ prices: { 'a/b': 5 } }, 'variants.0.prices.a/b'],
    [{ prices: { 'a/b': null } }, 'variants.0.prices.a/b'],
    [{ prices: { 'a/b': { ...price, cached: 1 } } }, 'variants.0.prices.a/b.cached'],
    [{ prices: { 'a\0': price } }, 'variants.0.prices'],
    [{ catalog_as_of: 5 }, 'variants.0.catalog_as_of'],
    [{ catalog_as_of: '101' }, 'variants.0.catalog_as_of'],
    [{ decider: 5 }, 'variants.0.decider'],
  ])('are refused: %#', (request, param) => {
    const refusal = expect.objectContaining({ name: 'Refused', param: expect.stringMatching(new RegExp(`^${param.replaceAll('/', '\\/')}`)) });
    expect(() => variants(request)).toThrow(refusal);
  });

  it('name every field there is, to whoever misspelt one', () => {
    expect(() => variants({ polcy: 'default' })).toThrow('polcy is no field of a variant; there are name, policy, preferences, prices, catalog_as_of, model, decider');
  });
});
