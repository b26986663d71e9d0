/** Prices as people and the API write them: dollars, tokens and characters by the million. */
import { approximateDollars, dollars, fromPico, toPico, type PicoDollars } from '../../money/money.js';
import { forAMillion, mediaUnits, perMillionDollars, tokenKinds, type Fees, type MediaUnit, type Pricing, type TokenKind, type TokenRates } from './pricing.js';

/** `input_per_million_tokens`, `per_image` ...: numbers for reading, never for computing. */
export interface PricingInDollars {
  readonly currency: 'USD';
  readonly unit: string;
  readonly [name: string]: unknown;
}

const inUnit = (unit: MediaUnit) => (unit === 'character' ? 'per_million_characters' : `per_${unit}`);

export function pricingInDollars(pricing: Pricing | null): PricingInDollars | null {
  if (pricing === null) return null;
  if (pricing.unit === 'token') {
    return {
      currency: 'USD',
      unit: 'million_tokens',
      ...ratesInDollars(pricing.rates),
      ...(pricing.tiers && { tiers: pricing.tiers.map(({ above_input_tokens, rates }) => ({ above_input_tokens, ...ratesInDollars(rates) })) }),
      ...(pricing.time_of_day && { time_of_day: pricing.time_of_day.map(({ from_utc, to_utc, rates }) => ({ from_utc, to_utc, ...ratesInDollars(rates) })) }),
      ...(pricing.scheduled && { scheduled: pricing.scheduled.map(({ from, rates }) => ({ from, ...ratesInDollars(rates) })) }),
      ...(pricing.fees && feesInDollars(pricing.fees)),
      ...(pricing.estimates && { estimates: table(pricing.estimates, (amount, name) => (name === 'character' ? million(amount) : once(amount)), (name) => inUnit(name as MediaUnit)) }),
    };
  }
  const amount = pricing.unit === 'character' ? million : once;
  return {
    currency: 'USD',
    unit: pricing.unit === 'character' ? 'million_characters' : pricing.unit,
    [inUnit(pricing.unit)]: amount(pricing.price),
    ...(pricing.variants && { variants: table(pricing.variants, amount) }),
    ...(pricing.extras && { extras: table(pricing.extras, amount) }),
    ...(pricing.token_rates && { token_rates: ratesInDollars(pricing.token_rates) }),
  };
}

const ratesInDollars = (rates: TokenRates) => table(rates, million, (kind) => `${kind}_per_million_tokens`);

function feesInDollars({ request, request_by_context, web_search }: Fees) {
  return {
    ...(request && { per_request: once(request) }),
    ...(request_by_context && { per_request_by_context: table(request_by_context, once) }),
    ...(web_search && { per_web_search: once(web_search) }),
  };
}

const once = (amount: PicoDollars) => approximateDollars(fromPico(amount));
const million = (amount: PicoDollars) => approximateDollars(forAMillion(amount));

function table(amounts: object, convert: (amount: PicoDollars, name: string) => number, rename = (name: string) => name): Record<string, number> {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [rename(name), convert(amount as PicoDollars, name)]));
}

/**
 * The reverse, for an operator's own prices: `{"input_per_million_tokens": "0.5", "output_per_million_tokens": 2}` or
 * `{"per_image": 0.02}`. @throws RangeError naming the field that is wrong.
 */
export function pricingFromDollars(fields: Readonly<Record<string, unknown>>): Pricing {
  const given = Object.entries(fields).filter(([name]) => name !== 'currency' && name !== 'unit');
  const unit = mediaUnits.find((candidate) => fields[inUnit(candidate)] !== undefined && candidate !== 'request');
  const byToken = given.some(([name]) => name.endsWith('_per_million_tokens'));
  if (byToken) return tokenPricing(given);
  const media = unit ?? (fields['per_request'] !== undefined ? 'request' : undefined);
  if (media === undefined) throw new RangeError(`pricing needs input_per_million_tokens and output_per_million_tokens, or one of ${mediaUnits.map(inUnit).join(', ')}`);
  const stranger = given.find(([name]) => name !== inUnit(media) && name !== 'variants');
  if (stranger) throw new RangeError(`pricing.${stranger[0]} does not go with pricing.${inUnit(media)}`);
  const amountOf = (name: string, value: unknown) => (media === 'character' ? perMillionDollars(decimal(name, value)) : inDollars(name, value));
  const variants = fields['variants'] as Readonly<Record<string, unknown>> | undefined;
  return {
    unit: media,
    price: amountOf(inUnit(media), fields[inUnit(media)]),
    ...(variants && { variants: Object.fromEntries(Object.entries(variants).map(([name, value]) => [name, amountOf(`variants.${name}`, value)])) }),
  };
}

function tokenPricing(given: readonly (readonly [string, unknown])[]): Pricing {
  const rates: { [kind in TokenKind]?: PicoDollars } = {};
  const fees: { request?: PicoDollars; web_search?: PicoDollars } = {};
  for (const [name, value] of given) {
    const kind = tokenKinds.find((candidate) => name === `${candidate}_per_million_tokens`);
    if (kind) rates[kind] = perMillionDollars(decimal(name, value));
    else if (name === 'per_request') fees.request = inDollars(name, value);
    else if (name === 'per_web_search') fees.web_search = inDollars(name, value);
    else throw new RangeError(`pricing.${name} is not a price this catalogue knows`);
  }
  return { unit: 'token', rates, ...(Object.keys(fees).length > 0 && { fees }) };
}

const inDollars = (name: string, value: unknown): PicoDollars => toPico(dollars(decimal(name, value)));

function decimal(name: string, value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^\d+(\.\d+)?(e-?\d+)?$/i.test(text)) throw new RangeError(`pricing.${name} must be an amount of dollars that is not negative`);
  return text;
}

