/**
 * Logarithm, exponential and logistic from additions and multiplications alone. ECMAScript leaves the last bits of
 * Math.log and Math.exp to the engine (ECMA-262, "implementation-approximated"), and a decision must be the same,
 * byte for byte, on every machine. Good to about 1e-10, far below the six decimals that are kept.
 */
const ln2 = 0.6931471805599453;
const squareRootOf2 = 1.4142135623730951;

/** A double and its two halves: its exponent is read from the one that holds it, which depends on the machine. */
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
const high = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;
const smallestNormal = 2.2250738585072014e-308;

/**
 * Natural logarithm of a positive number. Weighing takes one for every model, of numbers as random as prices are: what
 * it costs is branches that the processor cannot foresee, so there is none. The exponent of x / √2, rather than that of
 * x, gives a mantissa between √½ and √2 at once; the quotient lies below a power of two exactly when x lies below its √2.
 */
export function ln(x: number): number {
  if (x < smallestNormal) return ln(x * 2 ** 54) - 54 * ln2;
  double[0] = x / squareRootOf2;
  const exponent = (halves[high]! >>> 20) - 1022;
  const mantissa = x * powersOfTwo[largestPower - exponent]!;
  const s = (mantissa - 1) / (mantissa + 1);
  const q = s * s;
  return exponent * ln2 + 2 * s * (1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q / 13))))));
}

/** Halving and doubling are exact, so these are the powers themselves. */
const largestPower = 1_024;
const powersOfTwo = new Float64Array(2 * largestPower + 1);
powersOfTwo[largestPower] = 1;
for (let power = 1; power <= largestPower; power += 1) {
  powersOfTwo[largestPower + power] = powersOfTwo[largestPower + power - 1]! * 2;
  powersOfTwo[largestPower - power] = powersOfTwo[largestPower - power + 1]! * 0.5;
}

/** e^x, for x between -44 and 44; beyond, the value at the end. */
export function exp(x: number): number {
  const bounded = x > 44 ? 44 : x < -44 ? -44 : x;
  const power = nearest(bounded / ln2) | 0;
  const r = bounded - power * ln2;
  const series = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5_040 + r * (1 / 40_320 + r / 362_880))))))));
  return series * powersOfTwo[power + largestPower]!;
}

/** 1 / (1 + e^-x). */
export const logistic = (x: number): number => 1 / (1 + exp(-x));

/** The inverse of `logistic`, for a share strictly between 0 and 1. */
export const logit = (share: number): number => ln(share / (1 - share));

/**
 * Math.round, of numbers below 2^52: V8 makes a branch of it that is mispredicted every other time, at ten times the
 * cost of a sum. Below one half there is one number whose sum with it is rounded up to one.
 */
export const nearest = (x: number): number => (x === justBelowHalf ? 0 : Math.floor(x + 0.5));
const justBelowHalf = 0.49999999999999994;

/** Rounded to six decimals: how every figure of a decision is kept. */
export const round6 = (x: number): number => nearest(x * 1e6) / 1e6;

/** The same in millionths, as a whole number: what is weighed of every model is divided only where it is recorded. */
export const millionths = (x: number): number => nearest(x * 1e6);
export const ofMillionths = (whole: number): number => whole / 1e6;
