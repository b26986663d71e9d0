/** Steps on a terminal while something starts; plain lines where there is no terminal. */
const plain = !process.stdout.isTTY;

export class Progress {
  private readonly startedAt = performance.now();

  /** Shows the step until it is done, then how long it took. */
  async step<T>(what: string, work: Promise<T>): Promise<T> {
    const from = performance.now();
    if (!plain) process.stdout.write(`  … ${what}`);
    try {
      const result = await work;
      this.line(`  ✓ ${what} (${Math.round(performance.now() - from)} ms)`);
      return result;
    } catch (error) {
      this.line(`  ✗ ${what}`);
      throw error;
    }
  }

  elapsedSeconds(): string {
    return ((performance.now() - this.startedAt) / 1000).toFixed(1);
  }

  private line(text: string): void {
    process.stdout.write(plain ? `${text}\n` : `\r\x1b[K${text}\n`);
  }
}
