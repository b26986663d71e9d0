import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aModel, perMillion } from '../../catalog/testing/a-model.js';
import { dollars, type PicoDollars } from '../../money/money.js';
import { plainProfile, shippedModels } from '../testing/shipped-view.js';
import { costOf, exactCostOf, priceVector, quantities, workOf } from './work.js';

const at = '2026-11-25T12:00:00.000Z';
const profile = { ...plainProfile, inputTokens: 1_000 };
const pico = (text: string) => text as PicoDollars;
const cost = (model: Parameters<typeof priceVector>[0], work: Float64Array, inputTokens = 1_000, when = at) => exactCostOf(priceVector(model, { inputTokens, at: when })!, work);

describe('what work costs', () => {
  it('tokens in and out, each at its rate', () => {
    expect(cost(aModel({ pricing: perMillion('1', '3') }), workOf('text', profile, 500))).toBe(dollars('0.0025'));
  });

  it('a long prompt at the rate of its tier, whole', () => {
    const tiered = aModel({ pricing: { ...perMillion('1', '3'), tiers: [{ above_input_tokens: 200_000, rates: { input: pico('2000000') } }] } });
    const long = { ...plainProfile, inputTokens: 300_000 };
    expect(cost(tiered, workOf('text', long, 0), 300_000)).toBe(dollars('0.6'));
    expect(cost(tiered, workOf('text', profile, 0))).toBe(dollars('0.001'));
  });

  it('a scheduled price from its day on', () => {
    const rising = aModel({ pricing: { ...perMillion('1', '3'), scheduled: [{ from: '2027-01-01', rates: { input: pico('2000000') } }] } });
    expect(cost(rising, workOf('text', profile, 0), 1_000, '2026-12-31T23:59:59.999Z')).toBe(dollars('0.001'));
    expect(cost(rising, workOf('text', profile, 0), 1_000, '2027-01-01T00:00:00.000Z')).toBe(dollars('0.002'));
  });

  it('a search and its fee, only when the web is searched', () => {
    const searching = aModel({ pricing: { ...perMillion('1', '3'), fees: { web_search: pico('10000000000') } } });
    expect(cost(searching, workOf('web_search', profile, 0))).toBe(dollars('0.011'));
    expect(cost(searching, workOf('text', profile, 0))).toBe(dollars('0.001'));
  });

  it.each([
    ['images, each', 'image', 'image', { images: 3 }, '0.12'],
    ['seconds of video', 'video', 'second', { seconds: 8 }, '0.32'],
    ['a video of unknown length as five seconds', 'video', 'second', {}, '0.2'],
    ['minutes of a recording', 'speech', 'minute', { modalities: ['audio'], seconds: 90 }, '0.060000000030'],
    ['minutes begun', 'music', 'started_minute', { seconds: 61 }, '0.08'],
    ['clips of thirty seconds', 'music', 'clip', { seconds: 61 }, '0.12'],
    ['characters spoken', 'speech', 'character', { promptChars: 100 }, '4'],
    ['a song', 'music', 'song', { seconds: 200 }, '0.04'],
  ] as const)('%s', (_, task, unit, asked, expected) => {
    const category = task;
    const model = aModel({ category, task, pricing: { unit, price: pico('40000000000') } });
    expect(cost(model, workOf(task, { ...plainProfile, ...asked } as typeof plainProfile, 0))).toBe(dollars(expected));
  });

  it('every priced model of the catalogue has a price vector of whole pico-dollars', () => {
    for (const model of shippedModels()) {
      const price = priceVector(model, null);
      if (model.pricing === null) expect(price).toBeNull();
      else expect({ id: model.id, whole: price!.every((rate) => Number.isSafeInteger(rate) && rate >= 0) }).toEqual({ id: model.id, whole: true });
    }
  });

  it('is exact at any size', () => {
    const amounts = fc.array(fc.nat(2_000_000_000), { minLength: quantities.length, maxLength: quantities.length });
    fc.assert(
      fc.property(amounts, amounts, (rates, counts) => {
        const [price, work] = [Float64Array.from(rates), Float64Array.from(counts)];
        const exact = rates.reduce((sum, rate, i) => sum + BigInt(rate) * BigInt(counts[i]!), 0n);
        expect(exactCostOf(price, work)).toBe(exact);
        if (exact <= BigInt(Number.MAX_SAFE_INTEGER)) expect(costOf(price, work)).toBe(Number(exact));
      }),
    );
  });
});
