/**
 * One timer for every call in flight: deadlines, silences and heartbeats are checked a few times a second, instead of
 * a timer or two per call and per chunk. It runs only while there is something to watch.
 */
export interface Watched {
  /** @param nowMs monotonic milliseconds */
  tick(nowMs: number): void;
}

export class Watch {
  private readonly watched = new Set<Watched>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly everyMs = 100) {}

  add(item: Watched): void {
    this.watched.add(item);
    this.timer ??= setInterval(() => this.tick(), this.everyMs);
  }

  remove(item: Watched): void {
    this.watched.delete(item);
    if (this.watched.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  private tick(): void {
    const now = performance.now();
    for (const item of this.watched) item.tick(now);
  }
}
