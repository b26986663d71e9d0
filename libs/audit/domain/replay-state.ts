/**
 * What a replay knows at a position of the log: the view that decisions are made on, and how long the answers were that
 * came until then. Both are folds, so a replay of a later part begins where this was kept, and finds the same.
 */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { RoutingView, RoutingViewSnapshot } from '../../routing/domain/view.js';
import { SeenLengths, type SeenLengthsSnapshot } from './what-if.js';

export interface ReplayStateSnapshot {
  readonly view: RoutingViewSnapshot;
  readonly lengths: SeenLengthsSnapshot;
}

export class ReplayState {
  /** @param view empty, or where `lengths` end. */
  constructor(
    readonly view: RoutingView,
    readonly lengths = new SeenLengths(),
  ) {}

  /** @param event of one of the types of the view. */
  apply(event: Recorded): void {
    this.view.apply(event);
    this.lengths.apply(event);
  }

  snapshot(): ReplayStateSnapshot {
    return { view: this.view.snapshot(), lengths: this.lengths.snapshot() };
  }

  /** @param view an empty one of the code whose fold the snapshot is. */
  static restored({ view: kept, lengths }: ReplayStateSnapshot, view: RoutingView): ReplayState {
    view.restore(kept);
    return new ReplayState(view, SeenLengths.restored(lengths));
  }
}
