/** Follows the log with a routing view of its own and keeps a snapshot of it every so many events: see view-snapshots.ts. */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { LiveFold } from '../../event-sourcing/live-folds.js';
import { RoutingView, routingViewTypes } from '../../routing/domain/view.js';
import { ViewSnapshots } from './view-snapshots.js';

const snapshotEvery = 10_000;

export class SnapshottedView implements LiveFold {
  readonly name = 'replay-view';
  readonly version: string;
  readonly types: readonly string[] = routingViewTypes;
  private readonly view = new RoutingView();
  private sinceSnapshot = 0;

  constructor(
    private readonly log: EventLog,
    private readonly dataDir: string,
  ) {
    this.version = this.view.version;
  }

  apply(event: Recorded): void {
    this.view.apply(event);
    this.sinceSnapshot += 1;
    if (this.sinceSnapshot < snapshotEvery) return;
    this.sinceSnapshot = 0;
    // What is taken now must be the view of now: the JSON is made before the next event.
    const snapshot = this.view.snapshot();
    void this.keep(snapshot).catch(() => {});
  }

  snapshot(): unknown {
    return this.view.snapshot();
  }

  restore(snapshot: unknown): void {
    this.view.restore(snapshot);
  }

  private async keep(snapshot: ReturnType<RoutingView['snapshot']>): Promise<void> {
    const store = await this.log.identity();
    if (store !== null) await new ViewSnapshots(this.dataDir, store).save(snapshot);
  }
}
