/** Trains the task and the content mode from labelled prompts and from the requests we wrote. */
import { FEATURE_BITS } from '../domain/classify/features.js';
import { contentModes, tasks, type ContentMode, type Task } from '../domain/vocabulary.js';
import { authoredRows, type AuthoredRow } from './augment.js';
import { borrowedContent } from './borrow.js';
import { encode, type Encoded } from './encode.js';
import type { TaskRow } from './rows.js';
import { trainSoftmax, type Example, type LinearModel } from './softmax-trainer.js';

const AUTHORED_SEED = 11;
/** No row of a rare mode counts more than this many times. */
const MOST_MODE_WEIGHT = 6;

/** A bare caption says nothing of the medium; a template says the same thing many times. */
const trust = { natural: 1, templated: 0.7, raw_caption: 0.3 } as const;

function taskTarget(row: Pick<TaskRow, 'task' | 'also_ok'>): number[] {
  const target = new Array<number>(tasks.length).fill(0);
  const others: readonly Task[] = row.also_ok ?? [];
  target[tasks.indexOf(row.task)] = others.length > 0 ? 0.75 : 1;
  for (const other of others) target[tasks.indexOf(other)]! += 0.25 / others.length;
  return target;
}

/** Large sources are many alike prompts: a source's weight grows as the root of its size. */
function weigher(rows: readonly TaskRow[]): (row: TaskRow) => number {
  const counts = new Map<string, number>();
  const key = (row: TaskRow) => `${row.source}|${row.task}|${row.lang}`;
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return (row) => trust[row.variant] * Math.min(1, Math.sqrt(150 / counts.get(key(row))!));
}

/** Every language and task counts alike among the requests we wrote. */
function authoredWeigher(rows: readonly AuthoredRow[]): (row: AuthoredRow) => number {
  const counts = new Map<string, number>();
  const key = (row: AuthoredRow) => `${row.lang}|${row.task}`;
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return (row) => 0.7 * Math.min(1.5, (row.lang === 'en' ? 250 : 70) / counts.get(key(row))!);
}

const softmaxSettings = { dimensions: 1 << FEATURE_BITS, epochs: 6, rate: 0.1, decay: 1e-6, dropAllWords: 0.4, dropWord: 0.2, seed: 7 };

/** What both heads are trained on: a prompt's features, what it is, and how much it counts. */
export interface Labelled {
  readonly features: Encoded;
  readonly weight: number;
  readonly task: Task;
  readonly also_ok?: readonly Task[];
  readonly content_mode?: ContentMode;
}

export function labelledRows(rows: readonly TaskRow[], knownWords: Uint8Array): Labelled[] {
  const weight = weigher(rows);
  return rows.map((row) => ({ ...row, features: encode(row.prompt, knownWords), weight: weight(row) }));
}

export function labelledRequests(rows: readonly TaskRow[], knownWords: Uint8Array): Labelled[] {
  const authored = authoredRows(borrowedContent(rows), AUTHORED_SEED);
  const weight = authoredWeigher(authored);
  return authored.map((row) => ({ ...row, features: encode(row.prompt, knownWords), weight: weight(row) }));
}

export function trainTasks(rows: readonly Labelled[]): LinearModel {
  const examples: Example[] = rows.map((row) => ({ ...row.features, target: taskTarget(row), weight: row.weight }));
  return trainSoftmax(examples, { ...softmaxSettings, classes: tasks.length });
}

/** Editing and combining are rare in the data and common in life: each mode counts alike. */
export function trainModes(rows: readonly Labelled[]): LinearModel {
  const mass = new Map<ContentMode, number>(contentModes.map((mode) => [mode, 0]));
  for (const { content_mode, weight } of rows) if (content_mode !== undefined) mass.set(content_mode, mass.get(content_mode)! + weight);
  const examples: Example[] = [];
  for (const { features, weight, content_mode } of rows) {
    if (content_mode === undefined) continue;
    const share = Math.min(MOST_MODE_WEIGHT, mass.get('edit')! / mass.get(content_mode)!);
    examples.push({ ...features, target: contentModes.map((mode) => (mode === content_mode ? 1 : 0)), weight: weight * share });
  }
  return trainSoftmax(examples, { ...softmaxSettings, classes: contentModes.length });
}
