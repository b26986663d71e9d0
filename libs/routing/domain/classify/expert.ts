/**
 * What judges one kind of problem: a sum, with a weight for every measure and for every hashed word and pair of words
 * (side by side, or with one between them), and a forest over the measures. Each errs in its own way; with a thousand labelled rows the two together rank better
 * than either. Plain arithmetic: a few microseconds, and the same to the bit on every machine.
 */
import { forestScore, type Forest } from './forest.js';
import { pairHash } from './problem-words.js';

export const WORD_BITS = 16;
const WORD_MASK = (1 << WORD_BITS) - 1;
/** Words beyond these are not looked up, so that the cost of a long prompt is bounded. */
export const WORDS_SCORED = 300;
/** A measure further than this from the usual (in standard deviations) counts as this far. */
const FAR = 4;

export interface Scale {
  /** What is usual of each measure (0 where most prompts have none of it), and one over its standard deviation. */
  readonly usual: readonly number[];
  readonly inverse: readonly number[];
}

export interface Expert extends Scale {
  readonly bias: number;
  readonly linear: readonly number[];
  /** One weight per hashed word or pair of words, in units of `wordUnit`. */
  readonly words: Int8Array;
  readonly wordUnit: number;
  /** How much of the judgement is the forest's, 0 to 1. */
  readonly forestShare: number;
  readonly forest: Forest;
}

export const wordSlot = (hash: number): number => {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) & WORD_MASK;
};
export const wordPairSlot = (first: number, second: number): number => wordSlot(pairHash(first, second) ^ 0x97);
/** Two words with one between them: "least positive integer" is "least integer" too. */
export const spacedPairSlot = (first: number, third: number): number => wordSlot(pairHash(first, third) ^ 0x3b5);
/** How much each word counts, so that long prompts do not shout. */
export const wordShare = (words: number): number => 0.25 / Math.sqrt(words + 4);

export interface ScannedWords {
  readonly token: ArrayLike<number>;
  readonly tokens: number;
}

/** Writes how far each measure of a prompt is from the usual, in standard deviations. */
export function standardise({ usual, inverse }: Scale, measures: Float32Array, into: Float64Array): void {
  for (let m = 0; m < measures.length; m++) {
    const z = (measures[m]! - usual[m]!) * inverse[m]!;
    into[m] = z > FAR ? FAR : z < -FAR ? -FAR : z;
  }
}

export function weighed(linear: readonly number[], deviations: Float64Array): number {
  let sum = 0;
  for (let m = 0; m < linear.length; m++) sum += linear[m]! * deviations[m]!;
  return sum;
}

const deviations = new Float64Array(512);

export function expertScore(expert: Expert, measures: Float32Array, scan: ScannedWords): number {
  const { bias, linear, forestShare, forest } = expert;
  standardise(expert, measures, deviations);
  const sum = bias + weighed(linear, deviations) + wordScore(expert, scan);
  return forestShare === 0 ? sum : sum + forestShare * (forestScore(forest, measures) - sum);
}

function wordScore({ words, wordUnit }: Expert, { token, tokens }: ScannedWords): number {
  const read = tokens < WORDS_SCORED ? tokens : WORDS_SCORED;
  let sum = 0;
  for (let i = 0; i < read; i++) {
    sum += words[wordSlot(token[i]!)]!;
    if (i > 0) sum += words[wordPairSlot(token[i - 1]!, token[i]!)]!;
    if (i > 1) sum += words[spacedPairSlot(token[i - 2]!, token[i]!)]!;
  }
  return wordUnit * wordShare(read) * sum;
}
