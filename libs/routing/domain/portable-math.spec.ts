import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exp, ln, logistic, logit, nearest, round6 } from './portable-math.js';

const close = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(b)));

describe('portable mathematics', () => {
  it('agrees with the engine far beyond the six decimals that are kept', () => {
    fc.assert(fc.property(fc.double({ min: 1e-12, max: 1e18, noNaN: true }), (x) => close(ln(x), Math.log(x))));
    fc.assert(fc.property(fc.double({ min: -40, max: 40, noNaN: true }), (x) => close(exp(x), Math.exp(x))));
    fc.assert(fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (share) => close(logistic(logit(share)), share)));
  });

  it('takes logarithms across every power of two, and across √2 times it, where the exponent changes', () => {
    for (let power = -1000; power <= 1000; power += 1) for (const near of [1 - 2 ** -53, 1, 1 + 2 ** -52, Math.SQRT2 - 2 ** -52, Math.SQRT2, Math.SQRT2 + 2 ** -52]) close(ln(near * 2 ** power), Math.log(near * 2 ** power));
    close(ln(Number.MAX_VALUE), Math.log(Number.MAX_VALUE));
    close(ln(5e-324), Math.log(5e-324));
  });

  it('rounds as the language does', () => {
    fc.assert(fc.property(fc.double({ min: -(2 ** 51), max: 2 ** 51, noNaN: true }), (x) => expect(nearest(x) === Math.round(x)).toBe(true)));
    fc.assert(fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.constantFrom(-1, 0, 1), (halves, ulps) => {
      const x = (halves / 2) * (1 + ulps * 2 ** -52);
      expect(nearest(x) === Math.round(x)).toBe(true);
    }));
    expect(nearest(0.49999999999999994)).toBe(0);
  });

  it('gives these very bits on every machine', () => {
    expect([ln(10), exp(1), exp(-3.7), logistic(0.3), logit(0.8)].map((x) => x.toString())).toEqual([
      '2.302585092994045', '2.7182818284548493', '0.02472352647033519', '0.5744425168121816', '1.3862943611198908',
    ]);
    expect(round6(0.1234565)).toBe(0.123457);
  });

  it('does not overflow at the ends', () => {
    expect(logistic(-1e9)).toBeGreaterThan(0);
    expect(logistic(1e9)).toBe(1);
    expect(exp(1e9)).toBe(exp(44));
  });
});
