/**
 * Multinomial logistic regression over sparse features, by AdaGrad (Duchi, Hazan and Singer, 2011) with weight decay.
 * Words are dropped at random while training, so that what the cues can explain is not left to the vocabulary.
 */
import { softmax } from '../domain/classify/exp.js';
import { chance, shuffle } from './chance.js';

export interface Example {
  readonly index: Int32Array;
  readonly value: Float32Array;
  readonly wordsFrom: number;
  /** Share of each class; sums to 1. */
  readonly target: readonly number[];
  readonly weight: number;
}

export interface SoftmaxSettings {
  readonly dimensions: number;
  readonly classes: number;
  readonly epochs: number;
  readonly rate: number;
  readonly decay: number;
  /** Probability that an example is seen without its words; and that a single word is left out. */
  readonly dropAllWords: number;
  readonly dropWord: number;
  readonly seed: number;
}

export interface LinearModel {
  readonly weights: Float32Array;
  readonly bias: Float64Array;
  readonly classes: number;
}

export function trainSoftmax(examples: readonly Example[], settings: SoftmaxSettings): LinearModel {
  const { dimensions, classes, epochs, rate, decay } = settings;
  const weights = new Float32Array(dimensions * classes);
  const squares = new Float32Array(dimensions * classes).fill(0.05);
  const bias = new Float64Array(classes);
  const biasSquares = new Float64Array(classes).fill(1);
  const random = chance(settings.seed);
  const order = examples.map((_, i) => i);
  const scores = new Float64Array(classes);
  const kept = new Uint8Array(8192);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (const at of order) {
      const example = examples[at]!;
      const { index, value, wordsFrom } = example;
      const without = random() < settings.dropAllWords;
      scores.set(bias);
      for (let f = 0; f < index.length; f++) {
        kept[f] = f < wordsFrom ? (random() < 0.05 ? 0 : 1) : without || random() < settings.dropWord ? 0 : 1;
        if (kept[f] === 0) continue;
        const row = index[f]! * classes;
        const v = value[f]!;
        for (let k = 0; k < classes; k++) scores[k]! += weights[row + k]! * v;
      }
      softmax(scores, 0, classes);
      for (let k = 0; k < classes; k++) {
        const slope = (scores[k]! - example.target[k]!) * example.weight;
        scores[k] = slope;
        biasSquares[k]! += slope * slope;
        bias[k]! -= (rate * slope) / Math.sqrt(biasSquares[k]!);
      }
      for (let f = 0; f < index.length; f++) {
        if (kept[f] === 0) continue;
        const row = index[f]! * classes;
        const v = value[f]!;
        for (let k = 0; k < classes; k++) {
          const at = row + k;
          const slope = scores[k]! * v + decay * weights[at]!;
          squares[at]! += slope * slope;
          weights[at]! -= (rate * slope) / Math.sqrt(squares[at]!);
        }
      }
    }
  }
  return { weights, bias, classes };
}

/** Scores before softmax. */
export function scoresOf(model: LinearModel, example: Pick<Example, 'index' | 'value'>): Float64Array {
  const scores = Float64Array.from(model.bias);
  for (let f = 0; f < example.index.length; f++) {
    const row = example.index[f]! * model.classes;
    for (let k = 0; k < model.classes; k++) scores[k]! += model.weights[row + k]! * example.value[f]!;
  }
  return scores;
}
