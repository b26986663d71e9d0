import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CatalogModel } from '../../catalog/domain/model.js';
import type { TokenPricing } from '../../catalog/domain/pricing.js';
import { shippedModels } from '../testing/shipped-view.js';
import { ChangingPrice } from './changing-price.js';
import { priceVector } from './work.js';

const rates = (input: number) => ({ input: String(input), output: String(input * 4) }) as TokenPricing['rates'];
const conditions = {
  scheduled: [{ from: '2026-12-01', rates: rates(900) }, { from: '2027-01-01', rates: rates(800) }],
  time_of_day: [{ from_utc: '00:30', to_utc: '08:30', rates: rates(100) }, { from_utc: '08:00', to_utc: '09:00', rates: rates(2_000) }],
  tiers: [{ above_input_tokens: 200_000, rates: rates(5_000) }, { above_input_tokens: 32_000, rates: rates(3_000) }],
};
const llm = shippedModels().find(({ category, pricing }) => category === 'llm' && pricing?.unit === 'token')!;
const priced = (more: Partial<TokenPricing>) => {
  const pricing: TokenPricing = { unit: 'token', rates: rates(1_000), ...more };
  const model: CatalogModel = { ...llm, pricing };
  return { model, changing: new ChangingPrice(model, pricing) };
};
const requests = fc.array(fc.tuple(fc.nat({ max: 400_000 }), fc.date({ min: new Date('2026-11-25'), max: new Date('2027-01-10'), noInvalidDate: true }).map((date) => date.toISOString())), { maxLength: 40 });

describe('a changing price', () => {
  it('is the one in force at the hour and size of each request, whatever was asked before', () => {
    const some = fc.record(Object.fromEntries(Object.entries(conditions).map(([kind, list]) => [kind, fc.subarray<object>(list)])));
    fc.assert(
      fc.property(some, requests, (more, asked) => {
        const { model, changing } = priced(more);
        for (const [inputTokens, at] of asked) expect(changing.for(inputTokens, at)).toEqual(priceVector(model, { inputTokens, at }));
      }),
    );
  });

  it('is right too with more conditions than are told apart', () => {
    const peaks = Array.from({ length: 60 }, (_, i) => ({ from_utc: `10:${String(i).padStart(2, '0')}`, to_utc: '11:00', rates: rates(i + 1) }));
    const { model, changing } = priced({ time_of_day: peaks });
    for (let minute = 0; minute < 60; minute += 1) {
      const at = `2026-11-25T10:${String(minute).padStart(2, '0')}:30.000Z`;
      expect(changing.for(10, at)).toEqual(priceVector(model, { inputTokens: 10, at }));
    }
  });
});
