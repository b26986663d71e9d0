import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredEvent } from '../../event-sourcing/stored-event.js';
import { clockSlackMs, startOfRange } from './start-of-range.js';
import { tileWidth } from '../tree/tile-nodes.js';

/** Leaf i stands at position 10 i, and was written at `times[i]`. */
function logOf(times: readonly number[]) {
  let reads = 0;
  return {
    reads: () => reads,
    log: {
      async *readStored({ from }: { from?: { commit: bigint } } = {}) {
        reads += 1;
        yield { createdMs: times[Number(from!.commit) / 10]! } as StoredEvent;
      },
    },
    tree: { firstPositionOf: (tile: number) => Promise.resolve(BigInt(tile * tileWidth * 10)) },
  };
}

describe('the start of a range of time', () => {
  it('leaves out no event of the range, and reads a logarithm of the log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 0, max: 1.1, noNaN: true }), async (size, step, share) => {
        const times = Array.from({ length: size }, (_, i) => i * step);
        const fromMs = share * size * step;
        const { log, tree, reads } = logOf(times);
        const { leaf, from } = await startOfRange(log, tree, { size, fromMs });
        expect(times.slice(0, leaf).every((at) => at < fromMs)).toBe(true);
        expect(from?.commit ?? 0n).toBe(BigInt(leaf * 10));
        expect(reads()).toBeLessThanOrEqual(8);
        // Not far before it either: less than a tile, beside what clocks may differ by.
        const first = times.findIndex((at) => at >= fromMs - clockSlackMs);
        expect((first === -1 ? size : first) - leaf).toBeLessThanOrEqual(tileWidth);
      }),
      { numRuns: 60 },
    );
  });

  it('is the start of the log where no time is named', async () => {
    const { log, tree, reads } = logOf([1, 2, 3]);
    expect(await startOfRange(log, tree, { size: 3, fromMs: -Infinity })).toEqual({ leaf: 0 });
    expect(reads()).toBe(0);
  });
});
