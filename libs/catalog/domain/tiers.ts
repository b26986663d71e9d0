/**
 * Price tiers: what a model costs for a typical unit of its kind, against fixed cuts near the quintiles of the market.
 * docs/catalog-rules.md explains each basis.
 */
import { dollars, fromPico, type Money, type PicoDollars } from '../../money/money.js';
import { priceTiers, type PriceTier } from '../../routing/domain/vocabulary.js';
import type { TaskType } from './model.js';
import { forAMillion, type Pricing, type TokenRates } from './pricing.js';

/** What a tier compares: one yardstick per kind of model, in dollars. */
export const yardsticks = {
  text_blend: { of: 'a million text tokens, three of input to one of output', cuts: ['0.2', '0.6', '1.5', '5'] },
  audio_blend: { of: 'a million audio tokens, three of input to one of output', cuts: ['2', '6', '15', '50'] },
  image: { of: 'one image at the default quality', cuts: ['0.02', '0.035', '0.05', '0.08'] },
  video_second: { of: 'one second of video at the default resolution', cuts: ['0.07', '0.1', '0.12', '0.16'] },
  voice: { of: 'a million characters spoken', cuts: ['15', '20', '30', '60'] },
  transcript_minute: { of: 'one minute transcribed', cuts: ['0.002', '0.004', '0.006', '0.012'] },
  music_minute: { of: 'one minute of music', cuts: ['0.02', '0.04', '0.1', '0.3'] },
  search: { of: 'one search', cuts: ['0.003', '0.006', '0.01', '0.02'] },
} as const;
export type Yardstick = keyof typeof yardsticks;

/** Seconds in a typical song, characters spoken in a minute, audio tokens in a minute (25 a second). */
const songMinutes = 3n;
const charactersPerMinute = 900n;
const audioTokensPerMinute = 1500n;

/** The tier of a price for this kind of model; null when there is no price, or none on its yardstick. */
export function priceTier(taskType: TaskType, pricing: Pricing | null): PriceTier | null {
  const measured = pricing && measure(taskType, pricing);
  if (!measured) return null;
  const above = yardsticks[measured.yardstick].cuts.filter((cut) => measured.amount >= dollars(cut)).length;
  return priceTiers[above] ?? 'flagship';
}

/** What the tier compares: the yardstick and the dollars on it. Null when the pricing does not say. */
export function measure(taskType: TaskType, pricing: Pricing): { yardstick: Yardstick; amount: Money } | null {
  switch (taskType) {
    case 'image_generation':
    case 'image_editing':
      return on('image', pricing.unit === 'token' ? pricing.estimates?.image : pricing.price);
    case 'video_generation':
    case 'image_to_video':
    case 'video_editing':
    case 'avatar_video':
    case 'character_performance':
      return on('video_second', pricing.unit === 'second' ? pricing.price : undefined);
    case 'text_to_speech':
      return spoken(pricing);
    case 'speech_to_text':
      return on('transcript_minute', pricing.unit === 'token' ? pricing.estimates?.minute : pricing.price);
    case 'speech_to_speech':
      return pricing.unit === 'token' ? blend('audio_blend', pricing.rates.audio_input, pricing.rates.audio_output) : null;
    case 'music_generation':
      return musicMinute(pricing);
    case 'text_embedding':
      // It writes nothing, so what it reads is all there is to compare.
      return pricing.unit === 'token' ? blend('text_blend', pricing.rates.input, pricing.rates.input) : null;
    case 'web_search':
    case 'text_generation':
    case 'code_generation':
      return pricing.unit === 'token'
        ? blend('text_blend', pricing.rates.input, pricing.rates.output)
        : on('search', pricing.unit === 'request' ? pricing.price : undefined);
  }
}

const on = (yardstick: Yardstick, amount: PicoDollars | undefined) =>
  amount === undefined ? null : { yardstick, amount: fromPico(amount) };

function blend(yardstick: Yardstick, input: TokenRates['input'], output: TokenRates['output']) {
  if (input === undefined || output === undefined) return null;
  return { yardstick, amount: ((3n * forAMillion(input) + forAMillion(output)) / 4n) as Money };
}

function spoken(pricing: Pricing) {
  const amount = perMillionCharacters(pricing);
  return amount === null ? null : { yardstick: 'voice' as const, amount };
}

function perMillionCharacters(pricing: Pricing): Money | null {
  if (pricing.unit === 'character') return forAMillion(pricing.price);
  if (pricing.unit === 'minute') return fromMinute(fromPico(pricing.price));
  if (pricing.unit !== 'token') return null;
  const { estimates, rates } = pricing;
  if (estimates?.character) return forAMillion(estimates.character);
  if (estimates?.minute) return fromMinute(fromPico(estimates.minute));
  return rates.audio_output ? fromMinute((fromPico(rates.audio_output) * audioTokensPerMinute) as Money) : null;
}

const fromMinute = (minute: Money) => ((minute * 1_000_000n) / charactersPerMinute) as Money;

function musicMinute(pricing: Pricing) {
  if (pricing.unit === 'token') return null;
  const price = fromPico(pricing.price);
  const minute = (amount: bigint) => ({ yardstick: 'music_minute' as const, amount: amount as Money });
  switch (pricing.unit) {
    case 'second':
      return minute(price * 60n);
    case 'clip':
      return minute(price * 2n);
    case 'song':
    case 'generation':
      return minute(price / songMinutes);
    default:
      return minute(price);
  }
}
