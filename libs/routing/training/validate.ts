/**
 * How the classifier does where it has not been: whole families of sources are left out in turn, so no template,
 * caption or author of a test row was seen in training. Difficulty and gain are cross-validated by row within sources.
 */
import { softmax } from '../domain/classify/exp.js';
import { problemKinds } from '../domain/classify/problem-kind.js';
import { contentModes, tasks, type ContentMode } from '../domain/vocabulary.js';
import { authoredProblems, graded, kindOf, ranksItsKind, scoreOfProblem, trainChoiceGain, trainExpertOf, trainExperts, trainGate, type Graded } from './difficulty.js';
import { encodeProblem, type EncodedProblem } from './encode.js';
import { calibrationError, performanceGapRecovered, spearman, type Judged } from './metrics.js';
import type { ComplexityRow, RoutingRow, TaskRow } from './rows.js';
import { scoresOf } from './softmax-trainer.js';
import { trainModes, trainTasks, type Labelled } from './tasks.js';

const FOLDS = 8;
const RANK_FOLDS = 5;

/** Files of one collection go together: the same captions and authors are behind them. */
export const familyOf = (source: string): string =>
  source.startsWith('Natural Questions') ? 'Natural Questions' : source.replace(/ aspect_list| \(titles\)|\/augmented_prompts|:prompts$/, '');

export interface UnseenResult {
  readonly row: TaskRow;
  readonly scores: Float64Array;
  readonly mode: ContentMode;
}

/** Scores of every labelled row by a model that has seen nothing of its family. */
export function leaveFamiliesOut(rows: readonly TaskRow[], own: readonly Labelled[], authored: readonly Labelled[]): UnseenResult[] {
  const families = [...new Set(rows.map((row) => familyOf(row.source)))].sort();
  const size = (family: string) => rows.filter((row) => familyOf(row.source) === family).length;
  const bySize = families.map((family) => ({ family, rows: size(family) })).sort((a, b) => b.rows - a.rows || (a.family < b.family ? -1 : 1));
  const foldOf = new Map(bySize.map(({ family }, i) => [family, i % FOLDS]));
  const results = new Array<UnseenResult>(rows.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const seen = [...own.filter((_, i) => foldOf.get(familyOf(rows[i]!.source)) !== fold), ...authored];
    const taskModel = trainTasks(seen);
    const modeModel = trainModes(seen);
    rows.forEach((row, i) => {
      if (foldOf.get(familyOf(row.source)) !== fold) return;
      const modes = scoresOf(modeModel, own[i]!.features);
      results[i] = { row, scores: scoresOf(taskModel, own[i]!.features), mode: contentModes[modes.indexOf(Math.max(...modes))]! };
    });
  }
  return results;
}

export function judged({ row, scores }: UnseenResult, temperature: number): Judged {
  const p = scores.map((score) => score / temperature);
  softmax(p, 0, p.length);
  const best = p.indexOf(Math.max(...p));
  return { truth: row.task, also: row.also_ok ?? [], guess: tasks[best]!, confidence: p[best]! };
}

/** The temperature (tenths) at which confidence is closest to accuracy on unseen families. */
export function temperatureFor(results: readonly UnseenResult[]): number {
  const requests = results.filter(({ row }) => row.variant !== 'raw_caption');
  let best = 1;
  let least = Infinity;
  for (let tenths = 8; tenths <= 40; tenths++) {
    const error = calibrationError(requests.map((result) => judged(result, tenths / 10)));
    if (error < least) {
      least = error;
      best = tenths / 10;
    }
  }
  return best;
}

export interface RankResult {
  readonly source: string;
  readonly rows: number;
  readonly value: number;
}

const signalOf = (row: ComplexityRow) => (row.signal.startsWith('RouteLLM') ? 'RouteLLM MMLU' : row.source);

export interface DifficultyResult extends RankResult {
  /** The same for an expert that has seen nothing of the source; undefined where no other source poses such problems. */
  readonly unseen: number | undefined;
}

/** Scores of every row, five folds by row; the gate chooses the expert, as it will. */
function crossValidated(all: readonly Graded[], more: readonly Graded[], requests: readonly EncodedProblem[]): number[] {
  const guess = all.map(() => 0);
  for (let fold = 0; fold < RANK_FOLDS; fold++) {
    const seen = [...all.filter((_, i) => i % RANK_FOLDS !== fold), ...more];
    const gate = trainGate(seen, requests);
    const experts = trainExperts(seen);
    all.forEach((row, i) => {
      if (i % RANK_FOLDS !== fold) return;
      const kind = kindOf(gate, row);
      guess[i] = scoreOfProblem(kind, experts[problemKinds.indexOf(kind)]!, row);
    });
  }
  return guess;
}

/** Spearman of the score with the published difficulty, and the gain recovered where outcomes of the same prompts are known. */
export function validateDifficulty(rows: readonly ComplexityRow[], outcomes: readonly RoutingRow[], knownWords: Uint8Array, extra: readonly ComplexityRow[], requests: readonly EncodedProblem[]) {
  const all = graded(rows, knownWords);
  const more = [...graded(extra, knownWords), ...authoredProblems(knownWords)];
  const guess = crossValidated(all, more, requests);
  const signals = [...new Set(rows.filter((row) => row.difficulty !== null).map(signalOf))].sort();
  const difficulty = signals.map((source): DifficultyResult => {
    const at = rows.map((_, i) => i).filter((i) => signalOf(rows[i]!) === source);
    const published = at.map((i) => rows[i]!.difficulty!);
    const own = at.map((i) => all[i]!);
    const others = [...all.filter((_, i) => signalOf(rows[i]!) !== source), ...more];
    return { source, rows: at.length, value: spearman(at.map((i) => guess[i]!), published), unseen: rankUnseen(own, published, others) };
  });
  const guessOf = new Map(rows.map((row, i) => [row.prompt, guess[i]!]));
  return { difficulty, gain: measuredGains.map((source) => gainBy(guessOf, outcomes.filter((row) => row.source === source), source)) };
}

function rankUnseen(own: readonly Graded[], published: readonly number[], others: readonly Graded[]): number | undefined {
  const { kind } = own[0]!;
  if (!others.some((row) => row.kind === kind && ranksItsKind(row.source))) return undefined;
  const expert = trainExpertOf(kind, others.filter((row) => row.kind === kind));
  return spearman(own.map((row) => scoreOfProblem(kind, expert, row)), published);
}

/** Outcomes of prompts whose gain is read off their difficulty. */
const measuredGains = ['ZeroEval:crux', 'ZeroEval:math-l5', 'LLMRouter:math', 'LLMRouter:gsm8k', 'LLMRouter:mbpp'];

function gainBy(guessOf: ReadonlyMap<string, number>, outcomes: readonly RoutingRow[], source: string): RankResult {
  const known = outcomes.filter((row) => guessOf.has(row.prompt));
  return { source, rows: known.length, value: performanceGapRecovered(known.map((row) => guessOf.get(row.prompt)!), known.map((row) => row.weak), known.map((row) => row.strong)) };
}

/** APGR of the gain expert on questions with options, five folds by row. */
export function validateGain(rows: readonly RoutingRow[], knownWords: Uint8Array): RankResult {
  const own = rows.filter((row) => row.source.startsWith('RouteLLM'));
  const guess = own.map(() => 0);
  for (let fold = 0; fold < RANK_FOLDS; fold++) {
    const expert = trainChoiceGain(own.filter((_, i) => i % RANK_FOLDS !== fold), knownWords);
    own.forEach((row, i) => {
      if (i % RANK_FOLDS === fold) guess[i] = scoreOfProblem('choice', expert, encodeProblem(row.prompt, knownWords, false));
    });
  }
  return { source: 'RouteLLM MMLU', rows: own.length, value: performanceGapRecovered(guess, own.map((row) => row.weak), own.map((row) => row.strong)) };
}
