import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arrayOf } from './sql.js';

/** The driver's own way, which is not in its types. */
const { prepareValue } = createRequire(import.meta.url)('pg/lib/utils.js') as { prepareValue(value: unknown): string };

describe('a column as the text of an array', () => {
  it('is what the driver makes of it, quotes, backslashes and absent cells included', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', ',', ' ', '\n') }), fc.constantFrom('', 'NULL', 'null'));
    fc.assert(fc.property(fc.array(fc.option(text)), (cells) => expect(arrayOf(cells)).toBe(prepareValue(cells))));
  });

  it('holds numbers as they are written', () => {
    expect(arrayOf([1, -2.5, 1e-7, null])).toBe('{1,-2.5,1e-7,NULL}');
  });

  it('is left to the driver when it holds anything else', () => {
    const cells = ['a', new Date(0), true];
    expect(arrayOf(cells)).toBe(cells);
  });
});
