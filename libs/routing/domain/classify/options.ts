/** The listed options of a question, "B. oxygen": how many, how long, and what stands before them. */
export class Options {
  count = 0;
  chars = 0;
  longest = 0;
  /** Characters before the first. */
  stemChars = 0;
  private from = -1;

  reset(): void {
    this.count = this.chars = this.longest = this.stemChars = 0;
    this.from = -1;
  }

  /** A line that begins at `line` is an option, which is worded from `at` on. */
  begin(line: number, at: number): void {
    this.end(line);
    if (this.count === 0) this.stemChars = line;
    this.count++;
    this.from = at;
  }

  end(at: number): void {
    if (this.from < 0) return;
    const length = at - this.from;
    this.chars += length;
    if (length > this.longest) this.longest = length;
    this.from = -1;
  }

  /** The prompt is over. */
  close(at: number): void {
    this.end(at);
    if (this.count === 0) this.stemChars = at;
  }
}
