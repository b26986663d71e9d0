/**
 * Fits an expert: its sum by ridge regression over the standardised measures and over words, weighed by how rare they
 * are, and its forest over the measures as they are.
 */
import { WORD_BITS, WORDS_SCORED, spacedPairSlot, standardise, wordPairSlot, wordShare, wordSlot, type Expert, type Scale } from '../domain/classify/expert.js';
import { noForest, trainForest, type Sample } from './forest-trainer.js';
import { trainRidge, type Measured } from './linear-trainer.js';

export interface GradedProblem extends Sample {
  readonly tokens: Int32Array;
}

export interface ExpertSettings {
  /** Of the ridge regression. */
  readonly penalty: number;
  /** Without it, the sum judges alone. */
  readonly forest?: { readonly share: number; readonly leastInLeaf: number };
}

const WORD_SLOTS = 1 << WORD_BITS;
const LINEAR_FROM = WORD_SLOTS;
const ITERATIONS = 25;
/** A word seen in one prompt only says nothing of others. */
const WORD_OFTEN = 2;
/** A measure that nearly never varies would be blown up. */
const LEAST_DEVIATION = 1e-3;
const forestSettings = { trees: 80, tried: 0.4, seed: 5 };

/** So that all measures together weigh about as much as the words, however many there are. */
const linearScale = (measures: number): number => Math.sqrt(2 / measures);

export function trainExpert(problems: readonly GradedProblem[], { penalty, forest }: ExpertSettings): Expert {
  const scale = scaleOf(problems.map(({ measures }) => measures));
  const size = scale.usual.length;
  const rarity = rarityOf(problems);
  const { weights, bias } = trainRidge(problems.map((problem) => expand(problem, scale, rarity)), { dimensions: LINEAR_FROM + size, penalty, iterations: ITERATIONS });
  const words = quantise(weights.subarray(0, WORD_SLOTS).map((weight, slot) => weight * rarity[slot]!), 127);
  return {
    bias: short(bias[0]!),
    ...scale,
    linear: [...weights.subarray(LINEAR_FROM)].map((weight) => short(weight * linearScale(size))),
    words: Int8Array.from(words.steps),
    wordUnit: words.unit,
    forestShare: forest?.share ?? 0,
    forest: forest === undefined ? noForest : trainForest(problems, { ...forestSettings, leastInLeaf: forest.leastInLeaf }),
  };
}

export const short = (x: number): number => Number(x.toPrecision(6));

export function scaleOf(examples: readonly Float32Array[]): Scale {
  const usual: number[] = [];
  const inverse: number[] = [];
  for (let m = 0; m < examples[0]!.length; m++) {
    const values = examples.map((measures) => measures[m]!);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    const mostly = values.filter((x) => x !== 0).length * 2 > values.length;
    usual.push(mostly ? short(mean) : 0);
    inverse.push(deviation < LEAST_DEVIATION ? 0 : short(1 / deviation));
  }
  return { usual, inverse };
}

function wordsOf({ tokens }: GradedProblem): Map<number, number> {
  const counts = new Map<number, number>();
  const count = (slot: number) => counts.set(slot, (counts.get(slot) ?? 0) + 1);
  const read = Math.min(tokens.length, WORDS_SCORED);
  for (let i = 0; i < read; i++) {
    count(wordSlot(tokens[i]!));
    if (i > 0) count(wordPairSlot(tokens[i - 1]!, tokens[i]!));
    if (i > 1) count(spacedPairSlot(tokens[i - 2]!, tokens[i]!));
  }
  return counts;
}

/** The logarithm of how many prompts there are to one with the word; 0 for a word of one prompt. */
function rarityOf(examples: readonly GradedProblem[]): Float32Array {
  const prompts = new Float32Array(WORD_SLOTS);
  for (const example of examples) for (const slot of wordsOf(example).keys()) prompts[slot]!++;
  return prompts.map((count) => (count < WORD_OFTEN ? 0 : Math.log(examples.length / count)));
}

function expand(problem: GradedProblem, scale: Scale, rarity: Float32Array): Measured {
  const words = [...wordsOf(problem)].filter(([slot]) => rarity[slot]! > 0);
  const share = wordShare(Math.min(problem.tokens.length, WORDS_SCORED));
  const straight = linearExample(problem, scale);
  const by = linearScale(problem.measures.length);
  return {
    ...straight,
    index: Int32Array.from([...words.map(([slot]) => slot), ...[...straight.index].map((m) => LINEAR_FROM + m)]),
    value: Float32Array.from([...words.map(([slot, times]) => times * share * rarity[slot]!), ...[...straight.value].map((z) => z * by)]),
  };
}

/** The standardised measures alone. */
export function linearExample({ measures, target, weight }: Sample, scale: Scale): Measured {
  const deviations = new Float64Array(measures.length);
  standardise(scale, measures, deviations);
  const index = [...deviations.keys()].filter((m) => deviations[m] !== 0);
  return { index: Int32Array.from(index), value: Float32Array.from(index, (m) => deviations[m]!), target, weight };
}

/** Whole steps of one unit, so that the largest weight is `most` steps. */
function quantise(weights: Float32Array, most: number): { steps: number[]; unit: number } {
  let top = 1e-9;
  for (const weight of weights) top = Math.max(top, Math.abs(weight));
  const unit = short(top / most);
  return { steps: Array.from(weights, (weight) => Math.max(-most, Math.min(most, Math.round(weight / unit)))), unit };
}
