/**
 * Trains the classifier: `npm run train-classifier -- <data folder>`. Reads the labelled prompts, writes the weights
 * that ship with the product. The same data gives the same bytes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { encodeWeights } from '../domain/classify/weights.js';
import { FEATURE_BITS } from '../domain/classify/features.js';
import { contentModes, tasks, type ContentMode, type Task } from '../domain/vocabulary.js';
import { authoredRows, type AuthoredRow } from './augment.js';
import { borrowedContent } from './borrow.js';
import { encode, knownWordsOf, type Encoded } from './encode.js';
import { taskRows, type TaskRow } from './rows.js';
import { trainSoftmax, type Example, type LinearModel } from './softmax-trainer.js';

const DIMENSIONS = 1 << FEATURE_BITS;
const KNOWN_WORD_BYTES = 16_384;

/** A bare caption says nothing of the medium; a template says the same thing many times. */
const trust = { natural: 1, templated: 0.7, raw_caption: 0.3 } as const;

export function taskTarget(row: Pick<TaskRow, 'task' | 'also_ok'>): number[] {
  const target = new Array<number>(tasks.length).fill(0);
  const others: readonly Task[] = row.also_ok ?? [];
  target[tasks.indexOf(row.task)] = others.length > 0 ? 0.75 : 1;
  for (const other of others) target[tasks.indexOf(other)]! += 0.25 / others.length;
  return target;
}

/** Large sources are many alike prompts: a source's weight grows as the root of its size. */
export function weigher(rows: readonly TaskRow[]): (row: TaskRow) => number {
  const counts = new Map<string, number>();
  const key = (row: TaskRow) => `${row.source}|${row.task}|${row.lang}`;
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return (row) => trust[row.variant] * Math.min(1, Math.sqrt(150 / counts.get(key(row))!));
}

/** Every language and task counts alike among the requests we wrote. */
export function authoredWeigher(rows: readonly AuthoredRow[]): (row: AuthoredRow) => number {
  const counts = new Map<string, number>();
  const key = (row: AuthoredRow) => `${row.lang}|${row.task}`;
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return (row) => 0.5 * Math.min(1.5, (row.lang === 'en' ? 150 : 70) / counts.get(key(row))!);
}

const softmaxSettings = { dimensions: DIMENSIONS, epochs: 6, rate: 0.1, decay: 1e-6, dropAllWords: 0.4, dropWord: 0.2, seed: 7 };

/** What both heads are trained on: a prompt's features, what it is, and how much it counts. */
export interface Labelled {
  readonly features: Encoded;
  readonly weight: number;
  readonly task: Task;
  readonly also_ok?: readonly Task[];
  readonly content_mode?: ContentMode;
}

export function labelled(rows: readonly TaskRow[], knownWords: Uint8Array): Labelled[] {
  const authored = authoredRows(borrowedContent(rows), 11);
  const weight = weigher(rows);
  const authoredWeight = authoredWeigher(authored);
  return [
    ...rows.map((row) => ({ ...row, features: encode(row.prompt, knownWords), weight: weight(row) })),
    ...authored.map((row) => ({ ...row, features: encode(row.prompt, knownWords), weight: authoredWeight(row) })),
  ];
}

export function trainTasks(rows: readonly Labelled[]): LinearModel {
  const examples: Example[] = rows.map((row) => ({ ...row.features, target: taskTarget(row), weight: row.weight }));
  return trainSoftmax(examples, { ...softmaxSettings, classes: tasks.length });
}

export function trainModes(rows: readonly Labelled[]): LinearModel {
  const examples: Example[] = [];
  for (const { features, weight, content_mode } of rows) {
    if (content_mode === undefined) continue;
    examples.push({ ...features, target: contentModes.map((mode) => (mode === content_mode ? 1 : 0)), weight });
  }
  return trainSoftmax(examples, { ...softmaxSettings, classes: contentModes.length });
}

/** Rounds each output to signed bytes on its own scale and interleaves them: one row per feature. */
export function quantise(models: readonly LinearModel[]): { table: Int8Array; scale: number[]; bias: number[] } {
  const outputs = models.reduce((sum, model) => sum + model.classes, 0);
  const table = new Int8Array(DIMENSIONS * outputs);
  const scale: number[] = [];
  const bias: number[] = [];
  let column = 0;
  for (const model of models) {
    for (let k = 0; k < model.classes; k++, column++) {
      let top = 1e-9;
      for (let d = 0; d < DIMENSIONS; d++) top = Math.max(top, Math.abs(model.weights[d * model.classes + k]!));
      const unit = top / 127;
      for (let d = 0; d < DIMENSIONS; d++) table[d * outputs + column] = Math.round(model.weights[d * model.classes + k]! / unit);
      scale.push(unit);
      bias.push(model.bias[k]!);
    }
  }
  return { table, scale, bias };
}

function main(folder: string, out: string) {
  const rows = taskRows(folder);
  const knownWords = knownWordsOf(rows.map((row) => row.prompt), KNOWN_WORD_BYTES, 3);
  const examples = labelled(rows, knownWords);
  const { table, scale, bias } = quantise([trainTasks(examples), trainModes(examples)]);
  const header = { format: 1 as const, featureBits: FEATURE_BITS, outputs: [...tasks, ...contentModes], scale, bias, temperature: 1.5, tableBytes: table.length, knownWordBytes: knownWords.length };
  mkdirSync(out, { recursive: true });
  writeFileSync(`${out}/classifier.bin`, encodeWeights(header, table, knownWords));
}

const [folder, out = 'libs/routing/weights'] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: npm run train-classifier -- <data folder> [output folder]');
main(folder, out);
