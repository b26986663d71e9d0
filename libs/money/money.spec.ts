import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dollars, fromCents, fromPico, pico, times, toCents, toDollars, toPico } from './money.js';

describe('Money', () => {
  it.each([
    ['0.05', 50_000_000_000n],
    ['1', 1_000_000_000_000n],
    ['-2.5', -2_500_000_000_000n],
    ['1e-7', 100_000n],
    ['0.000000000001', 1n],
  ])('reads %s dollars as %s pico-dollars', (text, expected) => expect(dollars(text)).toBe(expected));

  it.each(['', 'abc', '1.', '0.0000000000001', '1,5', 'NaN', '--1'])('refuses %j', (text) => expect(() => dollars(text)).toThrow(RangeError));

  it('multiplies a price per token without rounding', () => {
    const perToken = dollars('0.000000293');
    expect(toDollars(times(perToken, 1_234_567))).toBe('0.361728131');
  });

  it('writes and reads back every amount, in dollars, cents and pico-dollars', () =>
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n }), (amount) => {
        const money = pico(amount);
        expect(dollars(toDollars(money))).toBe(money);
        expect(fromCents(toCents(money))).toBe(money);
        expect(fromPico(toPico(money))).toBe(money);
      }),
    ));
});
