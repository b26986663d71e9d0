/** What media cost: units made, at the price of the grade that was asked for. Integers all the way. */
import type { Pricing, UnitPricing } from '../../catalog/domain/pricing.js';
import { never } from '../../event-sourcing/domain/decider.js';
import { add, fromPico, max, pico, times, zero, type Money, type PicoDollars } from '../../money/money.js';
import type { Json } from './json.js';
import { pixelsAsked, resolutionAsked, resultsAsked, soundAsked, textAsked } from './media-parameters.js';

/** What was made, counted: what unit prices are for. */
export interface Quantities {
  readonly images: number;
  /** Null when nobody said how long it plays. */
  readonly seconds: number | null;
  readonly characters: number;
  /** Pictures that were given. */
  readonly inputImages: number;
}

/**
 * The dimensions that variants of a price are named by. A catalogue writes them joined by a slash, in any order:
 * `1080p/audio`, `low/2k`, `standard/1024x1024`, `26-100 results`.
 */
type Dimension = 'size' | 'pixels' | 'sound' | 'results' | 'grade';
/** By dimension, the names it may go by, the most telling first. */
export type Grade = { readonly [dimension in Dimension]?: readonly string[] };

/** What the parameters of a request say of the grade. `auto` says nothing. */
export function gradeAsked(parameters: Readonly<Json>, contentMode: string): Grade {
  const pixels = pixelsAsked(parameters);
  const sizes = sizesAsked(parameters);
  const quality = textAsked(parameters, ['quality', 'rendering_speed', 'style_type'])?.toLowerCase();
  const sound = soundAsked(parameters);
  const results = resultsAsked(parameters);
  return {
    ...(pixels && { pixels: [pixels.join('x'), [...pixels].reverse().join('x')] }),
    ...(sizes.length > 0 && { size: contentMode === 'edit' ? [...sizes.map((size) => `edit_${size}`), ...sizes] : sizes }),
    ...(quality && quality !== 'auto' && { grade: [quality] }),
    ...(sound !== null && { sound: [sound ? 'audio' : 'silent'] }),
    ...(results !== null && { results: [String(results)] }),
  };
}

/** `720p` for a clip and `1k` for a picture may be the same size. */
function sizesAsked(parameters: Readonly<Json>): string[] {
  const resolution = resolutionAsked(parameters);
  const size = textAsked(parameters, ['size', 'image_size']);
  const pixels = pixelsAsked(parameters);
  const thousands = pixels && `${Math.max(0.5, Math.round(Math.sqrt(pixels[0] * pixels[1]) / 1024))}k`;
  return [resolution, thousands, size && /^[\d.]+k$/i.test(size) ? size.toLowerCase() : null].filter((name) => name !== null);
}

const secondsPerMinute = 60n;
const secondsPerClip = 30;

/**
 * The exact cost of media at a unit price; null when the price, its variant for what was asked, or the length it depends
 * on is unknown. A price by the minute is billed by the second, as its makers do; where a second is no whole number of
 * pico-dollars, it is the next one.
 */
export function mediaCost(pricing: Pricing | null, made: Quantities, grade: Grade = {}): Money | null {
  if (pricing === null || pricing.unit === 'token') return null;
  const price = priceOfGrade(pricing, grade);
  if (price === null) return null;
  const units = unitsCost(pricing, price, made);
  return units === null ? null : add(units, extrasCost(pricing, made, grade));
}

function unitsCost({ unit }: UnitPricing, price: Money, { images, seconds, characters }: Quantities): Money | null {
  const whole = seconds === null ? null : Math.ceil(seconds);
  switch (unit) {
    case 'image':
      return times(price, images);
    case 'second':
      return whole === null ? null : times(price, whole);
    case 'minute':
      return whole === null ? null : times(pico((price + secondsPerMinute - 1n) / secondsPerMinute), whole);
    case 'started_minute':
      return whole === null ? null : times(price, Math.ceil(whole / Number(secondsPerMinute)));
    case 'clip':
      return whole === null ? null : times(price, Math.ceil(whole / secondsPerClip));
    case 'character':
      return times(price, characters);
    case 'song':
    case 'generation':
    case 'request':
      return price;
    default:
      return never(unit);
  }
}

const pixelsOfMegapixel = 1024 * 1024;

/** Pictures that were given, and every megapixel of a picture after its first. */
function extrasCost({ extras }: UnitPricing, { images, inputImages }: Quantities, { pixels }: Grade): Money {
  const given = extras?.['input_image'] ? times(fromPico(extras['input_image']), inputImages) : zero;
  if (!extras?.['extra_megapixel'] || pixels === undefined) return given;
  const [width = 0, height = 0] = pixels[0]!.split('x').map(Number);
  const further = Math.max(0, Math.ceil((width * height) / pixelsOfMegapixel) - 1);
  return add(given, times(fromPico(extras['extra_megapixel']), further * images));
}

/** The price of one unit of a grade: what is not asked for is as in the price by default. Null when no variant has a price for it. */
export function priceOfGrade({ price, variants }: UnitPricing, asked: Grade): Money | null {
  const priced = Object.entries(variants ?? {}).map(([name, amount]) => ({ grade: gradeNamed(name), amount }));
  const named = new Set(priced.flatMap(({ grade }) => Object.keys(grade) as Dimension[]));
  const wanted = Object.entries(asked).filter(([dimension]) => named.has(dimension as Dimension));
  if (wanted.length === 0) return fromPico(price);
  const usual = priced.find(({ amount }) => amount === price)?.grade ?? {};
  const full: Grade = { ...usual, ...Object.fromEntries(wanted) };
  const fitting = priced
    .map(({ grade, amount }) => ({ amount, places: [...named].map((dimension) => placeOf(dimension, grade[dimension]?.[0], full[dimension])) }))
    .filter(({ places }) => !places.includes(-1))
    .sort((a, b) => sum(a.places) - sum(b.places));
  return fitting[0] ? fromPico(fitting[0].amount) : null;
}

/** The dearest grade: what a request can cost at most. */
export const dearestPrice = ({ price, variants }: UnitPricing): Money => Object.values<PicoDollars>(variants ?? {}).map(fromPico).reduce(max, fromPico(price));

/** Where the name of a variant stands among those wanted; -1 when it is none of them. One that names no sound is silent. */
function placeOf(dimension: Dimension, offered: string | undefined, wanted: readonly string[] | undefined): number {
  if (dimension === 'sound') return (offered ?? 'silent') === (wanted?.[0] ?? 'silent') ? 0 : -1;
  if (offered === undefined || wanted === undefined) return offered === wanted ? 0 : -1;
  if (dimension === 'results') return offered === wanted[0] || within(offered, Number(wanted[0])) ? 0 : -1;
  return wanted.indexOf(offered);
}

function within(range: string, count: number): boolean {
  const [least = NaN, most = NaN] = range.split('-').map(Number);
  return count >= least && count <= most;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const gradeNamed = (name: string): Grade => Object.fromEntries(name.toLowerCase().split('/').map((part) => [dimensionOf(part), [part.replace(/ results$/, '')]]));

function dimensionOf(part: string): Dimension {
  if (/^\d+x\d+$/.test(part)) return 'pixels';
  if (/^(?:edit_)?(?:\d+p|[\d.]+k)$/.test(part)) return 'size';
  if (/^\d+-\d+( results)?$/.test(part)) return 'results';
  return part === 'audio' || part === 'silent' ? 'sound' : 'grade';
}
