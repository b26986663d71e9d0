/**
 * Logarithm, exponential and logistic from additions and multiplications alone. ECMAScript leaves the last bits of
 * Math.log and Math.exp to the engine (ECMA-262, "implementation-approximated"), and a decision must be the same,
 * byte for byte, on every machine. Good to about 1e-10, far below the six decimals that are kept.
 */
const ln2 = 0.6931471805599453;
const squareRootOf2 = 1.4142135623730951;

const beyondInteger = 2 ** 62;
/** The bits of a double, as two halves: halving and doubling are exact, so its exponent may be taken from them. */
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
/** Which half holds sign and exponent depends on the machine. */
const high = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;
const smallestNormal = 2.2250738585072014e-308;

/** Natural logarithm of a positive number. */
export function ln(x: number): number {
  // A cost is at least one: its exponent is the length of its whole part, and no bits go through memory.
  if (x >= 1 && x < beyondInteger) {
    const whole = x < 2147483648 ? 31 - Math.clz32(x) : 62 - Math.clz32(x / 2147483648);
    return ofParts(whole, x * powersOfTwo[largestPower - whole]!);
  }
  if (x < smallestNormal) return ln(x * 2 ** 54) - 54 * ln2;
  double[0] = x;
  const bits = halves[high]!;
  halves[high] = (bits & 0xfffff) | 0x3ff00000;
  return ofParts((bits >>> 20) - 1023, double[0]);
}

/** Of 2^power times a number from one to two. */
function ofParts(power: number, fraction: number): number {
  const upper = fraction >= squareRootOf2;
  const mantissa = upper ? fraction * 0.5 : fraction;
  const exponent = upper ? power + 1 : power;
  const s = (mantissa - 1) / (mantissa + 1);
  const q = s * s;
  return exponent * ln2 + 2 * s * (1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q / 13))))));
}

const largestPower = 64;
const powersOfTwo = Float64Array.from({ length: 2 * largestPower + 1 }, (_, i) => powerOfTwo(i - largestPower));

/** e^x, for x between -44 and 44; beyond, the value at the end. */
export function exp(x: number): number {
  const bounded = Math.min(44, Math.max(-44, x));
  const power = Math.round(bounded / ln2);
  const r = bounded - power * ln2;
  const series = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5_040 + r * (1 / 40_320 + r / 362_880))))))));
  return series * powersOfTwo[power + largestPower]!;
}

/** 1 / (1 + e^-x). */
export const logistic = (x: number): number => 1 / (1 + exp(-x));

/** The inverse of `logistic`, for a share strictly between 0 and 1. */
export const logit = (share: number): number => ln(share / (1 - share));

/** Rounded to six decimals: how every figure of a decision is kept. */
export const round6 = (x: number): number => Math.round(x * 1e6) / 1e6;

function powerOfTwo(power: number): number {
  let value = 1;
  for (let i = 0; i < Math.abs(power); i += 1) value *= power < 0 ? 0.5 : 2;
  return value;
}
