/**
 * Exponential from additions, multiplications and divisions alone. IEEE 754 fixes those to the bit on every machine;
 * Math.exp is left to the engine (ECMA-262, "implementation-approximated"), and a decision must replay byte for byte.
 */
const LN2 = 0.6931471805599453;
const LARGEST_POWER = 87;
/** Exact: every one is a double. */
const powersOfTwo = Float64Array.from({ length: 2 * LARGEST_POWER + 1 }, (_, i) => 2 ** (i - LARGEST_POWER));

/** e^x within 1e-9 relative for |x| <= 60; beyond, the nearest bound. */
export function exp(x: number): number {
  const bounded = x > 60 ? 60 : x < -60 ? -60 : x;
  const k = Math.floor(bounded / LN2 + 0.5) | 0;
  const r = bounded - k * LN2;
  // Taylor to r^9; |r| <= ln2/2.
  let sum = 1 + r / 9;
  for (let n = 8; n >= 1; n--) sum = 1 + (r / n) * sum;
  return sum * powersOfTwo[k + LARGEST_POWER]!;
}

/** In place: scores into probabilities. */
export function softmax(scores: Float64Array, from: number, to: number): void {
  let top = -Infinity;
  for (let i = from; i < to; i++) if (scores[i]! > top) top = scores[i]!;
  let sum = 0;
  for (let i = from; i < to; i++) sum += scores[i] = exp(scores[i]! - top);
  for (let i = from; i < to; i++) scores[i] = scores[i]! / sum;
}

export const round4 = (x: number): number => Math.round(x * 10_000) / 10_000;
