/**
 * What a model costs. Every amount is a whole number of pico-dollars for ONE unit (one token, one image, one second),
 * so that price × quantity never rounds. Dollars per million tokens exist only at the edges.
 */
import { dollars, fromPico, toPico, type Money, type PicoDollars } from '../../money/money.js';

/** What one `price` buys, when it is not tokens. `clip` is 30 seconds; `started_minute` rounds up. */
export const mediaUnits = [
  'image', 'second', 'minute', 'started_minute', 'character', 'song', 'clip', 'generation', 'request',
] as const;
export type MediaUnit = (typeof mediaUnits)[number];

/** Pico-dollars for one token, by what kind of token it is. `input` and `output` are text. */
export const tokenKinds = [
  'input', 'output', 'cached_input', 'cache_write', 'audio_input', 'cached_audio_input', 'audio_output', 'image_input', 'image_output',
] as const;
export type TokenKind = (typeof tokenKinds)[number];
export type TokenRates = { readonly [kind in TokenKind]?: PicoDollars };

/** The whole request is billed at these rates once its input passes the threshold. */
export interface TokenTier {
  readonly above_input_tokens: number;
  readonly rates: TokenRates;
}

/** Peak hours, `from` inclusive and `to` exclusive, as `HH:MM` in UTC. */
export interface DailyRates {
  readonly from_utc: string;
  readonly to_utc: string;
  readonly rates: TokenRates;
}

/** A known future price, from midnight UTC of an ISO date. */
export interface ScheduledRates {
  readonly from: string;
  readonly rates: TokenRates;
}

/** Charged once per call or per search the model makes, beside its tokens. */
export interface Fees {
  readonly request?: PicoDollars;
  /** Per call, by how much search context was asked for (low, medium, high). */
  readonly request_by_context?: Readonly<Record<string, PicoDollars>>;
  readonly web_search?: PicoDollars;
}

/** What token-billed media come to in units a person counts: for estimates before the call, never for settling. */
export interface Estimates {
  readonly minute?: PicoDollars;
  readonly character?: PicoDollars;
  readonly image?: PicoDollars;
}

export interface TokenPricing {
  readonly unit: 'token';
  readonly rates: TokenRates;
  readonly tiers?: readonly TokenTier[];
  readonly time_of_day?: readonly DailyRates[];
  readonly scheduled?: readonly ScheduledRates[];
  readonly fees?: Fees;
  readonly estimates?: Estimates;
}

export interface UnitPricing {
  readonly unit: MediaUnit;
  /** For one unit at the default quality. */
  readonly price: PicoDollars;
  /** For one unit by quality, size, resolution or `…/audio`; replaces `price`. */
  readonly variants?: Readonly<Record<string, PicoDollars>>;
  /** Charged on top: per input image, per further megapixel, per option (`…_add`, per unit). */
  readonly extras?: Readonly<Record<string, PicoDollars>>;
  /** Token rates of an image model that can be billed either way. */
  readonly token_rates?: TokenRates;
}

export type Pricing = TokenPricing | UnitPricing;

const perMillion = 1_000_000n;

/** Exact: dollars per million units become pico-dollars per unit. @throws RangeError when finer than a pico-dollar. */
export function perMillionDollars(text: string): PicoDollars {
  return divided(dollars(text), perMillion, text);
}

/** Exact: dollars per thousand calls become pico-dollars per call. @throws RangeError when finer than a pico-dollar. */
export function perThousandDollars(text: string): PicoDollars {
  return divided(dollars(text), 1000n, text);
}

function divided(amount: Money, by: bigint, text: string): PicoDollars {
  if (amount % by !== 0n) throw new RangeError(`finer than a pico-dollar for one unit: ${text}`);
  return toPico((amount / by) as Money);
}

/** Dollars for a million tokens or characters, exact: what people compare. */
export const forAMillion = (rate: PicoDollars): Money => (fromPico(rate) * perMillion) as Money;

/**
 * The token rates in force for a request: a scheduled change, then peak hours, then the tier its input falls in;
 * each replaces only the kinds it names. `at` is when the request was received (ISO 8601, UTC).
 */
export function ratesAt(pricing: TokenPricing, inputTokens: number, at: string): TokenRates {
  let rates = pricing.rates;
  for (const change of pricing.scheduled ?? []) if (at >= change.from) rates = { ...rates, ...change.rates };
  const time = at.slice(11, 16);
  for (const peak of pricing.time_of_day ?? []) {
    if (time >= peak.from_utc && time < peak.to_utc) rates = { ...rates, ...peak.rates };
  }
  let passed: TokenTier | null = null;
  for (const tier of pricing.tiers ?? []) {
    if (inputTokens > tier.above_input_tokens && tier.above_input_tokens > (passed?.above_input_tokens ?? -1)) passed = tier;
  }
  return passed ? { ...rates, ...passed.rates } : rates;
}
