import { describe, it } from '@jest/globals';
import { simulate } from './testing/simulation.js';

/** SEED plays one world again, SEEDS says how many; without them the same worlds run every time. */
const first = Number(process.env['SEED'] ?? 1);
const count = process.env['SEED'] ? 1 : Number(process.env['SEEDS'] ?? 2_000);

describe('the engine under a seeded scheduler', () => {
  it(`ends every one of ${count} worlds as a calm one would`, async () => {
    for (let seed = first; seed < first + count; seed += 1) {
      await simulate(seed).catch((error: unknown) => {
        throw new Error(`seed ${seed} (play again with SEED=${seed}): ${(error as Error).message}`, { cause: error });
      });
    }
  }, 300_000);
});
