/** Grows extremely randomised trees (Geurts, Ernst and Wehenkel, 2006): of some measures, each with one threshold by chance, the best divides. */
import { LEAF, type Forest } from '../domain/classify/forest.js';
import { chance } from './chance.js';

export interface Sample {
  readonly measures: Float32Array;
  readonly target: number;
  readonly weight: number;
}

export interface ForestSettings {
  readonly trees: number;
  /** A branch holds no fewer samples. */
  readonly leastInLeaf: number;
  /** Share of the measures that are tried at each node. */
  readonly tried: number;
  readonly seed: number;
}

export const noForest: Forest = { trees: [], measure: new Uint16Array(), value: new Float32Array(), higher: new Uint16Array() };

export function trainForest(samples: readonly Sample[], settings: ForestSettings): Forest {
  const grower = new Grower(samples, settings);
  const trees = Array.from({ length: settings.trees }, () => grower.tree());
  return { trees, measure: Uint16Array.from(grower.measure), value: Float32Array.from(grower.value), higher: Uint16Array.from(grower.higher) };
}

interface Division {
  readonly measure: number;
  readonly threshold: number;
  readonly worth: number;
}

class Grower {
  readonly measure: number[] = [];
  readonly value: number[] = [];
  readonly higher: number[] = [];
  private readonly rows: Int32Array;
  private readonly columns: Float32Array[];
  private readonly weight: Float64Array;
  /** Weight times target. */
  private readonly mass: Float64Array;
  private readonly order: number[];
  private readonly random: () => number;

  constructor(samples: readonly Sample[], private readonly settings: ForestSettings) {
    this.rows = Int32Array.from(samples, (_, row) => row);
    const measures = samples[0]!.measures.length;
    this.columns = Array.from({ length: measures }, (_, m) => Float32Array.from(samples, (sample) => sample.measures[m]!));
    this.weight = Float64Array.from(samples, (sample) => sample.weight);
    this.mass = Float64Array.from(samples, (sample) => sample.weight * sample.target);
    this.order = this.columns.map((_, m) => m);
    this.random = chance(settings.seed);
  }

  /** Returns how many nodes it added. */
  tree(): number {
    const from = this.measure.length;
    this.grow(0, this.rows.length);
    return this.measure.length - from;
  }

  private grow(from: number, to: number): void {
    const best = to - from < 2 * this.settings.leastInLeaf ? undefined : this.divide(from, to);
    const node = this.measure.length;
    if (best === undefined) {
      this.add(LEAF, this.mean(from, to));
      return;
    }
    this.add(best.measure, best.threshold);
    const middle = this.part(from, to, best);
    this.grow(from, middle);
    this.higher[node] = this.measure.length - node;
    this.grow(middle, to);
  }

  private add(measure: number, value: number): void {
    this.measure.push(measure);
    this.value.push(Math.fround(value));
    this.higher.push(0);
  }

  private mean(from: number, to: number): number {
    let weight = 0;
    let mass = 0;
    for (let at = from; at < to; at++) {
      weight += this.weight[this.rows[at]!]!;
      mass += this.mass[this.rows[at]!]!;
    }
    return mass / weight;
  }

  /** Measures that do not vary here are drawn too, but a node tries at least one that does. */
  private divide(from: number, to: number): Division | undefined {
    const { order, settings } = this;
    const tried = Math.ceil(order.length * settings.tried);
    let best: Division | undefined;
    for (let drawn = 0; drawn < order.length && (drawn < tried || best === undefined); drawn++) {
      const other = drawn + Math.floor(this.random() * (order.length - drawn));
      [order[drawn], order[other]] = [order[other]!, order[drawn]!];
      const division = this.attempt(order[drawn]!, from, to);
      if (division !== undefined && (best === undefined || division.worth > best.worth)) best = division;
    }
    return best;
  }

  private attempt(measure: number, from: number, to: number): Division | undefined {
    const { rows } = this;
    const column = this.columns[measure]!;
    let least = Infinity;
    let most = -Infinity;
    for (let at = from; at < to; at++) {
      const x = column[rows[at]!]!;
      if (x < least) least = x;
      if (x > most) most = x;
    }
    if (!(most > least)) return undefined;
    const threshold = Math.fround(least + this.random() * (most - least));
    let low = 0, lowWeight = 0, lowMass = 0, highWeight = 0, highMass = 0;
    for (let at = from; at < to; at++) {
      const row = rows[at]!;
      if (column[row]! <= threshold) {
        low++;
        lowWeight += this.weight[row]!;
        lowMass += this.mass[row]!;
      } else {
        highWeight += this.weight[row]!;
        highMass += this.mass[row]!;
      }
    }
    if (low < this.settings.leastInLeaf || to - from - low < this.settings.leastInLeaf) return undefined;
    return { measure, threshold, worth: (lowMass * lowMass) / lowWeight + (highMass * highMass) / highWeight };
  }

  /** Puts the rows of the lower branch first; returns where the higher begins. */
  private part(from: number, to: number, { measure, threshold }: Division): number {
    const { rows } = this;
    const column = this.columns[measure]!;
    let middle = from;
    for (let at = from; at < to; at++) {
      const row = rows[at]!;
      if (column[row]! > threshold) continue;
      rows[at] = rows[middle]!;
      rows[middle++] = row;
    }
    return middle;
  }
}
