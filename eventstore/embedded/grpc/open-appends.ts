/** Appends that are being received or written. A node that shuts down tells their clients to try again. */
import { unavailable, type Refused } from './errors.js';

export class OpenAppends {
  private readonly failures = new Set<(error: Refused) => void>();

  /** Returns what to call when the append is answered. */
  enter(fail: (error: Refused) => void): () => void {
    this.failures.add(fail);
    return () => this.failures.delete(fail);
  }

  failAll(): void {
    for (const fail of [...this.failures]) fail(unavailable('the node is shutting down'));
  }
}
