/** Time as the readers of the log see it, so that a simulation can own it. */
export interface Timer {
  after(ms: number): Deadline;
}

export interface Deadline {
  readonly passed: Promise<'deadline'>;
  cancel(): void;
}

export const realTimer: Timer = {
  after(ms) {
    let cancel = (): void => undefined;
    const passed = new Promise<'deadline'>((resolve) => {
      const done = () => resolve('deadline');
      // Zero is "when all that is ready has run", which a timer is not.
      const handle = ms === 0 ? setImmediate(done) : setTimeout(done, ms);
      cancel = () => (ms === 0 ? clearImmediate(handle as NodeJS.Immediate) : clearTimeout(handle as NodeJS.Timeout));
    });
    return { passed, cancel };
  },
};
