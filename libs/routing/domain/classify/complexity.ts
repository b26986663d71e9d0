/**
 * How hard a prompt is (0 to 1), its tier, and how much a strong model is expected to gain on it.
 *
 * Each kind of problem has an expert, trained on published difficulty of that kind. What no data covers (open requests, media) adds what the request demands.
 */
import { round4 } from './exp.js';
import { conceptId, type Concept } from './concepts.js';
import { EXECUTION_MEASURES, measureExecution } from './execution.js';
import { expertScore } from './expert.js';
import type { Cues } from './lexicon.js';
import { MEASURES, measure } from './measures.js';
import { gatedKind, plainKind, problemKinds, type ProblemKind } from './problem-kind.js';
import { ProblemScan } from './problem-scan.js';
import type { Reading } from './reading.js';
import type { ClassifierWeights } from './weights.js';
import type { ComplexityTier, Task } from '../vocabulary.js';

export interface Complexity {
  readonly complexity_tier: ComplexityTier;
  readonly complexity_score: number;
  readonly needs_strong: number;
}

/** Published levels are of problems with an answer; to prove is harder than to find. */
const DEMAND_OF_PROOF = 0.25;
const proof = conceptId('proof');

/** What a request demands, cue by cue; the sum is bounded, so that no list of demands outweighs the problem itself. */
const demands: readonly (readonly [number, readonly Concept[]])[] = [
  [DEMAND_OF_PROOF, ['proof']],
  [0.09, ['depth']],
  [0.05, ['step', 'debug', 'devops', 'calculus', 'algorithm', 'logic', 'law']],
  [0.03, ['constraint', 'analyse', 'compare', 'plan', 'economics', 'philosophy', 'physics', 'medicine', 'test', 'essay', 'story', 'resume', 'why']],
];
const MOST_DEMANDED = 0.35;
const demandOf = new Float32Array(512);
for (const [demand, members] of demands) for (const concept of members) demandOf[conceptId(concept)] = demand;

/**
 * What a strong model gains where difficulty is measured but gain is not: between an easy one and the hardest of a kind.
 * Mathematics lies above code, and both above open requests, as in chat benchmarks by category (MT-Bench, Zheng et al., 2023).
 */
const gainOf = { maths: [0.58, 0.34], 'word-problem': [0.58, 0.34], code: [0.44, 0.4], execution: [0.44, 0.4] } as const satisfies Partial<Record<ProblemKind, readonly [number, number]>>;
/** Media are judged by the ear and the eye, not by difficulty. */
const gainOfMedia = 0.3;

const measures = new Float32Array(MEASURES);
const execution = new Float32Array(EXECUTION_MEASURES);
const scan = new ProblemScan();

export interface Problem {
  readonly prompt: string;
  readonly reading: Reading;
  readonly cues: Cues;
  readonly task: Task;
}

export function complexityOf(problem: Problem, weights: ClassifierWeights): Complexity {
  const { prompt, reading, cues, task } = problem;
  scan.scan(reading);
  measure(reading, cues, scan, weights.knownWords, measures);
  const kind = plainKind(prompt, reading, cues, task === 'code') ?? gatedKind(weights.gate, measures);
  const media = task !== 'text' && task !== 'code' && task !== 'web_search';
  const score = bounded(media ? 0.1 : judged(kind, prompt, weights) + demandOn(kind, reading, cues));
  return { complexity_tier: tierOf(score), complexity_score: score, needs_strong: media ? gainOfMedia : gain(kind, score, weights) };
}

function judged(kind: ProblemKind, prompt: string, weights: ClassifierWeights): number {
  const expert = weights.experts[problemKinds.indexOf(kind)]!;
  if (kind !== 'execution') return expertScore(expert, measures, scan);
  measureExecution(prompt, execution);
  return expertScore(expert, execution, scan);
}

function demanded(reading: Reading, cues: Cues): number {
  let sum = reading.chars > 400 ? 0.08 * (1 - 400 / reading.chars) : 0;
  for (let i = 0; i < cues.count; i++) sum += demandOf[cues.concept[i]!]!;
  return sum > MOST_DEMANDED ? MOST_DEMANDED : sum;
}

/** Half of what a programme is asked for is in its published difficulty already, and all of mathematics but proof. */
function demandOn(kind: ProblemKind, reading: Reading, cues: Cues): number {
  switch (kind) {
    case 'open':
      return demanded(reading, cues);
    case 'code':
      return demanded(reading, cues) / 2;
    case 'maths':
      return proofDemanded(cues);
    case 'choice':
    case 'word-problem':
    case 'execution':
      return 0;
  }
}

function proofDemanded(cues: Cues): number {
  for (let i = 0; i < cues.count; i++) if (cues.concept[i] === proof) return DEMAND_OF_PROOF;
  return 0;
}

function gain(kind: ProblemKind, score: number, weights: ClassifierWeights): number {
  switch (kind) {
    case 'choice':
      return bounded(expertScore(weights.choiceGain, measures, scan));
    case 'open':
      return bounded(expertScore(weights.openGain, measures, scan));
    case 'maths':
    case 'word-problem':
    case 'code':
    case 'execution':
      return bounded(gainOf[kind][0] + gainOf[kind][1] * score);
  }
}

const bounded = (x: number) => round4(x < 0.01 ? 0.01 : x > 0.99 ? 0.99 : x);

export function tierOf(score: number): ComplexityTier {
  return score < 0.345 ? 'SIMPLE' : score < 0.5 ? 'MEDIUM' : score < 0.68 ? 'COMPLEX' : 'REASONING';
}
