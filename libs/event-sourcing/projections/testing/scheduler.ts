/** The time and order of a simulated world. */
import { setImmediate } from 'node:timers/promises';
import type { Timer } from '../../timer.js';

/** Runs whatever waits, one at a time, in an order that chance decides. Time jumps to the next timer. */
export class Scheduler {
  now = 0;
  private waiting: { readonly at: number; readonly resolve: () => void }[] = [];

  constructor(private readonly chance: () => number) {}

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.waiting.push({ at: this.now + ms, resolve }));
  }

  /** A point where somebody else may go first. */
  turn(): Promise<void> {
    return this.sleep(Math.floor(this.chance() * 3));
  }

  cancel(resolve: () => void): void {
    this.waiting = this.waiting.filter((entry) => entry.resolve !== resolve);
  }

  timer(): Timer {
    return {
      after: (ms) => {
        let resolve!: () => void;
        const passed = new Promise<'deadline'>((done) => {
          resolve = () => done('deadline');
          this.waiting.push({ at: this.now + ms, resolve });
        });
        return { passed, cancel: () => this.cancel(resolve) };
      },
    };
  }

  async until(done: () => boolean, mostSteps: number): Promise<void> {
    for (let step = 0; ; step += 1) {
      await setImmediate();
      if (done()) return;
      if (step >= mostSteps) throw new Error(`no end after ${mostSteps} steps`);
      if (this.waiting.length === 0) throw new Error('everybody waits for nobody');
      const due = this.waiting.filter((entry) => entry.at <= this.now);
      const next = due.length > 0 ? due[Math.floor(this.chance() * due.length)]! : this.waiting.reduce((first, entry) => (entry.at < first.at ? entry : first));
      this.now = Math.max(this.now, next.at);
      this.cancel(next.resolve);
      next.resolve();
    }
  }

  /** Lets everybody go, so that no promise is left behind. */
  async drain(): Promise<void> {
    for (let round = 0; round < 200 && this.waiting.length > 0; round += 1) {
      for (const entry of this.waiting.splice(0)) entry.resolve();
      await setImmediate();
    }
  }
}
