import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sameJson } from './same-json.js';

const plain = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, undefined, true, false, 0, -0, NaN, 1, '', 'a', '0'),
    fc.double(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '1', '0'), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value.filter((value) => value !== undefined);

describe('the same JSON', () => {
  it('is what JSON.stringify writes as the same text', () => {
    fc.assert(
      fc.property(plain, plain, (kept, made) => {
        const read = JSON.parse(JSON.stringify(kept)) as unknown;
        expect(sameJson(read, made)).toBe(JSON.stringify(read) === JSON.stringify(made));
        expect(sameJson(read, kept)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['another order of fields', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['a field too few', { a: 1, b: 2 }, { a: 1 }],
    ['a field too many', { a: 1 }, { a: 1, b: 2 }],
    ['a list for an object', { 0: 1 }, [1]],
    ['a text for a number', { a: '1' }, { a: 1 }],
    ['a last bit', { a: 0.1 }, { a: 0.1 + 2 ** -56 }],
  ])('is not: %s', (_, read, made) => expect(sameJson(read, made)).toBe(false));
});
