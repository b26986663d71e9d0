/** How hard a prompt is (0 to 1), its tier, and how much a strong model is expected to gain on it. */
import { round4 } from './exp.js';
import { conceptId, type Concept } from './concepts.js';
import type { Cues } from './lexicon.js';
import type { Reading } from './reading.js';
import type { ComplexityTier, Task } from '../vocabulary.js';

export interface Complexity {
  readonly complexity_tier: ComplexityTier;
  readonly complexity_score: number;
  readonly needs_strong: number;
}

const hard: readonly (readonly [number, readonly Concept[]])[] = [
  [0.14, ['proof', 'calculus', 'number-theory', 'depth', 'algebra', 'probability', 'logic']],
  [0.08, ['step', 'constraint', 'physics', 'chemistry', 'law', 'economics', 'philosophy', 'geometry', 'debug', 'algorithm', 'devops']],
  [0.04, ['maths', 'medicine', 'biology', 'history', 'quantity', 'share', 'each', 'remain', 'analyse', 'code', 'function']],
];
const hardness = new Float32Array(512);
for (const [weight, members] of hard) for (const concept of members) hardness[conceptId(concept)] = weight;

export function complexityOf(reading: Reading, cues: Cues, _task: Task): Complexity {
  let score = 0.06 + 0.28 * (1 - 1 / (1 + reading.chars / 600));
  for (let i = 0; i < cues.count; i++) score += hardness[cues.concept[i]!]! * 0.5;
  if (reading.dollars + reading.backslashes > 2) score += 0.15;
  const bounded = round4(score > 0.98 ? 0.98 : score);
  return { complexity_tier: tierOf(bounded), complexity_score: bounded, needs_strong: round4(bounded * 0.6) };
}

export function tierOf(score: number): ComplexityTier {
  return score < 0.3 ? 'SIMPLE' : score < 0.5 ? 'MEDIUM' : score < 0.7 ? 'COMPLEX' : 'REASONING';
}
