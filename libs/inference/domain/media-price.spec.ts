import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { UnitPricing } from '../../catalog/domain/pricing.js';
import { shippedCatalog } from '../../catalog/exports.js';
import { dollars, fromPico, toDollars, type Money, type PicoDollars } from '../../money/money.js';
import { dearestPrice, gradeAsked, mediaCost, priceOfGrade, type Quantities } from './media-price.js';

const nothing: Quantities = { images: 0, seconds: null, characters: 0, inputImages: 0 };
const priced = (unit: UnitPricing['unit'], price: string, more: Partial<UnitPricing> = {}): UnitPricing => ({ unit, price: price as PicoDollars, ...more });
const pricingOf = (id: string) => shippedCatalog().find((model) => String(model.id) === id)!.pricing as UnitPricing;
const asked = (id: string, parameters: Record<string, unknown>, contentMode = 'generate') => {
  const price = priceOfGrade(pricingOf(id), gradeAsked(parameters, contentMode));
  return price === null ? null : toDollars(price);
};

describe('the price of a unit, by what was asked for', () => {
  it.each([
    ['google/veo-3.1-generate-001', {}, '0.4'],
    ['google/veo-3.1-generate-001', { resolution: '4K' }, '0.6'],
    ['google/veo-3.1-generate-001', { resolution: '4k', generate_audio: false }, '0.4'],
    ['google/veo-3.1-fast-generate-001', { size: '1280x720' }, '0.1'],
    ['google/veo-3.1-fast-generate-001', { generate_audio: false }, '0.1'],
    ['kling/kling-v2.6', { generate_audio: true }, '0.14'],
    ['kling/kling-v3.0-omni', { resolution: '720p', generate_audio: false }, '0.084'],
    ['minimax/hailuo-02', { resolution: '1080P' }, '0.0817'],
    ['bytedance/seedream-5.0-pro', { size: '1024x1024' }, '0.045'],
    ['bytedance/seedream-5.0-pro', { size: '2K' }, '0.09'],
    ['google/gemini-3-pro-image', { image_size: '4K' }, '0.24'],
    ['openai/gpt-image-1.5', { quality: 'high' }, '0.133'],
    ['openai/gpt-image-1.5', { quality: 'auto', size: '1024x1024' }, '0.034'],
    ['openai/dall-e-3', { quality: 'hd', size: '1792x1024' }, '0.12'],
    ['xai/grok-imagine-image-2.0', { quality: 'medium', resolution: '2k' }, '0.08'],
    ['exa/search', { numResults: 10 }, '0.005'],
    ['exa/search', { numResults: 26 }, '0.025'],
    ['firecrawl/search', { limit: 30 }, '0.00498'],
    ['openai/tts-1', { quality: 'high', resolution: '4k' }, '0.000015'],
  ])('%s %j costs %s dollars', (id, parameters, price) => expect(asked(id, parameters)).toBe(price));

  it('an edit has its own price where the list has one', () => {
    expect(asked('kling/kling-video-o1', { resolution: '720p' })).toBe('0.084');
    expect(asked('kling/kling-video-o1', { resolution: '720p' }, 'edit')).toBe('0.126');
    expect(asked('kling/kling-v3.0', { resolution: '720p' }, 'edit')).toBe('0.084');
  });

  it.each([
    ['openai/gpt-image-1-mini', { quality: 'high' }],
    ['google/veo-3.1-generate-001', { resolution: '8k' }],
    ['exa/search', { numResults: 1_000 }],
  ])('%s %j has no known price', (id, parameters) => expect(asked(id, parameters)).toBeNull());

  it('of every model of the catalogue, asked for nothing, is the price that is listed; none is dearer than the dearest', () => {
    for (const { id, pricing } of shippedCatalog()) {
      if (pricing === null || pricing.unit === 'token') continue;
      expect({ id, price: priceOfGrade(pricing, {}) }).toEqual({ id, price: fromPico(pricing.price) });
      for (const variant of Object.values<PicoDollars>(pricing.variants ?? {})) expect(dearestPrice(pricing) >= fromPico(variant)).toBe(true);
    }
  });
});

/** The same worked out another way: decimal digits of dollars, multiplied by hand. */
const byHand = (price: string, count: number): Money => dollars((BigInt(price) * BigInt(count)).toString().padStart(13, '0').replace(/(\d{12})$/, '.$1'));

describe('what was made, in money', () => {
  it('is price times count, exact at any size', () => {
    const price = fc.bigInt(1n, 10n ** 15n).map(String);
    const count = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(price, count, (each, n) => {
        expect(mediaCost(priced('image', each), { ...nothing, images: n })).toBe(byHand(each, n));
        expect(mediaCost(priced('second', each), { ...nothing, seconds: n })).toBe(byHand(each, n));
        expect(mediaCost(priced('character', each), { ...nothing, characters: n })).toBe(byHand(each, n));
        expect(mediaCost(priced('request', each), { ...nothing, characters: n })).toBe(byHand(each, 1));
      }),
    );
  });

  it.each([
    ['minute', '6000000000', 61, 6_100_000_000n],
    ['minute', '2000000000', 30, 30n * 33_333_334n],
    ['started_minute', '600000000000', 61, 1_200_000_000_000n],
    ['clip', '60000000000', 31, 120_000_000_000n],
    ['song', '80000000000', 200, 80_000_000_000n],
  ] as const)('a %s at %s for %d seconds', (unit, price, seconds, cost) => expect(mediaCost(priced(unit, price), { ...nothing, seconds })).toBe(cost));

  it('of unknown length is unknown, never nothing', () => {
    for (const unit of ['second', 'minute', 'started_minute', 'clip'] as const) expect(mediaCost(priced(unit, '1'), nothing)).toBeNull();
    expect(mediaCost(null, { ...nothing, images: 1 })).toBeNull();
  });

  it('pictures that are given, and megapixels after the first, come on top', () => {
    const extras = { input_image: '2000000000' as PicoDollars, extra_megapixel: '15000000000' as PicoDollars };
    const made = { ...nothing, images: 2, inputImages: 3 };
    expect(mediaCost(priced('image', '30000000000', { extras }), made, gradeAsked({ size: '2048x1024' }, 'generate'))).toBe(2n * 30_000_000_000n + 3n * 2_000_000_000n + 2n * 15_000_000_000n);
    expect(mediaCost(priced('image', '30000000000', { extras }), made)).toBe(2n * 30_000_000_000n + 3n * 2_000_000_000n);
  });
});
