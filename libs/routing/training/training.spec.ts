import { describe, expect, it } from '@jest/globals';
import { authoredRows } from './augment.js';
import { chance } from './chance.js';
import { encode, encodeProblem } from './encode.js';
import { trainRidge, scoreOf } from './linear-trainer.js';
import { calibrationError, macroF1, performanceGapRecovered, spearman } from './metrics.js';
import { trainExpert } from './expert-trainer.js';
import { trainForest } from './forest-trainer.js';
import { scoresOf, trainSoftmax } from './softmax-trainer.js';
import { expertScore } from '../domain/classify/expert.js';
import { forestScore } from '../domain/classify/forest.js';

const known = new Uint8Array(64);

describe('metrics', () => {
  it('Spearman: order, reversed order, ties', () => {
    expect(spearman([1, 2, 3], [10, 20, 30])).toBeCloseTo(1);
    expect(spearman([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1);
    expect(spearman([1, 1, 2], [1, 1, 5])).toBeCloseTo(1);
  });

  it('APGR: 1 - 1/2n for a perfect order of one gain, 0.5 for a gain everywhere', () => {
    expect(performanceGapRecovered([1, 0], [0, 1], [1, 1])).toBeCloseTo(0.75);
    expect(performanceGapRecovered([0, 0, 0], [0, 0, 0], [1, 1, 1])).toBeCloseTo(0.5);
  });

  it('counts another fair answer as right', () => {
    expect(macroF1([{ truth: 'text', also: ['web_search'], guess: 'web_search', confidence: 1 }])).toBe(1);
    expect(calibrationError([{ truth: 'text', also: [], guess: 'image', confidence: 0.9 }])).toBeCloseTo(0.9);
  });
});

describe('trainers', () => {
  const rows = [['draw a cat', 0], ['paint a dog', 0], ['sum two numbers in python', 1], ['sort a list in java', 1]] as const;
  const examples = rows.map(([prompt, label]) => ({ ...encode(prompt, known), target: label === 0 ? [1, 0] : [0, 1], weight: 1 }));
  const settings = { dimensions: 1 << 17, classes: 2, epochs: 8, rate: 0.2, decay: 1e-6, dropAllWords: 0.2, dropWord: 0.1, seed: 1 };

  it('train twice to the same weights, and learn', () => {
    const model = trainSoftmax(examples, settings);
    expect(trainSoftmax(examples, settings)).toEqual(model);
    const [picture, code] = scoresOf(model, encode('draw a horse', known));
    expect(picture!).toBeGreaterThan(code!);
  });

  it('ridge recovers a slope', () => {
    const points = [0, 1, 2, 3].map((x) => ({ index: Int32Array.of(0), value: Float32Array.of(x), target: 2 * x + 1, weight: 1 }));
    const model = trainRidge(points, { dimensions: 1, penalty: 1e-6, iterations: 20 });
    expect(scoreOf(model, { index: Int32Array.of(0), value: Float32Array.of(10) })).toBeCloseTo(21, 2);
  });

  it('a forest learns what holds only together, and the same twice', () => {
    const random = chance(3);
    const samples = Array.from({ length: 400 }, () => {
      const [a, b] = [random(), random()];
      return { measures: Float32Array.of(a, b, random()), target: a > 0.5 === b > 0.5 ? 1 : 0, weight: 1 };
    });
    const settings = { trees: 40, leastInLeaf: 3, tried: 0.7, seed: 1 };
    const forest = trainForest(samples, settings);
    expect(trainForest(samples, settings)).toEqual(forest);
    const says = (a: number, b: number) => forestScore(forest, Float32Array.of(a, b, 0.5));
    expect(Math.min(says(0.2, 0.2), says(0.8, 0.8))).toBeGreaterThan(Math.max(says(0.2, 0.8), says(0.8, 0.2)) + 0.3);
  });

  it('a leaf of a forest is the mean of its samples, by weight', () => {
    const samples = [{ measures: Float32Array.of(0), target: 1, weight: 3 }, { measures: Float32Array.of(0), target: 0, weight: 1 }];
    expect(forestScore(trainForest(samples, { trees: 1, leastInLeaf: 1, tried: 1, seed: 1 }), Float32Array.of(0))).toBe(0.75);
  });

  it('an expert ranks stories by their steps, and the same twice', () => {
    const stories = Array.from({ length: 24 }, (_, n) => `Ann has ${'two apples and '.repeat(n % 8)}one pear.${' She pays $3 for each.'.repeat(n % 3)} How many has she?`);
    const examples = stories.map((story, n) => ({ ...encodeProblem(story, known, false), target: (n % 8) + (n % 3), weight: 1 }));
    const settings = { penalty: 1e-4, forest: { share: 0.5, leastInLeaf: 3 } };
    const expert = trainExpert(examples, settings);
    expect(trainExpert(examples, settings)).toEqual(expert);
    const guesses = examples.map(({ measures, tokens }) => expertScore(expert, measures, { token: tokens, tokens: tokens.length }));
    expect(spearman(guesses, examples.map(({ target }) => target))).toBeGreaterThan(0.9);
  });
});

describe('the requests we wrote', () => {
  const rows = authoredRows(new Map(), 11);

  it('fill every slot, in sixteen languages, for every task', () => {
    expect(rows.filter((row) => /\{(scene|sound|say|topic|query|code|thing|snippet|\w+file)\}/.test(row.prompt)).map((row) => row.prompt)).toEqual([]);
    for (const lang of new Set(rows.map((row) => row.lang))) {
      expect(new Set(rows.filter((row) => row.lang === lang).map((row) => row.task)).size).toBe(7);
    }
    expect(new Set(rows.map((row) => row.lang)).size).toBe(16);
  });

  it('are the same every time', () => expect(authoredRows(new Map(), 11)).toEqual(rows));
});
