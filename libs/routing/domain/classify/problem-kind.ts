/**
 * What sort of problem a prompt poses, as far as difficulty is concerned: each kind is hard in its own way, so each has
 * its own experts (a long story makes a word problem hard and a question about law easy to look up).
 */
import { conceptId, type Concept } from './concepts.js';
import { asksForOutcome } from './execution.js';
import { standardise, weighed, type Scale } from './expert.js';
import { holdsFormulas } from './formulas.js';
import type { Cues } from './lexicon.js';
import type { Reading } from './reading.js';

export const problemKinds = ['maths', 'choice', 'word-problem', 'code', 'execution', 'open'] as const;
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

/** Brackets, braces and semicolons of the shortest piece of code. */
const LEAST_SIGNS = 3;

/** What the form of a prompt tells by itself: listed options, code to be written, code to be run in the head. */
export function plainKind(prompt: string, reading: Reading, cues: Cues, asksForCode: boolean): ProblemKind | undefined {
  if (reading.dollars === 0 && hasOptions(prompt)) return 'choice';
  const signs = reading.brackets + reading.braces + reading.semicolons;
  if (signs >= LEAST_SIGNS && asksForOutcome(prompt, reading)) return 'execution';
  if (asksForCode) return 'code';
  if (reading.dollars > 0) return undefined;
  let codes = 0;
  for (let i = 0; i < cues.count; i++) codes += coding[cues.concept[i]!]!;
  return codes >= 3 && signs >= LEAST_SIGNS ? 'code' : undefined;
}

/** Tells mathematics, word problems and everything else apart by the measures: one linear score for each. */
export interface KindGate extends Scale {
  readonly kinds: readonly { readonly kind: ProblemKind; readonly bias: number; readonly linear: readonly number[] }[];
}

const deviations = new Float64Array(512);

/** By how much less than a request a prompt may look like mathematics and be judged so: a problem taken for a request is judged far too easy. */
const LEANING = 0.2;

export function gatedKind(gate: KindGate, measures: Float32Array): ProblemKind {
  standardise(gate, measures, deviations);
  let best: ProblemKind = 'open';
  let most = -Infinity;
  for (const { kind, bias, linear } of gate.kinds) {
    const score = bias + weighed(linear, deviations) - (kind === 'open' ? LEANING : 0);
    if (score > most) {
      most = score;
      best = kind;
    }
  }
  // Stories for children are told without TeX.
  return best === 'word-problem' && holdsFormulas(measures) ? 'maths' : best;
}
