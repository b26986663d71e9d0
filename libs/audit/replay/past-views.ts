/** The routing view as it was at a position. */
import { Injectable } from '@nestjs/common';
import { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import { Config } from '../../platform/config.js';
import { RoutingView, routingViewTypes } from '../../routing/domain/view.js';
import { ViewSnapshots } from './view-snapshots.js';

/** After folding so many events from a snapshot, the next question near there starts from a new one. */
const worthKeeping = 5_000;

@Injectable()
export class PastViews {
  private snapshots: ViewSnapshots | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly config: Config,
  ) {}

  /** Its `position` is that of the last event of the view at or before `position`. The view is the caller's own. */
  async at(position: bigint): Promise<RoutingView> {
    const snapshots = await this.kept();
    const view = snapshots ? await snapshots.nearest(position) : new RoutingView();
    let folded = 0;
    for await (const event of eventsUpTo(this.log, { types: routingViewTypes, after: view.position, upTo: position })) {
      view.apply(event);
      folded += 1;
    }
    if (folded >= worthKeeping) await snapshots?.save(view.snapshot()).catch(() => {});
    return view;
  }

  private async kept(): Promise<ViewSnapshots | null> {
    if (this.snapshots) return this.snapshots;
    const store = await this.log.identity();
    return store === null ? null : (this.snapshots = new ViewSnapshots(this.config.dataDir, store));
  }
}
