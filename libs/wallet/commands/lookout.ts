/** Something a process looks after every second, one look at a time. */
export class Lookout {
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  /** @param onError of looks by the clock; a look that was asked for throws. */
  constructor(
    private readonly work: (now: number) => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.look().catch(this.onError), 1_000);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Nothing while another look is not done. @param now milliseconds since 1970 */
  async look(now = Date.now()): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      await this.work(now);
    } finally {
      this.looking = false;
    }
  }
}
