/**
 * A score that bends and interacts: a weight for every measure, for every pair of measures, and for every hashed word
 * and pair of words. With a thousand labelled rows this says more than trees or words alone, and it is a sum of
 * products: a few microseconds, and the same to the bit on every machine.
 */
import { pairHash } from './problem-words.js';

export const WORD_BITS = 15;
const WORD_MASK = (1 << WORD_BITS) - 1;
/** Words beyond these are not looked up, so that the cost of a long prompt is bounded. */
export const WORDS_SCORED = 300;
/** A measure further than this from the usual (in standard deviations) counts as this far. */
const FAR = 4;

export interface QuadraticModel {
  readonly bias: number;
  /** What is usual of each measure (0 where most prompts have none of it), and one over its standard deviation. */
  readonly usual: readonly number[];
  readonly inverse: readonly number[];
  readonly linear: readonly number[];
  /** One weight per pair of measures, `pairAt(a, b)`, in units of `pairUnit`. */
  readonly pairs: Int16Array;
  readonly pairUnit: number;
  /** One weight per hashed word or pair of words, in units of `wordUnit`. */
  readonly words: Int8Array;
  readonly wordUnit: number;
}

/** Where the weight of a pair stands; `b` is not above `a`. */
export const pairAt = (a: number, b: number): number => (a * (a + 1)) / 2 + b;
export const pairsOf = (measures: number): number => pairAt(measures, 0);

export const wordSlot = (hash: number): number => {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) & WORD_MASK;
};
export const wordPairSlot = (first: number, second: number): number => wordSlot(pairHash(first, second) ^ 0x97);
/** How much each word counts, so that long prompts do not shout. */
export const wordShare = (words: number): number => 0.25 / Math.sqrt(words + 4);

export interface ScannedWords {
  readonly token: ArrayLike<number>;
  readonly tokens: number;
}

const position = new Int32Array(512);
const distance = new Float64Array(512);

/** Writes where a prompt is unlike the usual, and by how much; returns at how many measures. */
export function standardise({ usual, inverse }: Pick<QuadraticModel, 'usual' | 'inverse'>, measures: Float32Array, at: Int32Array, by: Float64Array): number {
  let count = 0;
  for (let m = 0; m < measures.length; m++) {
    const z = (measures[m]! - usual[m]!) * inverse[m]!;
    if (z === 0) continue;
    at[count] = m;
    by[count++] = z > FAR ? FAR : z < -FAR ? -FAR : z;
  }
  return count;
}

export function quadraticScore(model: QuadraticModel, measures: Float32Array, scan: ScannedWords): number {
  const { linear, pairs } = model;
  const count = standardise(model, measures, position, distance);
  let straight = 0;
  for (let i = 0; i < count; i++) straight += linear[position[i]!]! * distance[i]!;
  return model.bias + straight + model.pairUnit * bend(pairs, count) + wordScore(model, scan);
}

/**
 * The sum over all pairs of what is set in `position` and `distance`. Every row is added up in its own order, which the
 * bytes of the answer depend on; four rows go side by side, so that no addition waits for the one before.
 */
function bend(pairs: Int16Array, count: number): number {
  let bent = 0;
  let i = 0;
  for (; i + 3 < count; i += 4) {
    const [a, b, c, d] = [pairAt(position[i]!, 0), pairAt(position[i + 1]!, 0), pairAt(position[i + 2]!, 0), pairAt(position[i + 3]!, 0)];
    let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
    for (let j = 0; j <= i; j++) {
      const at = position[j]!;
      const by = distance[j]!;
      sumA += pairs[a + at]! * by;
      sumB += pairs[b + at]! * by;
      sumC += pairs[c + at]! * by;
      sumD += pairs[d + at]! * by;
    }
    bent += sumA * distance[i]!;
    bent += rest(pairs, b, sumB, i + 1, i + 1);
    bent += rest(pairs, c, sumC, i + 1, i + 2);
    bent += rest(pairs, d, sumD, i + 1, i + 3);
  }
  for (; i < count; i++) bent += rest(pairs, pairAt(position[i]!, 0), 0, 0, i);
  return bent;
}

/** A row from `from` to its end, on top of what is summed already; times its own distance. */
function rest(pairs: Int16Array, row: number, summed: number, from: number, last: number): number {
  let sum = summed;
  for (let j = from; j <= last; j++) sum += pairs[row + position[j]!]! * distance[j]!;
  return sum * distance[last]!;
}

function wordScore({ words, wordUnit }: QuadraticModel, { token, tokens }: ScannedWords): number {
  const read = tokens < WORDS_SCORED ? tokens : WORDS_SCORED;
  let sum = 0;
  for (let i = 0; i < read; i++) {
    sum += words[wordSlot(token[i]!)]!;
    if (i > 0) sum += words[wordPairSlot(token[i - 1]!, token[i]!)]!;
  }
  return wordUnit * wordShare(read) * sum;
}
