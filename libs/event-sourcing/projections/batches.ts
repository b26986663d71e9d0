/**
 * Cuts a subscription into batches: closed by size, by bytes, by a deadline since the first event, or when the
 * subscription has caught up. Pulled, so a slow consumer holds the log back instead of filling memory.
 */
import type { Position, Recorded } from '../domain/event.js';
import type { LogMessage } from '../subscription.js';
import type { Deadline, Timer } from '../timer.js';

export interface Batch {
  readonly events: readonly Recorded[];
  /** Where the log was read to; null when nothing moved. */
  readonly position: Position | null;
  readonly caughtUp: boolean;
}

export interface BatchLimits {
  readonly events: number;
  readonly bytes: number;
  /** Wait for more after the first event, once live and when the batch before is long over. */
  readonly quietMs: number;
  /** Time between two batches at least, once live and busy: what a reader may have to wait, and what a commit costs. */
  readonly paceMs: number;
  /** Wait for more after the first event while catching up, where full batches matter more. */
  readonly behindMs: number;
  /** How often a checkpoint alone is worth a write. */
  readonly idleMs: number;
}

export const usualLimits: BatchLimits = { events: 1_000, bytes: 4 * 1024 * 1024, quietMs: 4, paceMs: 80, behindMs: 500, idleMs: 1_000 };

/**
 * Ends when the source ends; stop it by ending the source. Positions only grow: what the source says a second time is
 * left out, within a batch and across them.
 */
export async function* batches(source: AsyncIterable<readonly LogMessage[]>, limits: BatchLimits, timer: Timer): AsyncGenerator<Batch, void> {
  const messages = new Messages(source);
  const pace = new Pace(limits, timer);
  for (let reached = -1n; ; ) {
    const batch = new OpenBatch(limits, reached);
    const ended = await gather(batch, messages, pace);
    if (!ended || !batch.empty) yield batch.closed();
    if (ended) return;
    reached = batch.reached;
    pace.closed();
  }
}

/** @returns whether the source has ended. */
async function gather(batch: OpenBatch, messages: Messages, pace: Pace): Promise<boolean> {
  let deadline: Deadline | null = null;
  try {
    while (!batch.full) {
      const said = await messages.arrival(deadline?.passed);
      if (said === 'end') return true;
      if (said === 'deadline') return false;
      const first = batch.events.length === 0;
      messages.moveTo(batch);
      if (batch.caughtUp) pace.live = true;
      if (batch.full) return false;
      if (batch.events.length === 0) deadline ??= pace.idle();
      else if (first) {
        deadline?.cancel();
        deadline = await pace.afterFirst();
      }
    }
    return false;
  } finally {
    deadline?.cancel();
  }
}

/** How long a batch stays open. */
class Pace {
  live = false;
  private cooling: Deadline | null = null;
  private cooled = true;

  constructor(
    private readonly limits: BatchLimits,
    private readonly timer: Timer,
  ) {}

  /** For a batch that holds nothing but a checkpoint. */
  idle(): Deadline {
    return this.timer.after(this.limits.idleMs);
  }

  /**
   * Catching up: a deadline to gather until. Live: waits first, without being woken by every event, and then there is
   * just the time to take what has come.
   */
  async afterFirst(): Promise<Deadline> {
    if (!this.live) return this.timer.after(this.limits.behindMs);
    if (this.cooled) await this.timer.after(this.limits.quietMs).passed;
    else await this.cooling!.passed;
    return this.timer.after(0);
  }

  closed(): void {
    if (!this.live) return;
    this.cooling?.cancel();
    const cooling = this.timer.after(this.limits.paceMs);
    this.cooling = cooling;
    this.cooled = false;
    void cooling.passed.then(() => {
      if (this.cooling === cooling) this.cooled = true;
    });
  }
}

/** The messages of a source, pulled a chunk at a time and taken as a batch has room. */
class Messages {
  private readonly chunks: AsyncIterator<readonly LogMessage[]>;
  private pulled: Promise<IteratorResult<readonly LogMessage[], unknown>> | null = null;
  private chunk: readonly LogMessage[] = [];
  private next = 0;

  constructor(source: AsyncIterable<readonly LogMessage[]>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** Resolves when there is something to take. What is still being pulled after a deadline is there for the next time. */
  async arrival(deadline: Promise<'deadline'> | undefined): Promise<'messages' | 'deadline' | 'end'> {
    if (this.next < this.chunk.length) return 'messages';
    if (!this.pulled) {
      this.pulled = this.chunks.next();
      // Its failure is thrown when its turn comes.
      this.pulled.catch(() => undefined);
    }
    const said = deadline ? await Promise.race([this.pulled, deadline]) : await this.pulled;
    if (said === 'deadline') return said;
    this.pulled = null;
    if (said.done) return 'end';
    this.chunk = said.value;
    this.next = 0;
    return 'messages';
  }

  moveTo(batch: OpenBatch): void {
    while (!batch.full && this.next < this.chunk.length) batch.take(this.chunk[this.next++]!);
  }
}

class OpenBatch {
  readonly events: Recorded[] = [];
  caughtUp = false;
  private bytes = 0;
  private position: Position | null = null;

  constructor(
    private readonly limits: BatchLimits,
    /** Commit position up to which everything has been said. */
    public reached: bigint,
  ) {}

  take(item: LogMessage): void {
    if (item.kind === 'caught-up') {
      this.caughtUp = true;
      return;
    }
    const position = item.kind === 'event' ? item.event.position : item.position;
    if (position.commit <= this.reached) return;
    this.position = position;
    this.reached = position.commit;
    if (item.kind === 'checkpoint') return;
    this.events.push(item.event);
    this.bytes += item.bytes;
  }

  get empty(): boolean {
    return this.position === null && !this.caughtUp;
  }

  get full(): boolean {
    return this.caughtUp || this.events.length >= this.limits.events || this.bytes >= this.limits.bytes;
  }

  closed(): Batch {
    return { events: this.events, position: this.position, caughtUp: this.caughtUp };
  }
}
