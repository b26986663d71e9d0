/** Requests under way, by the place of their answer: an identical one waits for it instead of calling for itself. */
import type { HangUp } from '../domain/outcome.js';

export class Flights {
  private readonly leaders = new Map<string, Promise<void>>();

  has(name: string): boolean {
    return this.leaders.has(name);
  }

  /** `kept` settles once the answer can be found, or never will be. */
  lead(name: string, kept: Promise<void>): void {
    this.leaders.set(name, kept);
    const gone = (): void => this.forget(name, kept);
    kept.then(gone, gone);
  }

  /**
   * Resolves when the request under way has ended or the signal is aborted, whatever comes first. Its answer is in the
   * cache by then, unless it failed: then the next one leads.
   */
  async wait(name: string, signal: HangUp): Promise<void> {
    const leader = this.leaders.get(name);
    if (!leader) return;
    await orAborted(leader, signal);
    if (!signal.aborted) this.forget(name, leader);
  }

  private forget(name: string, leader: Promise<void>): void {
    if (this.leaders.get(name) === leader) this.leaders.delete(name);
  }
}

function orAborted(call: Promise<void>, signal: HangUp): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', done);
    call.then(done, done);
  });
}
