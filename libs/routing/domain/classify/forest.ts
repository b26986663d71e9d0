/**
 * Extremely randomised trees (Geurts, Ernst and Wehenkel, 2006): each asks of a prompt's measures, one after another,
 * whether they are above a threshold. Beside a sum they see what holds only together: many numbers, but in a short text.
 */

/** In the place of a measure: this node is a leaf. */
export const LEAF = 0xffff;

/** Trees one behind the other, nodes in the order of a walk that goes to the lower branch first, which so stands next. */
export interface Forest {
  /** Nodes of each tree. */
  readonly trees: readonly number[];
  /** Which measure a node asks about. */
  readonly measure: Uint16Array;
  /** The highest measure that takes the lower branch; of a leaf, what it says. */
  readonly value: Float32Array;
  /** How many nodes further the higher branch stands. */
  readonly higher: Uint16Array;
}

/** The mean of what the trees say; 0 of a forest without any. */
export function forestScore({ trees, measure, value, higher }: Forest, measures: Float32Array): number {
  let sum = 0;
  let root = 0;
  for (let tree = 0; tree < trees.length; tree++) {
    let node = root;
    for (let asked = measure[node]!; asked !== LEAF; asked = measure[node]!) node += measures[asked]! <= value[node]! ? 1 : higher[node]!;
    sum += value[node]!;
    root += trees[tree]!;
  }
  return trees.length === 0 ? 0 : sum / trees.length;
}
