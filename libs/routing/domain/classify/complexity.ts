/**
 * How hard a prompt is (0 to 1), its tier, and how much a strong model is expected to gain on it.
 *
 * Each kind of problem has an expert, a quadratic model trained on published difficulty of that kind. What no data covers (open requests, media) adds what the request demands.
 */
import { round4 } from './exp.js';
import { conceptId, type Concept } from './concepts.js';
import type { Cues } from './lexicon.js';
import { MEASURES, measure } from './measures.js';
import { gatedKind, plainKind, problemKinds, type ProblemKind } from './problem-kind.js';
import { ProblemScan } from './problem-scan.js';
import { quadraticScore } from './quadratic.js';
import type { Reading } from './reading.js';
import type { Skill } from './skill.js';
import type { ClassifierWeights } from './weights.js';
import type { ComplexityTier, Task } from '../vocabulary.js';

export interface Complexity {
  readonly complexity_tier: ComplexityTier;
  readonly complexity_score: number;
  readonly needs_strong: number;
}

/** What a request demands, cue by cue; the sum is bounded, so that no list of demands outweighs the problem itself. */
const demands: readonly (readonly [number, readonly Concept[]])[] = [
  [0.09, ['proof', 'depth']],
  [0.05, ['step', 'debug', 'devops', 'calculus', 'algorithm', 'logic', 'law']],
  [0.03, ['constraint', 'analyse', 'compare', 'plan', 'economics', 'philosophy', 'physics', 'medicine', 'test', 'essay', 'story', 'resume', 'why']],
];
const MOST_DEMANDED = 0.35;
const demandOf = new Float32Array(512);
for (const [demand, members] of demands) for (const concept of members) demandOf[conceptId(concept)] = demand;

/**
 * What a strong model gains on open requests, by skill: the gap between strong and weak chat models is widest in
 * mathematics, code and reasoning and nearly closed in small talk and recall (MT-Bench by category, Zheng et al., 2023).
 */
const gainOf: Readonly<Record<Exclude<Skill, 'math'>, number>> = {
  coding: 0.58, reasoning: 0.48, science: 0.42, extraction: 0.38, writing: 0.36, roleplay: 0.33, translation: 0.3,
  vision: 0.4, knowledge: 0.26, search: 0.2, chat: 0.12, image: 0.3, video: 0.3, music: 0.3, speech: 0.2,
};
/** How much of the gain on a kind of problem follows its difficulty. */
const gainByDifficulty = 0.7;

const measures = new Float32Array(MEASURES);
const scan = new ProblemScan();

export interface Problem {
  readonly prompt: string;
  readonly reading: Reading;
  readonly cues: Cues;
  readonly task: Task;
  readonly skill: Skill;
}

export function complexityOf(problem: Problem, weights: ClassifierWeights): Complexity {
  const { prompt, reading, cues, task } = problem;
  scan.scan(prompt);
  measure(reading, cues, scan, weights.knownWords, measures);
  const kind = plainKind(prompt, reading, cues, task === 'code') ?? gatedKind(weights.gate, measures);
  const media = task !== 'text' && task !== 'code' && task !== 'web_search';
  const expert = media ? 0.1 : quadraticScore(weights.experts[problemKinds.indexOf(kind)]!, measures, scan);
  const demand = kind === 'open' || kind === 'code' ? demanded(reading, cues) : 0;
  const score = bounded(expert + demand);
  return { complexity_tier: tierOf(score), complexity_score: score, needs_strong: gain(kind, problem, score, weights) };
}

function demanded(reading: Reading, cues: Cues): number {
  let sum = reading.chars > 400 ? 0.08 * (1 - 400 / reading.chars) : 0;
  for (let i = 0; i < cues.count; i++) sum += demandOf[cues.concept[i]!]!;
  return sum > MOST_DEMANDED ? MOST_DEMANDED : sum;
}

function gain(kind: ProblemKind, problem: Problem, score: number, weights: ClassifierWeights): number {
  switch (kind) {
    case 'choice':
      return bounded(quadraticScore(weights.choiceGain, measures, scan));
    case 'word-problem':
    case 'maths':
    case 'code':
      return bounded(0.25 + gainByDifficulty * score);
    case 'open':
      // A calculation put in a few words is still a calculation: on one scale with the longer ones.
      if (problem.skill === 'math') return bounded(0.25 + gainByDifficulty * score);
      return bounded(gainOf[problem.skill] + 0.4 * (score - 0.3));
  }
}

const bounded = (x: number) => round4(x < 0.01 ? 0.01 : x > 0.99 ? 0.99 : x);

export function tierOf(score: number): ComplexityTier {
  return score < 0.345 ? 'SIMPLE' : score < 0.5 ? 'MEDIUM' : score < 0.68 ? 'COMPLEX' : 'REASONING';
}
