/**
 * One subscription to the log with several seats. What was read last is kept in a window; each seat has its own place
 * in it and its own types. Nobody pulls the log but a seat that has nothing left, so those who keep up set the pace;
 * one that is slow holds the others back when the window is full, but only for so long: then it loses its seat.
 */
import type { Position } from './domain/event.js';
import type { LogMessage, Subscription } from './subscription.js';
import type { Deadline, Timer } from './timer.js';

type EventMessage = Extract<LogMessage, { kind: 'event' }>;

export interface WindowLimits {
  readonly events: number;
  readonly bytes: number;
  /** Events that one pull of a seat looks at. */
  readonly atOnce: number;
  /** How long a seat may hold the others back. */
  readonly patienceMs: number;
}

export interface Seat {
  /** Strictly after this commit position; -1 for the start of the log. */
  at: bigint;
  readonly types: ReadonlySet<string>;
}

interface Place {
  /** Counted from the reader's first event. */
  next: number;
  saidCaughtUp: boolean;
}

const startOfLog = -1n;
export const commitOf = (position: Position | undefined): bigint => position?.commit ?? startOfLog;

export class SharedReader {
  /** Everything of its types that is after this and not after `head` is in the window. */
  floor: bigint;
  /** Whether it has seen the end of the log. */
  live = false;
  private head: Position | undefined;
  private failure: { readonly error: unknown } | null = null;
  private ended = false;
  private readonly window: EventMessage[] = [];
  private bytes = 0;
  /** Number of the window's first event. */
  private first = 0;
  private readonly places = new Map<Seat, Place>();
  private readonly chunks: AsyncIterator<readonly LogMessage[]>;
  private pulling = false;
  private readonly changed = new Signal();
  private readonly moved = new Signal();

  constructor(
    private readonly subscription: Subscription,
    private readonly on: { readonly from: Position | undefined; readonly types: ReadonlySet<string>; readonly limits: WindowLimits; readonly timer: Timer; live(): void; awaited(): boolean },
  ) {
    this.floor = commitOf(on.from);
    this.head = on.from;
    this.chunks = subscription.chunks()[Symbol.asyncIterator]();
  }

  get over(): boolean {
    return this.ended || this.failure !== null;
  }

  get empty(): boolean {
    return this.places.size === 0;
  }

  covers(types: ReadonlySet<string>): boolean {
    return [...types].every((type) => this.on.types.has(type));
  }

  /** Whether a seat at this position would miss nothing here, and would not have to wait for a reader that is far behind it. */
  reaches(at: bigint): boolean {
    return !this.over && at >= this.floor && (this.live || at <= commitOf(this.head));
  }

  isAhead(at: bigint): boolean {
    return at < this.floor;
  }

  has(seat: Seat): boolean {
    return this.places.has(seat);
  }

  join(seat: Seat): void {
    this.places.set(seat, { next: this.first + firstAfter(this.window, seat.at), saidCaughtUp: false });
  }

  leave(seat: Seat): void {
    this.places.delete(seat);
    this.moved.give();
  }

  /** What there is for a seat now; a checkpoint stands for what is not of its types. @throws what broke the subscription. */
  take(seat: Seat): LogMessage[] {
    if (this.failure) throw this.failure.error;
    const place = this.places.get(seat)!;
    const from = place.next - this.first;
    const until = Math.min(this.window.length, from + this.on.limits.atOnce);
    const taken: LogMessage[] = [];
    for (let index = from; index < until; index += 1) {
      const message = this.window[index]!;
      if (message.event.position.commit > seat.at && seat.types.has(message.event.type)) taken.push(message);
    }
    place.next = this.first + until;
    const passed = until === this.window.length ? this.head : this.window[until - 1]!.event.position;
    if (passed && passed.commit > seat.at) {
      seat.at = passed.commit;
      if (taken.length === 0 || (taken[taken.length - 1] as EventMessage).event.position.commit < passed.commit) taken.push({ kind: 'checkpoint', position: passed });
    }
    if (until === this.window.length && this.live && !place.saidCaughtUp) {
      place.saidCaughtUp = true;
      taken.push({ kind: 'caught-up' });
    }
    if (until > from) this.moved.give();
    return taken;
  }

  /** Resolves when there may be more, or when somebody should look for another reader. */
  more(): Promise<void> {
    const changed = this.changed.next();
    void this.pull();
    return changed;
  }

  wake(): void {
    this.changed.give();
  }

  async close(): Promise<void> {
    this.ended = true;
    this.wake();
    this.moved.give();
    await this.subscription.unsubscribe();
  }

  private async pull(): Promise<void> {
    if (this.pulling || this.over) return;
    this.pulling = true;
    try {
      if (this.full) await this.room();
      const next = await this.chunks.next();
      if (next.done) this.ended = true;
      else for (const message of next.value) this.absorb(message);
      this.trim();
    } catch (error) {
      this.failure = { error };
    } finally {
      this.pulling = false;
      this.wake();
    }
  }

  private absorb(message: LogMessage): void {
    if (message.kind === 'caught-up') {
      if (this.live) return;
      this.live = true;
      this.on.live();
      return;
    }
    const position = message.kind === 'event' ? message.event.position : message.position;
    if (position.commit <= commitOf(this.head)) return;
    this.head = position;
    if (message.kind === 'checkpoint') return;
    this.window.push(message);
    this.bytes += message.bytes;
  }

  /** Waits while a seat is a whole window behind; it loses its seat when that takes too long. */
  private async room(): Promise<void> {
    let deadline: Deadline | null = null;
    while (this.tooSlow().length > 0 && !this.ended) {
      deadline ??= this.on.timer.after(this.on.limits.patienceMs);
      if ((await Promise.race([this.moved.next(), deadline.passed])) !== 'deadline') continue;
      for (const seat of this.tooSlow()) this.places.delete(seat);
    }
    deadline?.cancel();
  }

  private get full(): boolean {
    const { limits } = this.on;
    return this.window.length >= limits.events || this.bytes >= limits.bytes;
  }

  private tooSlow(): Seat[] {
    if (!this.full) return [];
    const { limits } = this.on;
    const last = this.first + this.window.length;
    const least = Math.min(limits.events, this.window.length);
    return [...this.places].filter(([, place]) => last - place.next >= least).map(([seat]) => seat);
  }

  /**
   * Keeps what seats have not passed, and some more while others are on their way here. What nobody needs is let go at
   * once: an event that is held for a second outlives the young generation, with all that was decoded of it.
   */
  private trim(): void {
    const { limits } = this.on;
    const spare = this.on.awaited() ? limits.events : 0;
    if (this.window.length < spare * 1.25 && this.bytes < limits.bytes * 1.25) return;
    const needed = Math.min(...[...this.places.values()].map((place) => place.next)) - this.first;
    let drop = 0;
    let bytes = this.bytes;
    for (; drop < this.window.length && (this.window.length - drop > spare || bytes > limits.bytes) && drop < needed; drop += 1) bytes -= this.window[drop]!.bytes;
    if (drop === 0) return;
    this.floor = this.window[drop - 1]!.event.position.commit;
    this.window.splice(0, drop);
    this.first += drop;
    this.bytes = bytes;
  }
}

/** Index of the first event after a commit position. */
function firstAfter(window: readonly EventMessage[], at: bigint): number {
  let low = 0;
  let high = window.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (window[middle]!.event.position.commit <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Something that happens again and again, and those who wait for the next time. */
class Signal {
  private waiting: { readonly promise: Promise<void>; resolve(): void } | null = null;

  next(): Promise<void> {
    if (!this.waiting) {
      let resolve = (): void => undefined;
      this.waiting = { promise: new Promise<void>((done) => (resolve = done)), resolve: () => resolve() };
    }
    return this.waiting.promise;
  }

  give(): void {
    const { waiting } = this;
    this.waiting = null;
    waiting?.resolve();
  }
}
