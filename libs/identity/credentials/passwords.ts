/** Passwords under argon2id, with the parameters OWASP recommends (Password Storage Cheat Sheet: 19 MiB, 2 passes). */
import { hash, verify } from '@node-rs/argon2';
import { unavailable } from '../../platform/http/api-error.js';

const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Hashing takes tens of milliseconds of a thread: a flood of sign-ins must leave threads to everything else. */
const atOnce = 2;
const longestQueue = 64;

export class Passwords {
  private running = 0;
  private readonly queue: (() => void)[] = [];
  /** Verified against when nobody has the address, so that the answer takes as long. */
  private readonly decoy = hash('nobody has this password', parameters);

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, parameters));
  }

  /** @param stored null when there is no such person; the answer is then false, in the same time. */
  verify(password: string, stored: string | null): Promise<boolean> {
    return this.inTurn(async () => (await verify(stored ?? (await this.decoy), password)) && stored !== null);
  }

  /** @throws ApiError 503 when too many wait already. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.queue.length >= longestQueue) throw unavailable('too many people sign in at this moment', 'sign_in_busy', 2);
    if (this.running >= atOnce) await new Promise<void>((resolve) => this.queue.push(resolve));
    else this.running++;
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.running--;
    }
  }
}
