import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IdTable } from './id-table.js';

/** Few ids and streams, so that they meet again. */
const arbitraryEntry = fc.record({ stream: fc.integer({ min: 1, max: 3 }), id: fc.integer({ min: 0, max: 40 }), revision: fc.nat(2 ** 40) });
const idOf = (n: number): Buffer => {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(n, 12);
  return id;
};

describe('a table of event ids', () => {
  it('says what a map would say, full or not, and nothing after it was cleared', () =>
    fc.assert(
      fc.property(fc.array(arbitraryEntry, { maxLength: 123 }), (entries) => {
        const table = new IdTable(123);
        const map = new Map<string, number>();
        for (const { stream, id, revision } of entries) {
          table.set(stream, idOf(id), revision);
          map.set(`${stream} ${id}`, revision);
        }
        const all = [1, 2, 3].flatMap((stream) => Array.from({ length: 42 }, (_, id) => [stream, id] as const));
        expect(all.map(([stream, id]) => table.get(stream, idOf(id)))).toEqual(all.map(([stream, id]) => map.get(`${stream} ${id}`)));
        expect(table.size).toBe(map.size);
        table.clear();
        expect(all.every(([stream, id]) => table.get(stream, idOf(id)) === undefined)).toBe(true);
      }),
    ));

  it('holds as many as it is meant for', () => {
    const table = new IdTable(1_000);
    for (let n = 0; n < 1_000; n++) table.set(1, idOf(n), n);
    expect([table.get(1, idOf(0)), table.get(1, idOf(999)), table.get(1, idOf(1_000)), table.get(2, idOf(0))]).toEqual([0, 999, undefined, undefined]);
  });
});
