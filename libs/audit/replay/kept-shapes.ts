import { setFlagsFromString } from 'node:v8';

/**
 * V8 forgets the hidden class of objects of which none lived through two full collections, and with it the optimized
 * code that knew it. A replay makes and forgets the same few shapes all the time, so nearly each collection cost it the
 * code of the decider: a tenth of its time (bench/replay). Asked for when a replay begins, and then kept by the process.
 */
export function keepShapes(): void {
  setFlagsFromString('--retain-maps-for-n-gc=1000');
}
