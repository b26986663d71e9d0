/** What the engine needs of a database. Postgres implements it, and so does the memory of the simulation. */
import type { Position, Recorded } from '../domain/event.js';
import type { TableChanges } from './fold.js';

/** `live` serves reads; `shadow` is being rebuilt. Each has its own checkpoint. */
export type Slot = 'live' | 'shadow';

export interface Checkpoint {
  /** Null before the first event. */
  readonly position: Position | null;
  /** Raised by every leader that opens: the fencing token of a commit. */
  readonly epoch: bigint;
}

export interface Opened {
  readonly checkpoint: Checkpoint;
  /** Streams with parked events: what follows in them is parked too, so that their order is kept. */
  readonly parkedStreams: ReadonlySet<string>;
}

export interface ParkedEvent {
  readonly event: Recorded;
  /** What went wrong, or that an earlier event of the stream is parked. */
  readonly error: string;
}

export interface Commit {
  readonly from: Checkpoint;
  readonly to: Position;
  readonly changes: readonly TableChanges[];
  readonly parked: readonly ParkedEvent[];
  /** Events applied. */
  readonly events: number;
  /** Milliseconds that the commit before this one took; kept beside the checkpoint for the metrics. Null before the first. */
  readonly previousMs: number | null;
}

export interface ProjectionStore {
  /** Takes a new epoch and says where to go on. @throws Outdated when an earlier version made the tables. @throws CannotRun when a later version or another log did. */
  open(): Promise<Opened>;
  /** All of it or nothing, in one transaction with the checkpoint. @throws Fenced when the checkpoint is elsewhere. */
  commit(commit: Commit): Promise<void>;
}
