/** Follows the log with a replay's state of its own and keeps a snapshot of it every so many events: see view-snapshots.ts. */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { LiveFold } from '../../event-sourcing/live-folds.js';
import { RoutingView, routingViewTypes } from '../../routing/domain/view.js';
import { ReplayState, type ReplayStateSnapshot } from '../domain/replay-state.js';
import { ViewSnapshots } from './view-snapshots.js';

const snapshotEvery = 10_000;

export class SnapshottedView implements LiveFold {
  readonly name = 'replay-view';
  readonly version: string;
  readonly types: readonly string[] = routingViewTypes;
  private state = new ReplayState(new RoutingView());
  private sinceSnapshot = 0;

  constructor(
    private readonly log: EventLog,
    private readonly dataDir: string,
  ) {
    // The view's own, and that of what is kept beside it.
    this.version = `${this.state.view.version}.2`;
  }

  apply(event: Recorded): void {
    this.state.apply(event);
    this.sinceSnapshot += 1;
    if (this.sinceSnapshot < snapshotEvery) return;
    this.sinceSnapshot = 0;
    // A copy: the fold goes on while it is written.
    const snapshot = this.state.snapshot();
    void this.keep(snapshot).catch(() => {});
  }

  snapshot(): unknown {
    return this.state.snapshot();
  }

  restore(snapshot: unknown): void {
    this.state = ReplayState.restored(snapshot as ReplayStateSnapshot, new RoutingView());
  }

  private async keep(snapshot: ReplayStateSnapshot): Promise<void> {
    const store = await this.log.identity();
    if (store !== null) await new ViewSnapshots(this.dataDir, store).save(snapshot);
  }
}
