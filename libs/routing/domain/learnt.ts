/**
 * What outcomes have taught of each model: how long its answers are, how fast it is, and its health. Live and test keys
 * learn apart. Columns by row of the model table; every sum is of whole numbers, so a fold in parts is a fold at once.
 */
import { observe, unknownHealth, type HealthOutcome, type ModelHealth } from '../../health/domain/health.js';
import type { Task } from './vocabulary.js';
import { tasks } from './vocabulary.js';

/** The usual answer, in tokens, that lengths are compared with; the usual wait, in milliseconds, that speeds are. */
export const usualAnswerTokens = 600;
const usualWaitMs = 5_000;

export interface LearntSnapshot {
  readonly health: readonly (ModelHealth | null)[];
  readonly answers: readonly number[];
  readonly outputTokens: readonly number[];
  readonly waitedMs: readonly number[];
  readonly expectedMs: readonly number[];
}

export class Learnt {
  /** By row: 1 when its health is one that a decision acts on, for the time being. */
  ailing: Uint8Array = new Uint8Array(1024);
  private health: (ModelHealth | undefined)[] = [];
  /** By row and task: answers seen and their tokens. */
  private answers = new Float64Array(1024 * tasks.length);
  private outputTokens = new Float64Array(1024 * tasks.length);
  /** By row: what answers took, and what was expected of them. */
  private waitedMs = new Float64Array(1024);
  private expectedMs = new Float64Array(1024);

  observe(row: number, outcome: HealthOutcome): void {
    if (row >= this.ailing.length) this.widen(row + 1);
    const health = observe(this.health[row] ?? unknownHealth, outcome);
    this.health[row] = health;
    this.ailing[row] = ails(health);
  }

  /** @param answer tokens is null when the provider reported none. */
  answered(row: number, task: Task, answer: { tokens: number | null; tookMs: number; expectedMs: number }): void {
    if (row >= this.waitedMs.length) this.widen(row + 1);
    const cell = row * tasks.length + tasks.indexOf(task);
    if (answer.tokens !== null) {
      this.answers[cell]! += 1;
      this.outputTokens[cell]! += answer.tokens;
    }
    this.waitedMs[row]! += Math.round(answer.tookMs);
    this.expectedMs[row]! += Math.round(answer.expectedMs);
  }

  healthOf(row: number): ModelHealth | undefined {
    return this.health[row];
  }

  /** How long its answers to a task, given by its place among all, are against the usual, after `prior` usual ones: 0.2 to 5. */
  lengthFactor(row: number, task: number, prior: number): number {
    const cell = row * tasks.length + task;
    const answers = this.answers[cell] ?? 0;
    if (answers === 0) return 1;
    return bounded((prior * usualAnswerTokens + this.outputTokens[cell]!) / ((prior + answers) * usualAnswerTokens));
  }

  /** How long it takes against what its published speed lets expect, after `prior` answers as expected: 0.2 to 5. */
  waitFactor(row: number, prior: number): number {
    const expected = this.expectedMs[row] ?? 0;
    if (expected === 0) return 1;
    return bounded((prior * usualWaitMs + this.waitedMs[row]!) / (prior * usualWaitMs + expected));
  }

  snapshot(): LearntSnapshot {
    return {
      health: Array.from(this.health, (health) => health ?? null),
      answers: trimmed(this.answers),
      outputTokens: trimmed(this.outputTokens),
      waitedMs: trimmed(this.waitedMs),
      expectedMs: trimmed(this.expectedMs),
    };
  }

  restore(snapshot: LearntSnapshot): void {
    this.health = snapshot.health.map((health) => health ?? undefined);
    const rows = Math.max(1024, Math.ceil(snapshot.answers.length / tasks.length), snapshot.waitedMs.length, snapshot.health.length);
    this.answers = filled(rows * tasks.length, snapshot.answers);
    this.outputTokens = filled(rows * tasks.length, snapshot.outputTokens);
    this.waitedMs = filled(rows, snapshot.waitedMs);
    this.expectedMs = filled(rows, snapshot.expectedMs);
    this.ailing = ailingOf(this.health, rows);
  }

  private widen(rows: number): void {
    const wider = Math.max(rows, this.waitedMs.length * 2);
    this.answers = filled(wider * tasks.length, this.answers);
    this.outputTokens = filled(wider * tasks.length, this.outputTokens);
    this.waitedMs = filled(wider, this.waitedMs);
    this.expectedMs = filled(wider, this.expectedMs);
    this.ailing = ailingOf(this.health, wider);
  }
}

const ails = ({ tripped, slow }: ModelHealth): 0 | 1 => (tripped || slow ? 1 : 0);

function ailingOf(health: readonly (ModelHealth | undefined)[], rows: number): Uint8Array {
  const ailing = new Uint8Array(rows);
  health.forEach((known, row) => {
    if (known) ailing[row] = ails(known);
  });
  return ailing;
}

const bounded = (factor: number): number => Math.min(5, Math.max(0.2, factor));

function filled(length: number, values: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const column = new Float64Array(length);
  column.set(values);
  return column;
}

function trimmed(column: Float64Array): number[] {
  let length = column.length;
  while (length > 0 && column[length - 1] === 0) length -= 1;
  return [...column.subarray(0, length)];
}
