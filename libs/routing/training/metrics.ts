/** How well predictions do, by the measures the field uses. */
import { tasks, type Task } from '../domain/vocabulary.js';

/** Spearman's rank correlation, ties ranked by their mean. */
export function spearman(x: readonly number[], y: readonly number[]): number {
  return pearson(ranks(x), ranks(y));
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const rank = new Array<number>(values.length);
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j + 1 < order.length && values[order[j + 1]!] === values[order[i]!]) j++;
    for (let k = i; k <= j; k++) rank[order[k]!] = (i + j) / 2;
    i = j + 1;
  }
  return rank;
}

function pearson(x: readonly number[], y: readonly number[]): number {
  const mean = (v: readonly number[]) => v.reduce((sum, a) => sum + a, 0) / v.length;
  const mx = mean(x);
  const my = mean(y);
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    xy += (x[i]! - mx) * (y[i]! - my);
    xx += (x[i]! - mx) ** 2;
    yy += (y[i]! - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

/**
 * Average performance gap recovered (Ong et al., "RouteLLM", 2024): the mean, over every share of calls to the strong
 * model, of how much of the gap between weak and strong is closed when the highest scores go to the strong one. Chance is 0.5.
 */
export function performanceGapRecovered(score: readonly number[], weak: readonly number[], strong: readonly number[]): number {
  const order = score.map((_, i) => i).sort((a, b) => score[b]! - score[a]!);
  const low = weak.reduce((sum, x) => sum + x, 0);
  const gap = strong.reduce((sum, x) => sum + x, 0) - low;
  let reached = 0;
  let area = 0;
  for (const i of order) {
    const before = reached;
    reached += (strong[i]! - weak[i]!) / gap;
    area += (before + reached) / 2 / order.length;
  }
  return area;
}

export interface Judged {
  readonly truth: Task;
  readonly also: readonly Task[];
  readonly guess: Task;
  readonly confidence: number;
}

/** Another fair answer counts as right. */
export const isRight = ({ truth, also, guess }: Judged): boolean => guess === truth || also.includes(guess);

export const accuracy = (judged: readonly Judged[]): number => judged.filter(isRight).length / Math.max(1, judged.length);

/** F1 per task that occurs, in the order of the vocabulary. */
export function f1ByTask(judged: readonly Judged[]): { task: Task; f1: number; rows: number }[] {
  const settled = judged.map((item) => ({ truth: item.truth, guess: isRight(item) ? item.truth : item.guess }));
  return tasks.flatMap((task) => {
    const rows = settled.filter((item) => item.truth === task).length;
    const guessed = settled.filter((item) => item.guess === task).length;
    const right = settled.filter((item) => item.truth === task && item.guess === task).length;
    return rows === 0 ? [] : [{ task, f1: (2 * right) / (rows + guessed), rows }];
  });
}

export function macroF1(judged: readonly Judged[]): number {
  const scores = f1ByTask(judged);
  return scores.reduce((sum, { f1 }) => sum + f1, 0) / Math.max(1, scores.length);
}

/** Expected calibration error over ten equal bins of confidence (Guo et al., 2017). */
export function calibrationError(judged: readonly Judged[]): number {
  const bins = Array.from({ length: 10 }, () => ({ rows: 0, confidence: 0, right: 0 }));
  for (const item of judged) {
    const bin = bins[Math.min(9, Math.floor(item.confidence * 10))]!;
    bin.rows++;
    bin.confidence += item.confidence;
    bin.right += isRight(item) ? 1 : 0;
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / judged.length;
}
