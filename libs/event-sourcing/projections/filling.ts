/**
 * Fills the shadow of a projection from the log. Events are folded as they come and then forgotten: what was decoded of
 * them dies young, where holding a batch of them until it is committed costs a quarter of the CPU time in copies that
 * the garbage collector makes. One batch gathers while the one before is on its way to the disk.
 */
import type { Position } from '../domain/event.js';
import type { LogMessage } from '../subscription.js';
import type { Committer } from './committer.js';
import { Folding } from './fold.js';
import type { Projection } from './projection.js';
import type { ProjectionLog } from './projector.js';

/** Larger than live batches: nobody waits for a row of a shadow. What is larger still lives too long for the cheap kind of garbage collection. */
const full = { events: 2_000, bytes: 16 * 1024 * 1024 };

export interface FillOptions {
  readonly projection: Projection;
  readonly log: ProjectionLog;
  readonly committer: Committer;
  /** Called for every batch, with the commit position it reaches. */
  onBatch(reached: bigint): void;
}

/**
 * Up to a position, never past it, or to the end of the log when it comes first.
 * @throws whatever an event that cannot be folded causes: a shadow has no parking.
 */
export async function fillUpTo(target: Position, options: FillOptions): Promise<void> {
  const from = options.committer.position;
  if (from && from.commit >= target.commit) return;
  const subscription = options.log.subscribe({ types: options.projection.types, ...(from ? { from } : {}) });
  const filling = new Filling(options, from?.commit ?? -1n, target.commit);
  try {
    for await (const chunk of subscription.chunks()) if (await filling.take(chunk)) break;
    await filling.finish();
  } finally {
    await filling.settled();
    await subscription.unsubscribe();
  }
}

class Filling {
  private folding: Folding;
  private bytes = 0;
  private last: Position | null = null;
  private committing: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: FillOptions,
    /** Commit position up to which everything was said: a broken subscription says some of it again. */
    private reached: bigint,
    private readonly target: bigint,
  ) {
    this.folding = new Folding(options.projection);
  }

  /** @returns whether there is no more to take. */
  async take(chunk: readonly LogMessage[]): Promise<boolean> {
    for (const message of chunk) {
      if (message.kind === 'caught-up') return true;
      const position = message.kind === 'event' ? message.event.position : message.position;
      if (position.commit > this.target) return true;
      if (message.kind === 'checkpoint' || position.commit <= this.reached) continue;
      this.reached = position.commit;
      this.last = position;
      this.folding.add(message.event);
      this.bytes += message.bytes;
      if (this.folding.events >= full.events || this.bytes >= full.bytes) await this.close();
    }
    return false;
  }

  async finish(): Promise<void> {
    await this.close();
    await this.committing;
  }

  /** When nothing is under way on the connection any more, however it went. */
  async settled(): Promise<void> {
    await this.committing.catch(() => undefined);
  }

  /** Waits for the batch before this one, and sends this one on its way. */
  private async close(): Promise<void> {
    await this.committing;
    if (!this.last) return;
    const { committer, projection, onBatch } = this.options;
    const { folding, last } = this;
    this.folding = new Folding(projection);
    this.bytes = 0;
    this.last = null;
    this.committing = committer.commit({ changes: folding.changes(), events: folding.events, parked: [] }, last).then(() => onBatch(last.commit));
    // Its failure is thrown when its turn comes.
    this.committing.catch(() => undefined);
  }
}
