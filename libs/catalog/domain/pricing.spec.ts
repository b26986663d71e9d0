import { describe, expect, it } from '@jest/globals';
import { toDollars } from '../../money/money.js';
import { pricingFrom } from './facts-pricing.js';
import { forAMillion, perMillionDollars, ratesAt, type TokenPricing } from './pricing.js';
import { measure, priceTier } from './tiers.js';
import { perMillion } from '../testing/a-model.js';

describe('prices from the facts', () => {
  it.each([
    ['0.293', '293000'],
    ['2.253', '2253000'],
    ['0.0000001', null],
    ['1e-6', '1'],
    ['30', '30000000'],
  ])('%s dollars a million tokens is %s pico-dollars a token', (text, expected) => {
    if (expected === null) expect(() => perMillionDollars(text)).toThrow(RangeError);
    else {
      expect(perMillionDollars(text)).toBe(expected);
      expect(Number(toDollars(forAMillion(perMillionDollars(text))))).toBe(Number(text));
    }
  });

  it.each([
    ['tokens, with fees and estimates', { unit: 'per_million_tokens', input: 1, output: 4, input_audio: 2, request_per_1k: 5, per_minute_estimate: 0.003 },
      { unit: 'token', rates: { input: '1000000', output: '4000000', audio_input: '2000000' }, fees: { request: '5000000000' }, estimates: { minute: '3000000000' } }],
    ['characters', { unit: 'million_characters', price: 30 }, { unit: 'character', price: '30000000' }],
    ['images with variants and an input fee', { unit: 'image', price: 0.04, variants: { hd: 0.08 }, input_image: 0.002 },
      { unit: 'image', price: '40000000000', variants: { hd: '80000000000' }, extras: { input_image: '2000000000' } }],
    ['options charged on top', { unit: 'minute', price: 0.0035, variants: { base: 0.0035, diarization_add: 0.0003 } },
      { unit: 'minute', price: '3500000000', variants: { base: '3500000000' }, extras: { diarization_add: '300000000' } }],
    ['an image billed by token alone', { unit: 'image', price: null, tokens: { unit: 'per_million_tokens', text_input: 5, image_output: 30 } },
      { unit: 'token', rates: { input: '5000000', image_output: '30000000' }, estimates: { image: '53010000000' } }],
    ['an image whose output has no rate', { unit: 'image', price: null, tokens: { text_input: 5 } }, null],
    ['no price', { unit: 'second', price: null }, null],
    ['a price of nothing', { unit: 'per_million_tokens', input: 0, output: 0 }, null],
  ])('%s', (_name, facts, expected) => expect(pricingFrom(facts).pricing).toEqual(expected));

  it("notes another seller's unit instead of mixing it in", () => {
    const { pricing, notes } = pricingFrom({ unit: 'second', price: 0.0025, variants: { fal_per_started_minute: 0.6 } });
    expect(pricing).toEqual({ unit: 'second', price: '2500000000' });
    expect(notes).toEqual(["another seller's unit: 0.6 dollars, fal per started minute"]);
  });
});

describe('rates in force', () => {
  const pricing: TokenPricing = {
    ...perMillion('1', '4'),
    tiers: [
      { above_input_tokens: 500_000, rates: { input: perMillionDollars('5') } },
      { above_input_tokens: 200_000, rates: { input: perMillionDollars('2'), output: perMillionDollars('8') } },
    ],
    time_of_day: [{ from_utc: '01:00', to_utc: '04:00', rates: { output: perMillionDollars('9') } }],
    scheduled: [{ from: '2027-01-01', rates: { input: perMillionDollars('1.5') } }],
  };
  it.each([
    ['the base', 200_000, '2026-11-01T12:00:00.000Z', '1000000', '4000000'],
    ['one token above a threshold', 200_001, '2026-11-01T12:00:00.000Z', '2000000', '8000000'],
    ['the highest threshold passed, in whatever order they stand', 600_000, '2026-11-01T12:00:00.000Z', '5000000', '4000000'],
    ['peak hours', 10, '2026-11-01T01:00:00.000Z', '1000000', '9000000'],
    ['the end of peak hours', 10, '2026-11-01T04:00:00.000Z', '1000000', '4000000'],
    ['a scheduled change', 10, '2027-01-01T00:00:00.000Z', '1500000', '4000000'],
  ])('%s', (_name, tokens, at, input, output) => expect(ratesAt(pricing, tokens, at)).toEqual({ input, output }));
});

describe('price tiers', () => {
  it.each([
    ['text_generation', perMillion('0.1', '0.4'), 'economy'],
    ['text_generation', perMillion('0.2', '0.2'), 'standard'],
    ['code_generation', perMillion('0.6', '0.6'), 'balanced'],
    ['text_generation', perMillion('3', '15'), 'flagship'],
    ['text_generation', perMillion('1.25', '5'), 'premium'],
    ['web_search', { unit: 'request', price: '5000000000' }, 'standard'],
    ['image_generation', { unit: 'image', price: '19999999999' }, 'economy'],
    ['image_editing', { unit: 'image', price: '20000000000' }, 'standard'],
    ['video_generation', { unit: 'second', price: '400000000000' }, 'flagship'],
    ['text_to_speech', { unit: 'character', price: '15000000' }, 'standard'],
    ['text_to_speech', { unit: 'minute', price: '187500000000' }, 'flagship'],
    ['text_to_speech', { unit: 'token', rates: { audio_output: '9000000' } }, 'standard'],
    ['speech_to_text', { unit: 'token', rates: {}, estimates: { minute: '3000000000' } }, 'standard'],
    ['music_generation', { unit: 'clip', price: '60000000000' }, 'premium'],
    ['music_generation', { unit: 'song', price: '30000000000' }, 'economy'],
    ['speech_to_speech', { unit: 'token', rates: { audio_input: '32000000', audio_output: '64000000' } }, 'premium'],
    ['text_generation', null, null],
  ] as const)('%s at %j is %s', (taskType, pricing, tier) => expect(priceTier(taskType, pricing as never)).toBe(tier));

  it('has no tier on another yardstick', () => expect(measure('video_generation', { unit: 'song', price: '1' as never })).toBeNull());
});
