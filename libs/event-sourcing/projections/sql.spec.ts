import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromPico } from '../../money/money.js';
import type { Cell, ColumnType } from './projection.js';
import { arrayOf } from './sql.js';

/** The driver's own way, which is not in its types. */
const { prepareValue } = createRequire(import.meta.url)('pg/lib/utils.js') as { prepareValue(value: unknown): string };
const array = (type: ColumnType, cells: readonly (Cell | undefined)[]) => arrayOf(type, cells, (cell) => cell);

describe('a column as the text of an array', () => {
  it('is what the driver makes of it, quotes, backslashes and absent cells included', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', ',', ' ', '\n') }), fc.constantFrom('', 'NULL', 'null'));
    fc.assert(fc.property(fc.array(fc.option(text)), (cells) => expect(array('text', cells)).toBe(prepareValue(cells))));
    const json = fc.array(fc.option(fc.jsonValue(), { freq: 3 }).filter((value) => value === null || typeof value === 'object'));
    fc.assert(fc.property(json, (cells) => expect(array('jsonb', cells as Cell[])).toBe(prepareValue(cells.map((cell) => cell && JSON.stringify(cell))))));
  });

  it('holds numbers as they are written, money in cents, and truth as a letter', () => {
    expect(array('float8', [1, -2.5, 1e-7, null, undefined])).toBe('{1,-2.5,1e-7,NULL,NULL}');
    expect(array('bigint', [2n ** 62n, 7, '8'])).toBe('{4611686018427387904,7,8}');
    expect(array('cents', [fromPico('-1230000000000'), null])).toBe('{-123,NULL}');
    expect(array('boolean', [true, false, null])).toBe('{t,f,NULL}');
  });
});
