/** Waiting in a test for what it uses next, however busy the machine is: patience costs nothing where it is not needed. */
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

const patienceMs = 60_000;
const lookAgainMs = 20;

/** Asks until the answer is as wanted, and gives that answer. @throws Error with the last answer, after a minute */
export async function eventually<T>(ask: () => T | Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (const deadline = performance.now() + patienceMs; ; ) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`waited in vain; the last answer was ${inspect(answer, { depth: 5 })}`);
    await pause(lookAgainMs);
  }
}
