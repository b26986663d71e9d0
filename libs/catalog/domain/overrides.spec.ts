import { describe, expect, it } from '@jest/globals';
import { aModel, perMillion } from '../testing/a-model.js';
import { pricingFromDollars, pricingInDollars } from './dollars.js';
import { overlaid } from './overrides.js';

const shipped = [aModel({ benchmarks: { hle: 10 }, capabilities: ['vision'] }), aModel({ id: 'acme/old', aliases: ['old'] })];
const lay = (file: unknown) => overlaid(shipped, file);
const after = (file: unknown, id: string) => lay(file).offers.find(({ model }) => model.id === id);

describe('overrides', () => {
  it('an empty file changes nothing', () =>
    expect(lay({}).offers).toEqual(shipped.map((model) => ({ model, publisher: 'shipped' })).sort((a, b) => (a.model.id < b.model.id ? -1 : 1))));

  it('reprice a shipped model, whose tier follows', () => {
    const offer = after({ models: [{ id: 'acme/sample-1', pricing: { input_per_million_tokens: '0.05', output_per_million_tokens: 0.1 } }] }, 'acme/sample-1')!;
    expect(offer).toMatchObject({ publisher: 'operator', model: { pricing: perMillion('0.05', '0.1'), price_tier: 'economy', name: 'Sample One', provenance: { price_basis: 'operator' } } });
    expect(offer.model.provenance.sources).toEqual(['acme price list', 'operator']);
  });

  it('add a model like another, with its own price and names', () => {
    const file = { models: [{ id: 'own/llama', like: 'acme/old', name: 'Ours', context_window: 4096, pricing: { input_per_million_tokens: 0.2, output_per_million_tokens: 0.2 } }] };
    expect(after(file, 'own/llama')!.model).toMatchObject({
      provider: 'own', name: 'Ours', context_window: 4096, catalog_family: 'llm/own--sample', native_model_id: 'llama', aliases: [], pricing: perMillion('0.2', '0.2'), price_tier: 'standard', catalog_visibility: 'standard',
    });
  });

  it('a model like another does not take its price', () =>
    expect(after({ models: [{ id: 'own/llama', like: 'acme/old' }] }, 'own/llama')!.model).toMatchObject({ pricing: null, price_tier: null, provenance: { price_basis: 'unpriced' } }));

  it('withdraw a shipped model', () => expect(lay({ withdraw: ['acme/old'] }).offers.map(({ model }) => model.id)).toEqual(['acme/sample-1']));

  it.each<[unknown, string, RegExp]>([
    ['models', '', /object/],
    [{ model: [] }, 'model', /not known/],
    [{ models: {} }, 'models', /list/],
    [{ models: [7] }, 'models[0]', /object/],
    [{ models: [{}] }, 'models[0].id', /provider\/model-name/],
    [{ models: [{ id: 'nope' }] }, 'models[0].id', /provider\/model-name/],
    [{ models: [{ id: 'own/new' }] }, 'models[0].like', /not shipped/],
    [{ models: [{ id: 'own/new', like: 'who/knows' }] }, 'models[0].like', /not shipped/],
    [{ models: [{ id: 'acme/old', contxt_window: 5 }] }, 'models[0].contxt_window', /did you mean context_window/],
    [{ models: [{ id: 'acme/old', context_window: -5 }] }, 'models[0].context_window', /whole number/],
    [{ models: [{ id: 'acme/old', status: 'gone' }] }, 'models[0].status', /active, preview, deprecated/],
    [{ models: [{ id: 'acme/old', tags: 'x' }] }, 'models[0].tags', /list of words/],
    [{ models: [{ id: 'acme/old', name: '' }] }, 'models[0].name', /text/],
    [{ models: [{ id: 'acme/old', pricing: 5 }] }, 'models[0].pricing', /object of dollars/],
    [{ models: [{ id: 'acme/old', pricing: { input_per_million_tokens: -1 } }] }, 'models[0].pricing', /input_per_million_tokens.*not negative/],
    [{ models: [{ id: 'acme/old', pricing: { input_per_million_tokens: '0.0000001' } }] }, 'models[0].pricing', /finer than a pico-dollar/],
    [{ models: [{ id: 'acme/old', pricing: { price: 1 } }] }, 'models[0].pricing', /needs input_per_million_tokens/],
    [{ models: [{ id: 'acme/old', pricing: { per_image: 1, per_dozen: 2 } }] }, 'models[0].pricing', /per_dozen/],
    [{ models: [{ id: 'acme/sample-1', aliases: ['old'] }] }, 'aliases of acme/sample-1', /already names acme\/old/],
    [{ withdraw: ['who/knows'] }, 'withdraw[0]', /not in the catalogue/],
  ])('%j is a mistake at %s', (file, path, message) => {
    const { mistakes } = lay(file);
    expect(mistakes.map((mistake) => mistake.path)).toContain(path);
    expect(mistakes.find((mistake) => mistake.path === path)!.message).toMatch(message);
  });

  it('all mistakes are found at once', () =>
    expect(lay({ models: [{ id: 'acme/old', tags: 1, name: 2 }, {}], withdraw: ['x/y'] }).mistakes).toHaveLength(4));
});

describe('prices in dollars', () => {
  it.each([
    [{ input_per_million_tokens: 0.293, output_per_million_tokens: 2.253, cached_input_per_million_tokens: 0.01, per_request: 0.005, per_web_search: 0.01 }],
    [{ per_image: 0.04, variants: { hd: 0.08 } }],
    [{ per_million_characters: 15 }],
    [{ per_request: 0.005 }],
    [{ per_clip: 0.06 }],
  ])('%j is read and shown the same', (fields) => expect(pricingInDollars(pricingFromDollars(fields))).toMatchObject(fields));
});
