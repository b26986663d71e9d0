/** A prompt as the trainer sees it: exactly the features the product will compute. */
import { EXECUTION_MEASURES, measureExecution } from '../domain/classify/execution.js';
import { Cues } from '../domain/classify/lexicon.js';
import { Features } from '../domain/classify/features.js';
import { ProblemScan } from '../domain/classify/problem-scan.js';
import { Reading } from '../domain/classify/reading.js';
import { MEASURES, measure } from '../domain/classify/measures.js';
import { plainKind, type ProblemKind } from '../domain/classify/problem-kind.js';
import { addKnownWord, isKnownWord } from '../domain/classify/weights.js';

export interface Encoded {
  readonly index: Int32Array;
  readonly value: Float32Array;
  readonly wordsFrom: number;
}

const reading = new Reading();
const cues = new Cues();
const features = new Features();
const scan = new ProblemScan();

export function encode(prompt: string, knownWords: Uint8Array): Encoded {
  reading.read(prompt);
  cues.find(reading, (hash) => isKnownWord(knownWords, hash));
  features.extract(reading, cues);
  return { index: features.index.slice(0, features.size), value: features.value.slice(0, features.size), wordsFrom: features.wordsFrom };
}

export interface EncodedProblem {
  readonly measures: Float32Array;
  /** The measures of a programme to be run in the head. */
  readonly execution: Float32Array;
  readonly tokens: Int32Array;
  /** The kind that the form tells by itself; else the gate decides. */
  readonly plain: ProblemKind | undefined;
}

/** What the difficulty experts read. */
export function encodeProblem(prompt: string, knownWords: Uint8Array, asksForCode: boolean): EncodedProblem {
  reading.read(prompt);
  cues.find(reading, (hash) => isKnownWord(knownWords, hash));
  scan.scan(reading);
  const measures = new Float32Array(MEASURES);
  measure(reading, cues, scan, knownWords, measures);
  const execution = new Float32Array(EXECUTION_MEASURES);
  measureExecution(prompt, execution);
  return { measures, execution, tokens: scan.token.slice(0, scan.tokens), plain: plainKind(prompt, reading, cues, asksForCode) };
}

/** Words seen in at least `often` prompts are real words, not typing slips. */
export function knownWordsOf(prompts: readonly string[], bytes: number, often: number): Uint8Array {
  const seen = new Map<number, number>();
  for (const prompt of prompts) {
    reading.read(prompt);
    for (const hash of new Set(reading.hash.subarray(0, reading.words))) seen.set(hash, (seen.get(hash) ?? 0) + 1);
  }
  const filter = new Uint8Array(bytes);
  for (const [hash, count] of [...seen].sort((a, b) => a[0] - b[0])) if (count >= often) addKnownWord(filter, hash);
  return filter;
}
