import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { encodeProblem } from '../../training/encode.js';
import { spearman } from '../../training/metrics.js';
import { loadClassifierWeights } from '../../weights.js';
import { classify } from './classify.js';
import { holdsFormulas } from './formulas.js';

/** Word problems written by hand, each after the number of steps its solution takes. */
const problems = readFileSync(new URL('../../testing/word-problems.txt', import.meta.url), 'utf8').trim().split('\n').map((line) => {
  const [steps, prompt] = line.split('\t') as [string, string];
  return { steps: Number(steps), ...classify({ text: prompt, mode: 'auto' }, loadClassifierWeights()) };
});
const steps = problems.map((problem) => problem.steps);
const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

describe('word problems', () => {
  it('are answered in words, all but one in twenty', () => expect(problems.filter(({ task }) => task === 'text').length).toBeGreaterThanOrEqual(0.95 * problems.length));

  it('rank by their steps', () => expect(spearman(problems.map(({ complexity_score }) => complexity_score), steps)).toBeGreaterThan(0.8));

  it('gain more from a strong model the more steps they take', () => {
    expect(spearman(problems.map(({ needs_strong }) => needs_strong), steps)).toBeGreaterThan(0.8);
    const gainOf = (least: number, most: number) => mean(problems.filter((problem) => problem.steps >= least && problem.steps <= most).map(({ needs_strong }) => needs_strong));
    expect(gainOf(5, 8)).toBeGreaterThan(gainOf(3, 4));
    expect(gainOf(3, 4)).toBeGreaterThan(gainOf(1, 2));
  });
});

describe('formulas', () => {
  const written = (prompt: string) => holdsFormulas(encodeProblem(prompt, new Uint8Array(64), false).measures);

  it.each(['What is $x$ if $x + 2 = 5$?', 'Evaluate \\frac{3}{4} + \\frac{1}{2}.'])('%s holds some', (prompt) => expect(written(prompt)).toBe(true));

  it.each(['Eggs are $.50 each and milk is $.90. How much are both?', 'A shirt costs 25$ and a hat $12. What is the difference?'])('%s holds prices only', (prompt) => expect(written(prompt)).toBe(false));
});
