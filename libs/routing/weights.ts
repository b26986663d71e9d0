/** Loads the classifier's weights, which ship beside this file. Read once at start; `classify` gets them handed in. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decodeWeights, type ClassifierWeights } from './domain/classify/weights.js';

export const weightsFile = new URL('./weights/classifier.bin', import.meta.url);

export function loadClassifierWeights(file: URL | string = weightsFile): ClassifierWeights {
  const bytes = readFileSync(file);
  return decodeWeights(bytes, createHash('sha256').update(bytes).digest('hex').slice(0, 16));
}
