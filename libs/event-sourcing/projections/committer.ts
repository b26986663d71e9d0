/** Commits batch after batch from a checkpoint on, each from where the one before ended, and retries what may pass. */
import type { Position, Recorded } from '../domain/event.js';
import { backoffMs, failureClass } from './failure.js';
import type { TableChanges } from './fold.js';
import type { Checkpoint, ParkedEvent, ProjectionStore } from './store.js';

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

export interface FoldedEvents {
  readonly changes: readonly TableChanges[];
  /** How many events the changes come from. */
  readonly events: number;
  readonly parked: readonly ParkedEvent[];
}

export class Committer {
  private previousMs: number | null = null;

  constructor(
    private readonly store: ProjectionStore,
    private checkpoint: Checkpoint,
    private readonly on: { readonly observer: Pick<Observer, 'applied' | 'retrying'>; readonly environment: Environment },
  ) {}

  get position(): Position | null {
    return this.checkpoint.position;
  }

  /** @throws what waiting does not mend. */
  async commit({ changes, events, parked }: FoldedEvents, to: Position): Promise<void> {
    const { observer, environment } = this.on;
    const commit = { from: this.checkpoint, to, changes, parked, events, previousMs: this.previousMs };
    const startedAt = environment.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.store.commit(commit);
        break;
      } catch (error) {
        if (failureClass(error) !== 'retry') throw error;
        const waitMs = backoffMs(attempt, environment.chance());
        observer.retrying(error, waitMs);
        await environment.sleep(waitMs);
      }
    }
    this.checkpoint = { ...this.checkpoint, position: to };
    const commitMs = environment.now() - startedAt;
    this.previousMs = commitMs;
    observer.applied({ events, parked: parked.length, commitMs });
  }
}
