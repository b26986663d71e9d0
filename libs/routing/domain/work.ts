/** The size of a piece of work, in whole units that prices count; and what a model asks for it. */
import { ratesAt, type Pricing, type TokenPricing, type TokenRates, type UnitPricing } from '../../catalog/domain/pricing.js';
import type { CatalogModel } from '../../catalog/domain/model.js';
import { pico, type Money, type PicoDollars } from '../../money/money.js';
import type { InputProfile } from './request.js';
import type { Task } from './vocabulary.js';

/** What is counted. Each is a whole number. */
export const quantities = ['call', 'search', 'inputToken', 'outputToken', 'image', 'second', 'startedMinute', 'clip', 'character'] as const;
export type Quantity = (typeof quantities)[number];

/**
 * Pico-dollars for one of each quantity, in the order of `quantities`; null when the model has no price.
 * They are doubles for speed: whole pico-dollars are exact below 2^53, which is 9,007 dollars.
 */
export type PriceVector = Float64Array;

/** How much of each quantity a request comes to, in the order of `quantities`. */
export type WorkVector = Float64Array;

const at = Object.fromEntries(quantities.map((quantity, i) => [quantity, i])) as Record<Quantity, number>;

const charactersPerSecond = 15;
const audioTokensPerSecond = 25;
const outputTokensOfImage = 1_300;
const clipSeconds = 30;
/** What is made when the request does not say how long. */
const usualSeconds: Partial<Record<Task, number>> = { video: 5, music: 60, speech: 60 };

/** @param outputTokens the expected length of the answer, thinking included. */
export function workOf(task: Task, profile: InputProfile, outputTokens: number): WorkVector {
  const work = new Float64Array(quantities.length);
  const spoken = Math.ceil(profile.promptChars / charactersPerSecond);
  const seconds = Math.ceil(profile.seconds ?? (task === 'speech' && !profile.modalities.includes('audio') ? spoken : (usualSeconds[task] ?? 0)));
  work[at.call] = 1;
  work[at.search] = task === 'web_search' ? 1 : 0;
  work[at.inputToken] = profile.inputTokens;
  work[at.outputToken] = Math.ceil(outputTokens);
  work[at.image] = task === 'image' ? Math.max(1, profile.images ?? 1) : 0;
  work[at.second] = seconds;
  work[at.startedMinute] = Math.ceil(seconds / 60);
  work[at.clip] = Math.ceil(seconds / clipSeconds);
  work[at.character] = task === 'speech' ? profile.promptChars : 0;
  return work;
}

export const outputTokenIndex = at.outputToken;

/** The whole work at the price that begins at `from`. Exact while below 2^53 pico-dollars. Unrolled: it is asked of every model. */
export function costOf(prices: PriceVector, work: WorkVector, from = 0): number {
  return (
    prices[from]! * work[0]! + prices[from + 1]! * work[1]! + prices[from + 2]! * work[2]! + prices[from + 3]! * work[3]! + prices[from + 4]! * work[4]! +
    prices[from + 5]! * work[5]! + prices[from + 6]! * work[6]! + prices[from + 7]! * work[7]! + prices[from + 8]! * work[8]!
  );
}

/** The same, exact at any size: what is recorded and compared with a budget. */
export function exactCostOf(price: PriceVector, work: WorkVector): Money {
  const sum = costOf(price, work);
  if (sum <= Number.MAX_SAFE_INTEGER) return pico(BigInt(sum));
  return pico(price.reduce((total, rate, i) => total + BigInt(rate) * BigInt(work[i]!), 0n));
}

/** Whether a request's time or size can change the rates: then `priceVector` must be asked again for each request. */
export const variesByRequest = (pricing: Pricing | null): pricing is TokenPricing =>
  pricing?.unit === 'token' && Boolean(pricing.tiers?.length || pricing.time_of_day?.length || pricing.scheduled?.length);

/** @param request its size and time; without one, the base rates. Amounts per minute are rounded up to whole pico-dollars a second. */
export function priceVector(model: CatalogModel, request: { inputTokens: number; at: string } | null): PriceVector | null {
  const { pricing } = model;
  if (pricing === null) return null;
  if (pricing.unit !== 'token') return unitVector(pricing);
  const rates = request ? ratesAt(pricing, request.inputTokens, request.at) : pricing.rates;
  return tokenVector(model, pricing, rates);
}

function unitVector(pricing: UnitPricing): PriceVector {
  const amount = Number(pricing.price);
  switch (pricing.unit) {
    case 'image': return vector({ image: amount });
    case 'second': return vector({ second: amount });
    case 'minute': return vector({ second: Math.ceil(amount / 60) });
    case 'started_minute': return vector({ startedMinute: amount });
    case 'clip': return vector({ clip: amount });
    case 'character': return vector({ character: amount });
    case 'song':
    case 'generation':
    case 'request': return vector({ call: amount });
  }
}

function tokenVector(model: CatalogModel, { fees, estimates }: TokenPricing, rates: TokenRates): PriceVector | null {
  switch (model.category) {
    case 'llm':
    case 'search':
      if (rates.input === undefined || rates.output === undefined) return null;
      return vector({ call: feeOf(fees), search: number(fees?.web_search), inputToken: number(rates.input), outputToken: number(rates.output) });
    case 'embedding':
      return vector({ inputToken: number(rates.input) });
    case 'image':
      return vector({ inputToken: number(rates.input), image: number(estimates?.image) || number(rates.image_output ?? rates.output) * outputTokensOfImage });
    case 'speech':
      if (estimates?.character) return vector({ character: number(estimates.character) });
      if (estimates?.minute) return vector({ second: Math.ceil(number(estimates.minute) / 60) });
      return vector({ second: audioTokensPerSecond * (number(rates.audio_input) + number(rates.audio_output)) });
    case 'video':
    case 'music':
      return vector({ inputToken: number(rates.input), second: audioTokensPerSecond * number(rates.audio_output ?? rates.output) });
  }
}

/** The least a call is charged beside its tokens. */
function feeOf(fees: TokenPricing['fees']): number {
  if (fees?.request) return number(fees.request);
  const byContext = Object.values(fees?.request_by_context ?? {}).map(Number);
  return byContext.length === 0 ? 0 : Math.min(...byContext);
}

const number = (amount: PicoDollars | undefined): number => (amount === undefined ? 0 : Number(amount));

function vector(amounts: Partial<Record<Quantity, number>>): PriceVector {
  const price = new Float64Array(quantities.length);
  for (const quantity in amounts) price[at[quantity as Quantity]] = amounts[quantity as Quantity]!;
  return price;
}
