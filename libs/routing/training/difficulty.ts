/**
 * Trains the difficulty experts, the gate between them and the gain expert from published outcomes. A published signal
 * ranks only within itself, so each source is placed on one scale by hand (below). An expert learns from the sources of
 * its own kind alone: among mixed ones it would learn to tell the sources apart.
 */
import { MEASURES } from '../domain/classify/measures.js';
import { gatedKind, problemKinds, type KindGate, type ProblemKind } from '../domain/classify/problem-kind.js';
import { expertScore, type Expert } from '../domain/classify/expert.js';
import { encodeProblem, type EncodedProblem } from './encode.js';
import { trainRidge } from './linear-trainer.js';
import { openRequests } from './open-requests.js';
import { linearExample, scaleOf, short, trainExpert, type ExpertSettings, type GradedProblem } from './expert-trainer.js';
import type { ComplexityRow, RoutingRow, TaskRow } from './rows.js';

/** Which kind of problem a source poses, where it begins on the scale of difficulty and how much of it it spans. */
const places: readonly (readonly [RegExp, ProblemKind, number, number])[] = [
  [/^MATH \(|^ZeroEval:math/, 'maths', 0.4, 0.5],
  [/:math$/, 'maths', 0.45, 0.4],
  [/^GSM8K/, 'word-problem', 0.42, 0.4],
  [/gsm8k$/, 'word-problem', 0.42, 0.3],
  [/^MMLU|^RouteLLM MMLU/, 'choice', 0.28, 0.4],
  [/mbpp$/, 'code', 0.35, 0.3],
  [/human_eval$/, 'code', 0.45, 0.3],
  [/crux$/, 'execution', 0.35, 0.35],
  [/gpqa$/, 'open', 0.75, 0.1],
  [/logicgrid$/, 'open', 0.65, 0.15],
  [/:mmlu$/, 'open', 0.35, 0.2],
  [/natural_qa$/, 'open', 0.18, 0.1],
  [/trivia_qa$/, 'open', 0.2, 0.1],
  [/arc_challenge$/, 'open', 0.25, 0.12],
  [/commongen$/, 'open', 0.3, 0.1],
  [/./, 'open', 0.2, 0.1],
];
/** Simple by construction. */
const SIMPLE_PLACE = 0.06;
/** Tell kinds apart, but not steps: most of what these models got wrong there was the form of the answer. */
const rankedElsewhere = /^LLMRouter:(gsm8k|math)$/;
/** Whether an expert learns from this source how problems of its kind rank. */
export const ranksItsKind = (source: string): boolean => !rankedElsewhere.test(source) && source !== 'ZeroEval:math-l5';

const settingsOf: Readonly<Record<ProblemKind, ExpertSettings>> = {
  maths: { penalty: 4, forest: { share: 0.6, leastInLeaf: 3 } },
  choice: { penalty: 12, forest: { share: 0.5, leastInLeaf: 5 } },
  'word-problem': { penalty: 2, forest: { share: 0.5, leastInLeaf: 3 } },
  code: { penalty: 5 },
  execution: { penalty: 4 },
  open: { penalty: 8 },
};

export interface Graded extends EncodedProblem {
  readonly source: string;
  readonly kind: ProblemKind;
  readonly target: number;
  readonly weight: number;
}

const OUR_OWN = 'our own';
const placeOf = (source: string) => places.find(([pattern]) => pattern.test(source))!;

export function graded(rows: readonly ComplexityRow[], knownWords: Uint8Array): Graded[] {
  return rows.map((row) => {
    const [, kind, from, span] = placeOf(row.source);
    const target = row.difficulty === null ? SIMPLE_PLACE : from + span * row.difficulty;
    return { ...encodeProblem(row.prompt, knownWords, kind === 'code'), source: row.source, kind, target, weight: 1 };
  });
}

/** Problems of the hardest contest level that only the outcomes list. */
export function hardest(outcomes: readonly RoutingRow[], rows: readonly ComplexityRow[]): ComplexityRow[] {
  const listed = new Set(rows.map((row) => row.prompt));
  return outcomes
    .filter((row) => row.source === 'ZeroEval:math-l5' && !listed.has(row.prompt))
    .map(({ id, prompt, source }) => ({ id, prompt, source, signal: 'MATH level 5', difficulty: 1 }));
}

/** What an expert of this kind reads. */
const readBy = (kind: ProblemKind, { measures, execution }: EncodedProblem): Float32Array => (kind === 'execution' ? execution : measures);

export const trainExpertOf = (kind: ProblemKind, rows: readonly Graded[]): Expert =>
  trainExpert(settled(rows.filter((row) => !rankedElsewhere.test(row.source))).map((row) => ({ ...row, measures: readBy(kind, row) })), settingsOf[kind]);

export const trainExperts = (rows: readonly Graded[]): Expert[] => problemKinds.map((kind) => trainExpertOf(kind, rows.filter((row) => row.kind === kind)));

/** Subjects of a benchmark, one source each: one answer, right or wrong, is mostly luck, which the mean of its subject has less of. */
const bySubject = /^(RouteLLM )?MMLU/;
const SUBJECT_SHARE = 0.5;
/** As many rows of the mean over all subjects are added to each subject. */
const SUBJECT_PRIOR = 6;

function settled<Row extends { readonly source: string; readonly target: number }>(rows: readonly Row[], share = SUBJECT_SHARE): Row[] {
  const own = rows.filter((row) => bySubject.test(row.source));
  const overall = own.reduce((sum, row) => sum + row.target, 0) / own.length;
  const subjects = new Map<string, { rows: number; sum: number }>();
  for (const { source, target } of own) {
    const { rows: count, sum } = subjects.get(source) ?? { rows: SUBJECT_PRIOR, sum: SUBJECT_PRIOR * overall };
    subjects.set(source, { rows: count + 1, sum: sum + target });
  }
  return rows.map((row) => {
    const subject = subjects.get(row.source);
    return subject === undefined ? row : { ...row, target: row.target + share * (subject.sum / subject.rows - row.target) };
  });
}

/** The kinds that only the measures tell apart. */
const gated = ['maths', 'word-problem', 'open'] as const satisfies readonly ProblemKind[];
const GATE_PENALTY = 2;
/** Requests are many; a problem taken for one is judged by the wrong expert. */
const PROBLEM_WEIGHT = 2.5;

/** `requests`: prompts of every sort, which are no problems. */
export function trainGate(rows: readonly Graded[], requests: readonly EncodedProblem[]): KindGate {
  const examples = [...rows.filter((row) => row.source !== OUR_OWN), ...requests.map((request) => ({ ...request, kind: 'open' as const }))].filter((row) => row.plain === undefined && row.kind !== 'choice' && row.kind !== 'code' && row.kind !== 'execution');
  const scale = scaleOf(examples.map((row) => row.measures));
  const kinds = gated.map((kind) => {
    const own = examples.map((row) => linearExample({ measures: row.measures, target: row.kind === kind ? 1 : 0, weight: row.kind === 'open' ? 1 : PROBLEM_WEIGHT }, scale));
    const { weights, bias } = trainRidge(own, { dimensions: MEASURES, penalty: GATE_PENALTY, iterations: 40 });
    return { kind, bias: short(bias[0]!), linear: [...weights].map(short) };
  });
  return { ...scale, kinds };
}

/** What people ask that is no problem to be solved. */
export const plainRequests = (rows: readonly TaskRow[], knownWords: Uint8Array): EncodedProblem[] =>
  rows.filter((row) => row.variant === 'natural' && (row.task === 'text' || row.task === 'web_search') && !/^(GSM8K|MATH)/.test(row.source)).map((row) => encodeProblem(row.prompt, knownWords, false));

export const kindOf = (gate: KindGate, row: EncodedProblem): ProblemKind => row.plain ?? gatedKind(gate, row.measures);

export const scoreOfProblem = (kind: ProblemKind, expert: Expert, problem: EncodedProblem): number =>
  expertScore(expert, readBy(kind, problem), { token: problem.tokens, tokens: problem.tokens.length });

/** Difficulty of what nobody has graded: our own requests, by kind of work. */
export const authoredProblems = (knownWords: Uint8Array): Graded[] =>
  openRequests.flatMap(({ work, difficulty, prompts }) =>
    prompts.map((prompt) => ({ ...encodeProblem(prompt, knownWords, work === 'code'), source: OUR_OWN, kind: 'open' as const, target: difficulty, weight: AUTHORED_WEIGHT })));

/** Few, but each stands for a kind of work. */
const AUTHORED_WEIGHT = 4;

/** The kind of work that most prompts of a source ask for, as one of our own; where they have a gain of their own, it is added. */
const sourceGains: readonly (readonly [RegExp, number])[] = [
  [/^MATH \(|:math$/, 0.84], [/^GSM8K|gsm8k$/, 0.84], [/mbpp$|human_eval$|crux$/, 0.7], [/gpqa$/, 0.6], [/logicgrid$/, 0.62],
  [/:mmlu$/, 0.42], [/commongen$/, 0.44], [/commonsense_qa$/, 0.24], [/arc_challenge$|openbook_qa$/, 0.2], [/natural_qa$|trivia_qa$/, 0.14], [/^HWU64/, 0.06],
];
/** At most as many of a source, so that no source outweighs a kind of work. */
const MOST_OF_A_SOURCE = 120;
const openGainSettings: ExpertSettings = { penalty: 1.5 };

export function trainOpenGain(rows: readonly Graded[], knownWords: Uint8Array): Expert {
  const known = sourceGains.flatMap(([source, target]) => rows.filter((row) => source.test(row.source)).slice(0, MOST_OF_A_SOURCE).map((row) => ({ ...row, target, weight: 1 })));
  const own = openRequests.flatMap(({ work, gain, prompts }) => prompts.map((prompt) => ({ ...encodeProblem(prompt, knownWords, work === 'code'), target: gain, weight: AUTHORED_WEIGHT })));
  return trainExpert([...known, ...own], openGainSettings);
}

/** Gains are measured on questions with options (MMLU): mean gain and difference, on the scale of needs_strong. */
const GAIN_MIDDLE = 0.36;
const GAIN_SPAN = 1.2;
const choiceGainSettings: ExpertSettings = { penalty: 12, forest: { share: 0.5, leastInLeaf: 5 } };
const GAIN_SUBJECT_SHARE = 0.3;

export function trainChoiceGain(rows: readonly RoutingRow[], knownWords: Uint8Array): Expert {
  const own = rows.filter((row) => placeOf(row.source)[1] === 'choice');
  const mean = own.reduce((sum, row) => sum + row.strong - row.weak, 0) / own.length;
  const target = (row: RoutingRow) => GAIN_MIDDLE + GAIN_SPAN * (row.strong - row.weak - mean);
  const problems = own.map((row): GradedProblem & { source: string } => ({ ...encodeProblem(row.prompt, knownWords, false), source: row.source, target: target(row), weight: 1 }));
  return trainExpert(settled(problems, GAIN_SUBJECT_SHARE), choiceGainSettings);
}
