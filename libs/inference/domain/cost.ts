/** The exact cost of an answer: a pure function of its usage and the pinned price. Integers all the way. */
import { ratesAt, type Pricing, type TokenPricing, type TokenRates, type UnitPricing } from '../../catalog/domain/pricing.js';
import { fromPico, pico, times, zero, type Money, type PicoDollars } from '../../money/money.js';
import type { MeteredUsage } from './usage.js';

export interface CostInput {
  /** Null is unknown, never free. */
  readonly pricing: Pricing | null;
  readonly usage: MeteredUsage;
  /** When the request was received (ISO 8601, UTC). */
  readonly at: string;
  /** How much search context was asked for (`low`, `medium`, `high`), where a fee depends on it. */
  readonly searchContext?: string | null;
}

/** Anthropic bills a cache write that lasts an hour at twice the input rate; the catalogue's rate is for five minutes. */
const hourWriteFactor = 2n;

/** Null when any part of it has no known price. */
export function costOf({ pricing, usage, at, searchContext = null }: CostInput): Money | null {
  if (pricing === null) return null;
  if (pricing.unit !== 'token') return unitCost(pricing, usage);
  const tokens = tokenCost(ratesAt(pricing, usage.inputTokens, at), usage);
  const fees = feesOf(pricing, usage, searchContext);
  return tokens === null || fees === null ? null : pico(tokens + fees);
}

function unitCost(pricing: UnitPricing, usage: MeteredUsage): Money | null {
  if (usage.units !== null) return times(fromPico(pricing.price), usage.units);
  return pricing.token_rates ? tokenCost(pricing.token_rates, usage) : null;
}

/**
 * Each token once, at the rate of its kind. A kind without a rate of its own is billed as the plain kind: that is how
 * makers without a discount or a surcharge bill it.
 */
function tokenCost(rates: TokenRates, usage: MeteredUsage): Money | null {
  const cachedAudio = usage.cachedAudioTokens ?? 0;
  const inputImage = usage.inputImageTokens ?? 0;
  const outputImage = usage.outputImageTokens ?? 0;
  const hourWrites = usage.hourCacheWriteTokens ?? 0;
  const freshAudio = usage.inputAudioTokens - cachedAudio;
  const fresh = usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens - freshAudio - inputImage;
  const said = usage.outputTokens - usage.outputAudioTokens - outputImage;
  const hourRate = hourWrites === 0 || rates.input === undefined ? undefined : ((fromPico(rates.input) * hourWriteFactor).toString() as PicoDollars);
  return sum([
    [fresh, rates.input],
    [usage.cachedInputTokens - cachedAudio, rates.cached_input ?? rates.input],
    [cachedAudio, rates.cached_audio_input ?? rates.cached_input ?? rates.audio_input ?? rates.input],
    [usage.cacheWriteTokens - hourWrites, rates.cache_write ?? rates.input],
    [hourWrites, hourRate],
    [freshAudio, rates.audio_input ?? rates.input],
    [inputImage, rates.image_input ?? rates.input],
    [said, rates.output],
    [usage.outputAudioTokens, rates.audio_output ?? rates.output],
    [outputImage, rates.image_output ?? rates.output],
  ]);
}

/** Null when a count is not zero and its rate is unknown, or when the counts contradict each other. */
function sum(lines: readonly (readonly [number, PicoDollars | undefined])[]): Money | null {
  let total: bigint = zero;
  for (const [tokens, rate] of lines) {
    if (tokens === 0) continue;
    if (tokens < 0 || rate === undefined) return null;
    total += fromPico(rate) * BigInt(tokens);
  }
  return pico(total);
}

function feesOf({ fees }: TokenPricing, usage: MeteredUsage, searchContext: string | null): Money | null {
  if (!fees) return usage.webSearches ? null : zero;
  const byContext = fees.request_by_context?.[searchContext ?? 'low'];
  const request = fromPico(byContext ?? fees.request ?? ('0' as PicoDollars));
  const searches = usage.webSearches ?? 0;
  if (searches === 0 || fees.request !== undefined || byContext !== undefined) return request;
  return fees.web_search === undefined ? null : pico(request + times(fromPico(fees.web_search), searches));
}
