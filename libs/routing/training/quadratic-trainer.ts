/**
 * Fits a quadratic model by ridge regression. The scales of the three groups of inputs are those of a polynomial
 * kernel of degree two over the standardised measures, plus words weighed by how rare they are.
 */
import { WORD_BITS, WORDS_SCORED, pairAt, pairsOf, standardise, wordPairSlot, wordShare, wordSlot, type QuadraticModel } from '../domain/classify/quadratic.js';
import { MEASURES } from '../domain/classify/measures.js';
import { trainRidge, type Measured } from './linear-trainer.js';

export interface QuadraticExample {
  readonly measures: Float32Array;
  readonly tokens: Int32Array;
  readonly target: number;
  readonly weight: number;
}

const WORD_SLOTS = 1 << WORD_BITS;
const LINEAR_FROM = WORD_SLOTS;
const PAIRS_FROM = LINEAR_FROM + MEASURES;
const DIMENSIONS = PAIRS_FROM + pairsOf(MEASURES);
const ITERATIONS = 25;
const LINEAR_SCALE = Math.sqrt(2 / MEASURES);
const SQUARE_SCALE = 1 / MEASURES;
const PAIR_SCALE = Math.SQRT2 / MEASURES;
/** A word seen in one prompt only says nothing of others. */
const WORD_OFTEN = 2;
/** A measure that nearly never varies would be blown up. */
const LEAST_DEVIATION = 1e-3;

export function trainQuadratic(examples: readonly QuadraticExample[], penalty: number): QuadraticModel {
  const scale = scaleOf(examples.map(({ measures }) => measures));
  const rarity = rarityOf(examples);
  const fitted = trainRidge(examples.map((example) => expand(example, scale, rarity)), { dimensions: DIMENSIONS, penalty, iterations: ITERATIONS });
  const { weights } = fitted;
  const words = quantise(weights.subarray(0, WORD_SLOTS).map((weight, slot) => weight * rarity[slot]!), 127);
  const own = weights.slice(PAIRS_FROM);
  for (let a = 0; a < MEASURES; a++) for (let b = 0; b <= a; b++) own[pairAt(a, b)]! *= a === b ? SQUARE_SCALE : PAIR_SCALE;
  const pairs = quantise(own, 32_767);
  return {
    bias: short(fitted.bias[0]!),
    ...scale,
    linear: [...weights.subarray(LINEAR_FROM, PAIRS_FROM)].map((weight) => short(weight * LINEAR_SCALE)),
    pairs: Int16Array.from(pairs.steps),
    pairUnit: pairs.unit,
    words: Int8Array.from(words.steps),
    wordUnit: words.unit,
  };
}

export const short = (x: number): number => Number(x.toPrecision(6));

export type Scale = Pick<QuadraticModel, 'usual' | 'inverse'>;

export function scaleOf(examples: readonly Float32Array[]): Scale {
  const usual: number[] = [];
  const inverse: number[] = [];
  for (let m = 0; m < MEASURES; m++) {
    const values = examples.map((measures) => measures[m]!);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    const mostly = values.filter((x) => x !== 0).length * 2 > values.length;
    usual.push(mostly ? short(mean) : 0);
    inverse.push(deviation < LEAST_DEVIATION ? 0 : short(1 / deviation));
  }
  return { usual, inverse };
}

function wordsOf({ tokens }: QuadraticExample): Map<number, number> {
  const counts = new Map<number, number>();
  const count = (slot: number) => counts.set(slot, (counts.get(slot) ?? 0) + 1);
  const read = Math.min(tokens.length, WORDS_SCORED);
  for (let i = 0; i < read; i++) {
    count(wordSlot(tokens[i]!));
    if (i > 0) count(wordPairSlot(tokens[i - 1]!, tokens[i]!));
  }
  return counts;
}

/** The logarithm of how many prompts there are to one with the word; 0 for a word of one prompt. */
function rarityOf(examples: readonly QuadraticExample[]): Float32Array {
  const prompts = new Float32Array(WORD_SLOTS);
  for (const example of examples) for (const slot of wordsOf(example).keys()) prompts[slot]!++;
  return prompts.map((count) => (count < WORD_OFTEN ? 0 : Math.log(examples.length / count)));
}

const at = new Int32Array(MEASURES);
const by = new Float64Array(MEASURES);

function expand(example: QuadraticExample, scale: Scale, rarity: Float32Array): Measured {
  const words = [...wordsOf(example)].filter(([slot]) => rarity[slot]! > 0);
  const share = wordShare(Math.min(example.tokens.length, WORDS_SCORED));
  const count = standardise(scale, example.measures, at, by);
  const size = words.length + count + pairsOf(count);
  const index = new Int32Array(size);
  const value = new Float32Array(size);
  let f = 0;
  const put = (where: number, what: number) => {
    index[f] = where;
    value[f++] = what;
  };
  for (const [slot, times] of words) put(slot, times * share * rarity[slot]!);
  for (let i = 0; i < count; i++) {
    put(LINEAR_FROM + at[i]!, by[i]! * LINEAR_SCALE);
    for (let j = 0; j <= i; j++) put(PAIRS_FROM + pairAt(at[i]!, at[j]!), by[i]! * by[j]! * (i === j ? SQUARE_SCALE : PAIR_SCALE));
  }
  return { index, value, target: example.target, weight: example.weight };
}

/** The standardised measures alone. */
export function linearExample(measures: Float32Array, scale: Scale, target: number, weight: number): Measured {
  const count = standardise(scale, measures, at, by);
  return { index: at.slice(0, count), value: Float32Array.from(by.subarray(0, count)), target, weight };
}

/** Whole steps of one unit, so that the largest weight is `most` steps. */
function quantise(weights: Float32Array, most: number): { steps: number[]; unit: number } {
  let top = 1e-9;
  for (const weight of weights) top = Math.max(top, Math.abs(weight));
  const unit = short(top / most);
  return { steps: Array.from(weights, (weight) => Math.max(-most, Math.min(most, Math.round(weight / unit)))), unit };
}
