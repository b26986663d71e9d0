/** Ridge regression over sparse features, solved by conjugate gradients (Hestenes and Stiefel, 1952). */
import type { LinearModel } from './softmax-trainer.js';

export interface Measured {
  readonly index: Int32Array;
  readonly value: Float32Array;
  readonly target: number;
  readonly weight: number;
}

export interface RidgeSettings {
  readonly dimensions: number;
  readonly penalty: number;
  readonly iterations: number;
}

/** Minimises the weighted squared error plus `penalty` times the squared length of the weights; the bias is free. */
export function trainRidge(examples: readonly Measured[], { dimensions, penalty, iterations }: RidgeSettings): LinearModel {
  const total = examples.reduce((sum, example) => sum + example.weight, 0);
  const mean = examples.reduce((sum, example) => sum + example.weight * example.target, 0) / total;
  // The normal equations are never formed: each step multiplies by X and by its transpose.
  const weights = new Float64Array(dimensions + 1);
  const product = new Float64Array(dimensions + 1);
  const multiply = (direction: Float64Array) => {
    for (let d = 0; d < dimensions; d++) product[d] = penalty * direction[d]!;
    product[dimensions] = 1e-6 * direction[dimensions]!;
    for (const example of examples) spread(example, example.weight * along(example, direction), product);
  };
  const residual = new Float64Array(dimensions + 1);
  for (const example of examples) spread(example, example.weight * (example.target - mean), residual);
  const direction = residual.slice();
  let size = dot(residual, residual);
  for (let step = 0; step < iterations && size > 1e-9; step++) {
    multiply(direction);
    const rate = size / dot(direction, product);
    for (let d = 0; d <= dimensions; d++) {
      weights[d]! += rate * direction[d]!;
      residual[d]! -= rate * product[d]!;
    }
    const next = dot(residual, residual);
    const keep = next / size;
    size = next;
    for (let d = 0; d <= dimensions; d++) direction[d] = residual[d]! + keep * direction[d]!;
  }
  return { weights: Float32Array.from(weights.subarray(0, dimensions)), bias: Float64Array.of(mean + weights[dimensions]!), classes: 1 };
}

function along({ index, value }: Measured, direction: Float64Array): number {
  let sum = direction[direction.length - 1]!;
  for (let f = 0; f < index.length; f++) sum += direction[index[f]!]! * value[f]!;
  return sum;
}

function spread({ index, value }: Measured, amount: number, into: Float64Array): void {
  into[into.length - 1]! += amount;
  for (let f = 0; f < index.length; f++) into[index[f]!]! += amount * value[f]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!;
  return sum;
}

export function scoreOf(model: LinearModel, example: Pick<Measured, 'index' | 'value'>): number {
  let score = model.bias[0]!;
  for (let f = 0; f < example.index.length; f++) score += model.weights[example.index[f]!]! * example.value[f]!;
  return score;
}
