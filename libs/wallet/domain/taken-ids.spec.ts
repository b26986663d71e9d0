import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TakenIds } from './taken-ids.js';

describe('taken ids', () => {
  it('are a set whose earlier versions stay as they were', () =>
    fc.assert(
      fc.property(fc.array(fc.record({ from: fc.nat(), id: fc.integer({ min: 0, max: 15 }).map(String) }), { maxLength: 60 }), (steps) => {
        const versions: [TakenIds, Set<string>][] = [[TakenIds.none, new Set()]];
        for (const { from, id } of steps) {
          const [ids, model] = versions[from % versions.length]!;
          versions.push([ids.with(id), new Set(model).add(id)]);
        }
        for (const [ids, model] of versions) {
          expect(ids.size).toBe(model.size);
          for (let n = 0; n < 16; n++) expect(ids.has(String(n))).toBe(model.has(String(n)));
        }
      }),
    ));
});
