/** Applies batches one after the other: skips what is applied, and parks what cannot be. */
import type { Position, Recorded } from '../domain/event.js';
import type { Batch } from './batches.js';
import { Committer, type Environment, type Observer } from './committer.js';
import { failureClass } from './failure.js';
import { fold, type TableChanges } from './fold.js';
import type { Projection } from './projection.js';
import type { Opened, ParkedEvent, ProjectionStore } from './store.js';

/** More parked streams than this is no longer an exception but a defect of the fold: stop and say so. */
const mostParkedStreams = 1_000;

export class Applier {
  private readonly committer: Committer;
  private readonly parkedStreams: Set<string>;

  constructor(
    private readonly projection: Projection,
    store: ProjectionStore,
    opened: Opened,
    private readonly on: { readonly observer: Observer; readonly environment: Environment },
  ) {
    this.committer = new Committer(store, opened.checkpoint, on);
    this.parkedStreams = new Set(opened.parkedStreams);
  }

  /**
   * Events already applied are left out, so that a repeated delivery changes nothing.
   * @param ahead what folding exactly these events came to, when that was done while the batch before was committed.
   * @throws what ends the run.
   */
  async apply(events: readonly Recorded[], to: Position, ahead?: readonly TableChanges[]): Promise<void> {
    const reached = this.committer.position?.commit ?? -1n;
    if (to.commit <= reached) return;
    if (events.length === 0 || events[0]!.position.commit > reached) return this.applyOrSplit(events, to, ahead);
    await this.applyOrSplit(
      events.filter((event) => event.position.commit > reached),
      to,
    );
  }

  private async applyOrSplit(events: readonly Recorded[], to: Position, ahead?: readonly TableChanges[]): Promise<void> {
    try {
      await this.commit(events, to, [], ahead);
    } catch (error) {
      if (failureClass(error) !== 'deterministic' || events.length === 0) throw error;
      if (events.length === 1) return this.park(events[0]!, to, error);
      const middle = events.length >> 1;
      await this.applyOrSplit(events.slice(0, middle), events[middle - 1]!.position);
      await this.applyOrSplit(events.slice(middle), to);
    }
  }

  private async park(event: Recorded, to: Position, error: unknown): Promise<void> {
    if (this.parkedStreams.size >= mostParkedStreams) throw error;
    await this.commit([], to, [{ event, error: messageOf(error) }]);
    this.parkedStreams.add(event.stream);
    this.on.observer.parked(event, error);
  }

  private async commit(events: readonly Recorded[], to: Position, poison: readonly ParkedEvent[], ahead?: readonly TableChanges[]): Promise<void> {
    const parked = [...poison, ...events.filter((event) => this.parkedStreams.has(event.stream)).map((event) => ({ event, error: 'an earlier event of the stream is parked' }))];
    const applied = this.parkedStreams.size === 0 ? events : events.filter((event) => !this.parkedStreams.has(event.stream));
    await this.committer.commit({ changes: (applied === events && ahead) || fold(this.projection, applied), events: applied.length, parked }, to);
  }
}

export interface FoldedBatch extends Batch {
  /** Absent when an event cannot be folded: the applier then finds out which. */
  readonly ahead: readonly TableChanges[] | undefined;
}

/** Folds each batch as soon as it is closed. Pulled one ahead, that is while the batch before is on its way to the disk. */
export async function* folded(projection: Projection, source: AsyncIterable<Batch>): AsyncGenerator<FoldedBatch, void> {
  for await (const batch of source) yield { ...batch, ahead: foldedAhead(projection, batch.events) };
}

function foldedAhead(projection: Projection, events: readonly Recorded[]): readonly TableChanges[] | undefined {
  try {
    return fold(projection, events);
  } catch {
    return undefined;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 2_000);
