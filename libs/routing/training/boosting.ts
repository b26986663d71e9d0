/**
 * Gradient boosting of small regression trees over the measures (Friedman, 2001): what is hard about a prompt bends and
 * interacts, and a few dozen dense numbers are few enough for trees. Deterministic: all rows, all measures, no chance.
 */
import type { BoostedTrees } from '../domain/classify/trees.js';

export interface Point {
  readonly measures: Float32Array;
  readonly target: number;
  readonly weight: number;
}

export interface BoostingSettings {
  readonly trees: number;
  readonly depth: number;
  readonly rate: number;
  /** Added to the weight of a leaf: shrinks what few rows say. */
  readonly shrink: number;
  readonly minimumWeight: number;
}

/** Cut points tried per measure. */
const BINS = 24;

export function boost(points: readonly Point[], measures: number, settings: BoostingSettings): BoostedTrees {
  const cuts = Array.from({ length: measures }, (_, m) => cutPoints(points.map((point) => point.measures[m]!)));
  const binned = points.map((point) => Uint8Array.from(cuts, (own, m) => binOf(own, point.measures[m]!)));
  const residual = Float64Array.from(points, (point) => point.target);
  const measure: number[] = [];
  const threshold: number[] = [];
  const leaf: number[] = [];
  for (let tree = 0; tree < settings.trees; tree++) {
    const grown = grow(points, binned, cuts, residual, settings);
    measure.push(...grown.measure);
    threshold.push(...grown.threshold);
    leaf.push(...grown.leaf);
    points.forEach((_, i) => (residual[i]! -= grown.valueOf(binned[i]!)));
  }
  return { depth: settings.depth, measure, threshold, leaf };
}

function cutPoints(values: number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const cuts = new Set<number>();
  for (let bin = 1; bin < BINS; bin++) cuts.add(sorted[Math.floor((bin * sorted.length) / BINS)]!);
  cuts.delete(sorted[0]!);
  return [...cuts];
}

/** How many cuts lie at or below the value. */
function binOf(cuts: readonly number[], value: number): number {
  let bin = 0;
  while (bin < cuts.length && value >= cuts[bin]!) bin++;
  return bin;
}

interface Grown {
  readonly measure: number[];
  readonly threshold: number[];
  readonly leaf: number[];
  valueOf(bins: Uint8Array): number;
}

/** A complete tree of the given depth, node by node in breadth-first order. A node with no gain sends all left. */
function grow(points: readonly Point[], binned: readonly Uint8Array[], cuts: readonly number[][], residual: Float64Array, settings: BoostingSettings): Grown {
  const inner = (1 << settings.depth) - 1;
  const measure = new Array<number>(inner).fill(0);
  const cutBin = new Array<number>(inner).fill(255);
  const threshold = new Array<number>(inner).fill(1e9);
  let members: number[][] = [points.map((_, i) => i)];
  for (let level = 0, node = 0; level < settings.depth; level++) {
    const next: number[][] = [];
    for (const rows of members) {
      const best = bestSplit(rows, points, binned, cuts, residual, settings);
      if (best !== undefined) {
        measure[node] = best.measure;
        cutBin[node] = best.bin;
        threshold[node] = cuts[best.measure]![best.bin - 1]!;
      }
      const at = node++;
      next.push(rows.filter((row) => binned[row]![measure[at]!]! < cutBin[at]!), rows.filter((row) => binned[row]![measure[at]!]! >= cutBin[at]!));
    }
    members = next;
  }
  const leaf = members.map((rows) => {
    let sum = 0;
    let weight = settings.shrink;
    for (const row of rows) {
      sum += residual[row]! * points[row]!.weight;
      weight += points[row]!.weight;
    }
    return (settings.rate * sum) / weight;
  });
  const valueOf = (bins: Uint8Array) => {
    let node = 0;
    while (node < inner) node = 2 * node + (bins[measure[node]!]! >= cutBin[node]! ? 2 : 1);
    return leaf[node - inner]!;
  };
  return { measure, threshold, leaf, valueOf };
}

function bestSplit(rows: readonly number[], points: readonly Point[], binned: readonly Uint8Array[], cuts: readonly number[][], residual: Float64Array, settings: BoostingSettings) {
  let best: { measure: number; bin: number } | undefined;
  let bestGain = 1e-6;
  const sums = new Float64Array(BINS + 1);
  const weights = new Float64Array(BINS + 1);
  for (let m = 0; m < cuts.length; m++) {
    if (cuts[m]!.length === 0) continue;
    sums.fill(0);
    weights.fill(0);
    let total = 0;
    let mass = 0;
    for (const row of rows) {
      const bin = binned[row]![m]!;
      const weight = points[row]!.weight;
      sums[bin]! += residual[row]! * weight;
      weights[bin]! += weight;
      total += residual[row]! * weight;
      mass += weight;
    }
    let left = 0;
    let leftMass = 0;
    for (let bin = 1; bin <= cuts[m]!.length; bin++) {
      left += sums[bin - 1]!;
      leftMass += weights[bin - 1]!;
      const rightMass = mass - leftMass;
      if (leftMass < settings.minimumWeight || rightMass < settings.minimumWeight) continue;
      const right = total - left;
      const gain = (left * left) / (leftMass + settings.shrink) + (right * right) / (rightMass + settings.shrink) - (total * total) / (mass + settings.shrink);
      if (gain > bestGain) {
        bestGain = gain;
        best = { measure: m, bin };
      }
    }
  }
  return best;
}
