/** Applies batches one after the other: skips what is applied, parks what cannot be, retries what may pass. */
import type { Position, Recorded } from '../domain/event.js';
import type { Batch } from './batches.js';
import { backoffMs, failureClass } from './failure.js';
import { fold, type TableChanges } from './fold.js';
import type { Projection } from './projection.js';
import type { Checkpoint, Opened, ParkedEvent, ProjectionStore } from './store.js';

/** What a batch came to. Times in milliseconds. */
export interface Applied {
  readonly events: number;
  readonly parked: number;
  readonly commitMs: number;
}

/** What happens on the way; metrics and logs listen. */
export interface Observer {
  opened(epoch: bigint): void;
  applied(applied: Applied): void;
  retrying(error: unknown, waitMs: number): void;
  parked(event: Recorded, error: unknown): void;
  caughtUp(caughtUp: boolean): void;
}

export interface Environment {
  /** Resolves after the time, or at once when the run is stopped. */
  sleep(ms: number): Promise<void>;
  /** 0 to 1. */
  chance(): number;
  now(): number;
}

/** What a poison event means: parked and gone on (live), or the end of it (rebuild). */
export type OnPoison = 'park' | 'stop';

/** More parked streams than this is no longer an exception but a defect of the fold: stop and say so. */
const mostParkedStreams = 1_000;

export class Applier {
  private checkpoint: Checkpoint;
  private readonly parkedStreams: Set<string>;
  private previousMs: number | null = null;

  constructor(
    private readonly projection: Projection,
    private readonly store: ProjectionStore,
    opened: Opened,
    private readonly on: { readonly poison: OnPoison; readonly observer: Observer; readonly environment: Environment },
  ) {
    this.checkpoint = opened.checkpoint;
    this.parkedStreams = new Set(opened.parkedStreams);
  }

  get position(): Position | null {
    return this.checkpoint.position;
  }

  /**
   * Events already applied are left out, so that a repeated delivery changes nothing.
   * @param ahead what folding exactly these events came to, when that was done while the batch before was committed.
   * @throws what ends the run.
   */
  async apply(events: readonly Recorded[], to: Position, ahead?: readonly TableChanges[]): Promise<void> {
    const reached = this.checkpoint.position?.commit ?? -1n;
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
      if (failureClass(error) !== 'deterministic' || this.on.poison === 'stop') throw error;
      if (events.length === 0) throw error;
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
    const commit = { from: this.checkpoint, to, changes: (applied === events && ahead) || fold(this.projection, applied), parked, events: applied.length, previousMs: this.previousMs };
    const startedAt = this.on.environment.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.store.commit(commit);
        break;
      } catch (error) {
        if (failureClass(error) !== 'retry') throw error;
        const waitMs = backoffMs(attempt, this.on.environment.chance());
        this.on.observer.retrying(error, waitMs);
        await this.on.environment.sleep(waitMs);
      }
    }
    this.checkpoint = { ...this.checkpoint, position: to };
    const commitMs = this.on.environment.now() - startedAt;
    this.previousMs = commitMs;
    this.on.observer.applied({ events: applied.length, parked: parked.length, commitMs });
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
