/**
 * What sort of problem a prompt poses, as far as difficulty is concerned: each kind is hard in its own way, so each has
 * its own experts (a long story makes a word problem hard and a question about law easy to look up).
 */
import { conceptId, type Concept } from './concepts.js';
import type { Cues } from './lexicon.js';
import { standardise } from './quadratic.js';
import type { Reading } from './reading.js';

export const problemKinds = ['maths', 'choice', 'word-problem', 'code', 'open'] as const;
export type ProblemKind = (typeof problemKinds)[number];

const coding = new Uint8Array(512);
for (const concept of ['code', 'code-verb', 'debug', 'language', 'function', 'algorithm', 'sql', 'regex', 'bug', 'web-tech', 'shell', 'program', 'code-file', 'test', 'devops'] as const satisfies readonly Concept[]) coding[conceptId(concept)] = 1;

/** Signs of listed options: "\nB. ", "\nB) ", "(B) ". */
const OPTION_SCAN_CHARS = 4000;

function hasOptions(prompt: string): boolean {
  const read = prompt.length > OPTION_SCAN_CHARS ? prompt.slice(0, OPTION_SCAN_CHARS) : prompt;
  const second = read.indexOf('\nB. ') >= 0 || read.indexOf('\nB) ') >= 0 || read.indexOf('(B)') >= 0;
  return second && (read.indexOf('\nC. ') >= 0 || read.indexOf('\nC) ') >= 0 || read.indexOf('(C)') >= 0);
}

/** What the form of a prompt tells by itself: listed options, or code. */
export function plainKind(prompt: string, reading: Reading, cues: Cues, asksForCode: boolean): ProblemKind | undefined {
  if (reading.dollars === 0 && hasOptions(prompt)) return 'choice';
  if (asksForCode) return 'code';
  if (reading.dollars > 0) return undefined;
  let codes = 0;
  for (let i = 0; i < cues.count; i++) codes += coding[cues.concept[i]!]!;
  return codes >= 3 && reading.brackets + reading.braces + reading.semicolons >= 3 ? 'code' : undefined;
}

/** Tells mathematics, word problems and everything else apart by the measures: one linear score for each. */
export interface KindGate {
  readonly usual: readonly number[];
  readonly inverse: readonly number[];
  readonly kinds: readonly { readonly kind: ProblemKind; readonly bias: number; readonly linear: readonly number[] }[];
}

const position = new Int32Array(512);
const distance = new Float64Array(512);

export function gatedKind(gate: KindGate, measures: Float32Array): ProblemKind {
  const count = standardise(gate, measures, position, distance);
  let best: ProblemKind = 'open';
  let most = -Infinity;
  for (const { kind, bias, linear } of gate.kinds) {
    let score = bias;
    for (let i = 0; i < count; i++) score += linear[position[i]!]! * distance[i]!;
    if (score > most) {
      most = score;
      best = kind;
    }
  }
  return best;
}
