/** Boosted regression trees of one depth, flat: three arrays, walked without allocation. */
export interface BoostedTrees {
  readonly depth: number;
  /** Per tree `2^depth - 1` inner nodes, breadth first: which measure, and from which value on one goes right. */
  readonly measure: readonly number[];
  readonly threshold: readonly number[];
  /** Per tree `2^depth` leaves. */
  readonly leaf: readonly number[];
}

export function sumOfTrees({ depth, measure, threshold, leaf }: BoostedTrees, measures: Float32Array): number {
  const inner = (1 << depth) - 1;
  let sum = 0;
  for (let first = 0, leaves = 0; first < measure.length; first += inner, leaves += inner + 1) {
    let node = 0;
    while (node < inner) node = 2 * node + (measures[measure[first + node]!]! >= threshold[first + node]! ? 2 : 1);
    sum += leaf[leaves + node - inner]!;
  }
  return sum;
}
