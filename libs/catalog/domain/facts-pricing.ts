/** From the dollars of the facts file to exact prices per unit. Whatever cannot be said in our units is left out and noted. */
import { dollars, fromPico, toPico, type Money, type PicoDollars } from '../../money/money.js';
import type { FactsPricing } from './facts.js';
import {
  perMillionDollars, perThousandDollars, tokenKinds, type Estimates, type Fees, type MediaUnit, type Pricing, type TokenKind,
  type TokenPricing, type TokenRates, type UnitPricing,
} from './pricing.js';

export interface ReadPricing {
  readonly pricing: Pricing | null;
  readonly notes: readonly string[];
}

/** Other spellings of the facts file. */
const kindOf: Readonly<Record<string, TokenKind>> = {
  ...Object.fromEntries(tokenKinds.map((kind) => [kind, kind])),
  input_audio: 'audio_input',
  output_audio: 'audio_output',
  cached_input_audio: 'cached_audio_input',
  input_image: 'image_input',
  text_input: 'input',
  text_output: 'output',
  cached_text_input: 'cached_input',
};

const unitOf: Readonly<Record<string, MediaUnit>> = { million_characters: 'character', clip_30s: 'clip' };

/** Output tokens of a medium square picture: 0.053 dollars at 30 dollars a million. */
const tokensPerImage = 1767n;

/** @throws RangeError when an amount is finer than a pico-dollar for one unit. */
export function pricingFrom(facts: FactsPricing): ReadPricing {
  if (facts.unit === 'per_million_tokens') return tokenPricing(facts);
  if (typeof facts.price === 'number' && facts.price > 0) return unitPricing(facts, facts.price);
  const rates = ratesFrom(facts.tokens ?? {});
  if (rates.image_output !== undefined) {
    return { pricing: { unit: 'token', rates, estimates: { image: toPico((fromPico(rates.image_output) * tokensPerImage) as Money) } }, notes: [] };
  }
  return { pricing: null, notes: partial(facts.tokens) };
}

function tokenPricing(facts: FactsPricing): ReadPricing {
  const rates = ratesFrom(facts);
  const priced = Object.values(rates).some((amount) => fromPico(amount) > 0n);
  if (!priced) return { pricing: null, notes: [] };
  const pricing: TokenPricing = {
    unit: 'token',
    rates,
    ...optional('tiers', facts.tiers?.map(({ above_input_tokens, ...tier }) => ({ above_input_tokens, rates: ratesFrom(tier) }))),
    ...optional('time_of_day', facts.time_of_day?.map((peak) => ({ from_utc: peak.from_utc.slice(0, 5), to_utc: peak.to_utc.slice(0, 5), rates: ratesFrom(peak) }))),
    ...optional('scheduled', facts.scheduled?.map((change) => ({ from: change.from, rates: ratesFrom(change) }))),
    ...optional('fees', feesFrom(facts)),
    ...optional('estimates', estimatesFrom(facts)),
  };
  return { pricing, notes: [] };
}

function unitPricing(facts: FactsPricing, price: number): ReadPricing {
  const exact = facts.unit === 'million_characters' ? perMillionDollars : inDollars;
  const amount = (value: number) => exact(String(value));
  const [variants, foreign] = partition(Object.entries(facts.variants ?? {}), ([name]) => !/_per_/.test(name));
  const [options, qualities] = partition(variants, ([name]) => name.endsWith('_add'));
  const extras = [
    ...options,
    ...['input_image', 'extra_megapixel'].flatMap((name): [string, number][] => (typeof facts[name] === 'number' ? [[name, facts[name]]] : [])),
  ];
  const table = (entries: readonly (readonly [string, number])[]) =>
    entries.length > 0 ? Object.fromEntries(entries.map(([name, value]) => [name, amount(value)])) : undefined;
  const pricing: UnitPricing = {
    unit: unitOf[facts.unit] ?? (facts.unit as MediaUnit),
    price: amount(price),
    ...optional('variants', table(qualities)),
    ...optional('extras', table(extras)),
    ...optional('token_rates', facts.tokens && ratesFrom(facts.tokens)),
  };
  return { pricing, notes: foreign.map(([name, value]) => `another seller's unit: ${value} dollars, ${name.replaceAll('_', ' ')}`) };
}

function ratesFrom(facts: Readonly<Record<string, unknown>>): TokenRates {
  const rates: { [kind in TokenKind]?: PicoDollars } = {};
  for (const [name, value] of Object.entries(facts)) {
    const kind = kindOf[name];
    if (kind && typeof value === 'number') rates[kind] = perMillionDollars(String(value));
  }
  return rates;
}

function feesFrom(facts: FactsPricing): Fees | undefined {
  const perThousand = (name: string) => (typeof facts[name] === 'number' ? perThousandDollars(String(facts[name])) : undefined);
  const byContext = Object.entries(facts.request_per_1k_by_context ?? {});
  return someOf<Fees>({
    ...optional('request', perThousand('request_per_1k')),
    ...optional('request_by_context', byContext.length > 0 ? Object.fromEntries(byContext.map(([level, value]) => [level, perThousandDollars(String(value))])) : undefined),
    ...optional('web_search', perThousand('web_search_per_1k')),
  });
}

function estimatesFrom(facts: FactsPricing): Estimates | undefined {
  const { per_minute_estimate: minute, per_million_characters_estimate: characters } = facts;
  return someOf<Estimates>({
    ...optional('minute', typeof minute === 'number' ? inDollars(String(minute)) : undefined),
    ...optional('character', typeof characters === 'number' ? perMillionDollars(String(characters)) : undefined),
  });
}

function partial(tokens: FactsPricing['tokens']): readonly string[] {
  const known = Object.entries(tokens ?? {}).filter(([, value]) => typeof value === 'number');
  return known.length === 0 ? [] : [`known so far, dollars per million tokens: ${known.map(([name, value]) => `${name} ${value}`).join(', ')}`];
}

const inDollars = (text: string) => toPico(dollars(text));

/** An absent key rather than an undefined one: events are plain JSON. */
function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [key in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [key in Key]?: Value });
}

const someOf = <Shape extends object>(value: Shape): Shape | undefined => (Object.keys(value).length > 0 ? value : undefined);

function partition<Item>(items: readonly Item[], holds: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}
