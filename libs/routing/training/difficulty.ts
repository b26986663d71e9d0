/**
 * Trains the difficulty experts and the gain expert from published outcomes. A published signal ranks only within
 * itself, so each source is placed on one scale by hand (below) and the experts learn place and rank together.
 */
import { DIFFICULTY_WORDS } from '../domain/classify/complexity.js';
import { MEASURES } from '../domain/classify/measures.js';
import { problemKinds, type ProblemKind } from '../domain/classify/problem-kind.js';
import { sumOfTrees, type BoostedTrees } from '../domain/classify/trees.js';
import { boost, type BoostingSettings } from './boosting.js';
import { encodeProblem, type EncodedProblem } from './encode.js';
import { scoreOf, trainRidge } from './linear-trainer.js';
import type { ComplexityRow, RoutingRow } from './rows.js';
import type { LinearModel } from './softmax-trainer.js';

/** Where a source begins on the scale of difficulty and how much of the scale it spans. */
const places: readonly (readonly [RegExp, number, number])[] = [
  [/^MATH \(/, 0.4, 0.5],
  [/^MMLU/, 0.28, 0.4],
  [/^GSM8K/, 0.28, 0.4],
  [/gsm8k$/, 0.34, 0.3],
  [/:math$/, 0.45, 0.4],
  [/gpqa$/, 0.75, 0.1],
  [/logicgrid$/, 0.65, 0.15],
  [/:mmlu$/, 0.35, 0.2],
  [/mbpp$/, 0.35, 0.3],
  [/human_eval$/, 0.45, 0.3],
  [/crux$/, 0.35, 0.35],
  [/natural_qa$/, 0.22, 0.1],
  [/trivia_qa$/, 0.25, 0.1],
  [/arc_challenge$/, 0.25, 0.12],
  [/commongen$/, 0.3, 0.1],
  [/./, 0.2, 0.1],
];
/** Simple by construction. */
const SIMPLE_PLACE = 0.06;
const codeSource = /mbpp|human_eval|crux/;

const settings: Readonly<Record<ProblemKind, BoostingSettings>> = {
  maths: { trees: 120, depth: 3, rate: 0.06, shrink: 8, minimumWeight: 8 },
  choice: { trees: 120, depth: 3, rate: 0.06, shrink: 8, minimumWeight: 8 },
  'word-problem': { trees: 150, depth: 2, rate: 0.06, shrink: 8, minimumWeight: 8 },
  code: { trees: 100, depth: 2, rate: 0.06, shrink: 8, minimumWeight: 8 },
  open: { trees: 120, depth: 3, rate: 0.06, shrink: 8, minimumWeight: 8 },
};
/** Not story problems, though full of numbers: they would teach the expert to tell sources apart instead of steps. */
const strangers = /gpqa|:mmlu|logicgrid|^MATH|:math/;
const penalties: Readonly<Record<ProblemKind, number>> = { maths: 100, choice: 100, 'word-problem': 4000, code: 100, open: 100 };
const ITERATIONS = 20;

export interface Graded extends EncodedProblem {
  readonly source: string;
  readonly target: number;
  readonly weight: number;
}

export function graded(rows: readonly ComplexityRow[], knownWords: Uint8Array): Graded[] {
  return rows.map((row) => ({ ...encodeProblem(row.prompt, knownWords, codeSource.test(row.source)), source: row.source, target: place(row), weight: 1 }));
}

function place(row: ComplexityRow): number {
  if (row.difficulty === null) return SIMPLE_PLACE;
  const [, from, span] = places.find(([source]) => source.test(row.source))!;
  return from + span * row.difficulty;
}

export interface TrainedExpert {
  readonly trees: BoostedTrees;
  readonly linear: LinearModel;
}

export function trainExpert(kind: ProblemKind, rows: readonly Graded[], dimensions: number): TrainedExpert {
  const own = rows.filter((row) => row.kind === kind && !(kind === 'word-problem' && strangers.test(row.source)));
  const mean = own.reduce((sum, row) => sum + row.target, 0) / own.length;
  const trees = boost(own.map((row) => ({ ...row, target: row.target - mean })), MEASURES, settings[kind]);
  const rest = own.map((row) => ({ ...emphasised(row), weight: row.weight, target: row.target - sumOfTrees(trees, row.measures) }));
  return { trees, linear: trainRidge(rest, { dimensions, penalty: penalties[kind], iterations: ITERATIONS }) };
}

export const trainExperts = (rows: readonly Graded[], dimensions: number): TrainedExpert[] => problemKinds.map((kind) => trainExpert(kind, rows, dimensions));

export function expertScore({ trees, linear }: TrainedExpert, row: EncodedProblem): number {
  return sumOfTrees(trees, row.measures) + scoreOf(linear, emphasised(row));
}

function emphasised(row: EncodedProblem): { index: Int32Array; value: Float32Array } {
  const value = row.value.slice();
  for (let f = row.wordsFrom; f < value.length; f++) value[f]! *= DIFFICULTY_WORDS;
  return { index: row.index, value };
}

/** Gains are measured on questions with options (MMLU): mean gain and difference, on the scale of needs_strong. */
const GAIN_MIDDLE = 0.36;
const GAIN_SPAN = 1.2;
const GAIN_PENALTY = 100;

export interface TrainedGain {
  readonly linear: LinearModel;
  readonly measures: readonly number[];
}

export function trainChoiceGain(rows: readonly RoutingRow[], knownWords: Uint8Array, dimensions: number): TrainedGain {
  const own = rows.map((row) => ({ row, encoded: encodeProblem(row.prompt, knownWords, false) })).filter(({ encoded }) => encoded.kind === 'choice');
  const mean = own.reduce((sum, { row }) => sum + row.strong - row.weak, 0) / own.length;
  const examples = own.map(({ row, encoded }) => ({ ...withMeasures(encoded, dimensions), target: (row.strong - row.weak - mean) / 0.42, weight: 1 }));
  const { weights, bias } = trainRidge(examples, { dimensions: dimensions + MEASURES, penalty: GAIN_PENALTY, iterations: 25 });
  const scaled = weights.map((weight) => weight * 0.42 * GAIN_SPAN);
  return {
    linear: { weights: scaled.slice(0, dimensions), bias: Float64Array.of(GAIN_MIDDLE + bias[0]! * 0.42 * GAIN_SPAN), classes: 1 },
    measures: [...scaled.subarray(dimensions)].map((weight) => Number(weight.toPrecision(6))),
  };
}

export function gainScore({ linear, measures }: TrainedGain, row: EncodedProblem): number {
  let score = scoreOf(linear, row);
  for (let m = 0; m < MEASURES; m++) score += measures[m]! * row.measures[m]!;
  return score;
}

function withMeasures(row: EncodedProblem, dimensions: number): { index: Int32Array; value: Float32Array } {
  const index = new Int32Array(row.index.length + MEASURES);
  const value = new Float32Array(index.length);
  index.set(row.index);
  value.set(row.value);
  for (let m = 0; m < MEASURES; m++) {
    index[row.index.length + m] = dimensions + m;
    value[row.index.length + m] = row.measures[m]!;
  }
  return { index, value };
}
