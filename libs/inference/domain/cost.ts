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
  const bill = new TokenBill();
  bill.add(fresh, rates.input);
  bill.add(usage.cachedInputTokens - cachedAudio, rates.cached_input ?? rates.input);
  bill.add(cachedAudio, rates.cached_audio_input ?? rates.cached_input ?? rates.audio_input ?? rates.input);
  bill.add(usage.cacheWriteTokens - hourWrites, rates.cache_write ?? rates.input);
  bill.add(hourWrites, hourRate);
  bill.add(freshAudio, rates.audio_input ?? rates.input);
  bill.add(inputImage, rates.image_input ?? rates.input);
  bill.add(said, rates.output);
  bill.add(usage.outputAudioTokens, rates.audio_output ?? rates.output);
  bill.add(outputImage, rates.image_output ?? rates.output);
  return bill.total;
}

class TokenBill {
  /** Null once a count was not zero and its rate unknown, or when counts contradict each other. */
  total: Money | null = zero;

  add(tokens: number, rate: PicoDollars | undefined): void {
    if (tokens === 0 || this.total === null) return;
    this.total = tokens < 0 || rate === undefined ? null : pico(this.total + fromPico(rate) * BigInt(tokens));
  }
}

function feesOf({ fees }: TokenPricing, usage: MeteredUsage, searchContext: string | null): Money | null {
  if (!fees) return usage.webSearches ? null : zero;
  const byContext = fees.request_by_context?.[searchContext ?? 'low'];
  const request = fromPico(byContext ?? fees.request ?? ('0' as PicoDollars));
  const searches = usage.webSearches ?? 0;
  if (searches === 0 || fees.request !== undefined || byContext !== undefined) return request;
  return fees.web_search === undefined ? null : pico(request + times(fromPico(fees.web_search), searches));
}
