/**
 * `node dist/bench/classify.js`: microseconds per classification, single thread, by length of prompt. Prints the
 * machine and the settings, as a time means nothing without them.
 */
import { cpus } from 'node:os';
import { classify } from '../libs/routing/domain/classify/classify.js';
import { loadClassifierWeights } from '../libs/routing/weights.js';

const ROUNDS = 4000;
const LENGTHS = [40, 500, 2000, 20_000, 200_000];
const text =
  'Could you write a python function that reads orders from a csv file, groups them by customer and prints the totals? ' +
  'Each customer has an id, a name and 3 addresses; the totals must be sorted, at most 100 rows are shown. Explain every step. ' +
  'A painting of a fox in the snow hangs above the desk of our accountant, who asked for this on Monday morning. ';

const started = performance.now();
const weights = loadClassifierWeights();
console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}; weights ${weights.version} loaded in ${(performance.now() - started).toFixed(0)} ms; ${ROUNDS} rounds each`);
console.log('chars     p50 µs  p99 µs  mean µs');
for (const length of LENGTHS) {
  const prompts = Array.from({ length: 64 }, (_, i) => text.slice(i).repeat(Math.ceil(length / 200)).slice(0, length));
  for (let i = 0; i < ROUNDS; i++) classify({ text: prompts[i % 64]!, mode: 'auto' }, weights);
  const times = new Float64Array(ROUNDS);
  for (let i = 0; i < ROUNDS; i++) {
    const from = performance.now();
    classify({ text: prompts[i % 64]!, mode: 'auto' }, weights);
    times[i] = (performance.now() - from) * 1000;
  }
  times.sort();
  const mean = times.reduce((sum, time) => sum + time, 0) / ROUNDS;
  console.log(`${String(length).padEnd(9)} ${times[ROUNDS >> 1]!.toFixed(1).padStart(6)}  ${times[Math.floor(ROUNDS * 0.99)]!.toFixed(1).padStart(6)}  ${mean.toFixed(1).padStart(7)}`);
}
