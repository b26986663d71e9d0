/** Plays the worlds of many seeds, one after the other. Arguments: the first seed, how many. */
import { simulate } from './simulation.js';

const [first, count] = process.argv.slice(2).map(Number) as [number, number];
for (let seed = first; seed < first + count; seed += 1) {
  await simulate(seed).catch((error: unknown) => {
    throw new Error(`seed ${seed} (play again with SEED=${seed}): ${(error as Error).message}`, { cause: error });
  });
}
