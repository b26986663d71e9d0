/**
 * An exact count over the last minute: at every instant, what was taken in the window up to it is known to the unit.
 * A fixed window lets twice its limit through around its edge and a token bucket does so after a pause; a log of what
 * was taken and when does neither. Takings of the same millisecond share an entry, so a busy key stays small.
 */
export interface Taking {
  readonly at: number;
  amount: number;
}

const compactAfter = 1_024;

export class SlidingWindow {
  private readonly takings: Taking[] = [];
  private first = 0;
  private sum = 0;

  /** @param lengthMs a taking counts until this long after it. */
  constructor(private readonly lengthMs: number) {}

  /** What counts at this moment. @param now milliseconds, never less than before. */
  used(now: number): number {
    while (this.first < this.takings.length && now - this.takings[this.first]!.at >= this.lengthMs) this.sum -= this.takings[this.first++]!.amount;
    if (this.first >= compactAfter && this.first * 2 >= this.takings.length) {
      this.takings.splice(0, this.first);
      this.first = 0;
    }
    return this.sum;
  }

  /** Milliseconds until `amount` more fits under `limit`: 0 now, Infinity never. */
  waitFor(amount: number, limit: number, now: number): number {
    let excess = this.used(now) + amount - limit;
    if (excess <= 0) return 0;
    if (amount > limit) return Number.POSITIVE_INFINITY;
    for (let index = this.first; index < this.takings.length; index++) {
      excess -= this.takings[index]!.amount;
      if (excess <= 0) return this.takings[index]!.at + this.lengthMs - now;
    }
    return this.lengthMs;
  }

  /** Milliseconds until nothing counts any more. */
  resetIn(now: number): number {
    return this.used(now) === 0 ? 0 : this.takings.at(-1)!.at + this.lengthMs - now;
  }

  take(amount: number, now: number): Taking {
    this.sum += amount;
    const last = this.takings.at(-1);
    if (last && last.at === now && this.first < this.takings.length) {
      last.amount += amount;
      return last;
    }
    const taking = { at: now, amount };
    this.takings.push(taking);
    return taking;
  }

  /** Gives back a part of a taking; one that has left the window already gave everything back. */
  giveBack(taking: Taking, amount: number, now: number): void {
    this.used(now);
    if (now - taking.at >= this.lengthMs) return;
    taking.amount -= amount;
    this.sum -= amount;
  }
}
