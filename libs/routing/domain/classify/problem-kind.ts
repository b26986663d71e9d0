/**
 * What sort of problem a prompt poses, as far as difficulty is concerned: each kind is hard in its own way, so each has
 * its own experts (a long story makes a word problem hard and a question about law easy to look up).
 */
import { conceptId, type Concept } from './concepts.js';
import type { Cues } from './lexicon.js';
import type { Reading } from './reading.js';

export const problemKinds = ['maths', 'choice', 'word-problem', 'code', 'open'] as const;
export type ProblemKind = (typeof problemKinds)[number];

const story = new Uint8Array(512);
for (const concept of ['quantity', 'share', 'each', 'money-word', 'time-word', 'compare-more', 'remain', 'how-many'] as const satisfies readonly Concept[]) story[conceptId(concept)] = 1;
const formal = new Uint8Array(512);
for (const concept of ['maths', 'geometry', 'algebra', 'number-theory', 'probability', 'calculus', 'proof', 'solve'] as const satisfies readonly Concept[]) formal[conceptId(concept)] = 1;
const coding = new Uint8Array(512);
for (const concept of ['code', 'code-verb', 'debug', 'language', 'function', 'algorithm', 'sql', 'regex', 'bug', 'web-tech', 'shell', 'program', 'code-file', 'test', 'devops'] as const satisfies readonly Concept[]) coding[conceptId(concept)] = 1;

/** Signs of listed options: "\nB. ", "\nB) ", "(B) ". */
const OPTION_SCAN_CHARS = 4000;

function hasOptions(prompt: string): boolean {
  const read = prompt.length > OPTION_SCAN_CHARS ? prompt.slice(0, OPTION_SCAN_CHARS) : prompt;
  const second = read.indexOf('\nB. ') >= 0 || read.indexOf('\nB) ') >= 0 || read.indexOf('(B)') >= 0;
  return second && (read.indexOf('\nC. ') >= 0 || read.indexOf('\nC) ') >= 0 || read.indexOf('(C)') >= 0);
}

export function problemKind(prompt: string, reading: Reading, cues: Cues, asksForCode: boolean): ProblemKind {
  if (hasOptions(prompt)) return 'choice';
  let stories = 0;
  let formals = 0;
  // Changes of branch: coins and coins again are a purse, coins and probability are mathematics.
  let branches = 0;
  let lastFormal = -1;
  let codes = 0;
  for (let i = 0; i < cues.count; i++) {
    const concept = cues.concept[i]!;
    stories += story[concept]!;
    if (formal[concept] === 1) {
      formals++;
      if (concept !== lastFormal) branches++;
      lastFormal = concept;
    }
    codes += coding[concept]!;
  }
  if (reading.dollars >= 1 && (reading.backslashes + reading.operators >= 1 || formals >= 1)) return 'maths';
  if (reading.backslashes >= 3) return 'maths';
  if (asksForCode || (codes >= 3 && reading.brackets + reading.braces + reading.semicolons >= 3)) return 'code';
  if (stories >= formals && reading.numbers >= 1 && stories >= (reading.numbers >= 2 ? 2 : 3)) return 'word-problem';
  if (branches >= 2 && reading.prices === 0 && formals * 24 >= reading.words) return 'maths';
  return 'open';
}
