/** The routing view as it was at a position or at a time. */
import { Injectable } from '@nestjs/common';
import { happenedBy, type AsOf } from '../../event-sourcing/domain/as-of.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import { Config } from '../../platform/config.js';
import { presentCode, type DecidingCode } from '../../routing/domain/deciding-code.js';
import type { PastViewSource } from '../../routing/domain/past-view-source.js';
import { routingViewTypes, type RoutingView } from '../../routing/domain/view.js';
import { ReplayState } from '../domain/replay-state.js';
import { ViewSnapshots } from './view-snapshots.js';

/** After folding so many events from a snapshot, the next question near there starts from a new one. */
const worthKeeping = 5_000;

@Injectable()
export class PastViews implements PastViewSource {
  private readonly snapshots = new Map<string, ViewSnapshots>();

  constructor(
    private readonly log: EventLog,
    private readonly config: Config,
  ) {}

  /** Its `position` is that of the last event of the view at or before `position`. The view is the caller's own. @param code whose fold it is. */
  async at(position: bigint, code: DecidingCode = presentCode): Promise<RoutingView> {
    return this.folded({ position }, { from: position, upTo: position, code });
  }

  /** The view at a point of the past, and when its last event was written (milliseconds since 1970; null when it has none). */
  async asOf(point: AsOf): Promise<{ readonly view: RoutingView; readonly lastMs: number | null }> {
    const view = 'position' in point ? await this.at(point.position) : await this.folded(point, { from: await this.snapshotBefore(point.atMs), upTo: await this.log.head(), code: presentCode });
    return { view, lastMs: view.position === 0n ? null : await this.writtenMs(view.position) };
  }

  async seenFrom(point: AsOf): Promise<{ readonly view: RoutingView; readonly atMs: number }> {
    const { view, lastMs } = await this.asOf(point);
    const atMs = 'atMs' in point ? point.atMs : point.position >= (await this.log.head()) ? Date.now() : (lastMs ?? 0);
    return { view, atMs };
  }

  /** A position that everything written in the last `lengthMs` before a point lies after; 0 when no snapshot tells of one. */
  async startOfLast(lengthMs: number, point: AsOf): Promise<bigint> {
    if ('atMs' in point) return this.snapshotBefore(point.atMs - lengthMs);
    const positions = (await (await this.kept(presentCode))?.positions()) ?? [];
    const nearest = positions.findLast((position) => position <= point.position);
    return nearest === undefined ? 0n : this.snapshotBefore((await this.writtenMs(nearest)) - lengthMs);
  }

  /** The nearest kept state that everything written at or after a time can be folded onto; an empty one when none is kept. */
  async beforeTime(atMs: number, code: DecidingCode): Promise<ReplayState> {
    return this.beforePosition((await this.snapshotBefore(atMs)) + 1n, code);
  }

  /** The nearest kept state that lies before a position; an empty one when none is kept. */
  async beforePosition(position: bigint, code: DecidingCode): Promise<ReplayState> {
    return (await this.kept(code))?.nearest(position - 1n) ?? new ReplayState(code.newView());
  }

  /** @param from where the snapshot to begin with lies, or after it. @param upTo where the log is read to, at most. */
  private async folded(point: AsOf, { from, upTo, code }: { from: bigint; upTo: bigint; code: DecidingCode }): Promise<RoutingView> {
    const snapshots = await this.kept(code);
    const state = snapshots ? await snapshots.nearest(from) : new ReplayState(code.newView());
    let count = 0;
    for await (const event of eventsUpTo(this.log, { types: routingViewTypes, after: state.view.position, upTo })) {
      if (!happenedBy(point, event)) break;
      state.apply(event);
      count += 1;
    }
    if (count >= worthKeeping) await snapshots?.save(state.snapshot()).catch(() => {});
    return state.view;
  }

  /** Position of the last snapshot whose last event was written by then; 0 when there is none. */
  private async snapshotBefore(atMs: number): Promise<bigint> {
    const positions = (await (await this.kept(presentCode))?.positions()) ?? [];
    let [low, high] = [0, positions.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((await this.writtenMs(positions[middle]!)) <= atMs) low = middle + 1;
      else high = middle;
    }
    return positions[low - 1] ?? 0n;
  }

  /** When the event at a position was written. */
  private async writtenMs(position: bigint): Promise<number> {
    for await (const { createdMs } of this.log.readAll({ from: { commit: position, prepare: position }, max: 1 })) return createdMs;
    throw new Error(`the log has no event at position ${position}`);
  }

  private async kept(code: DecidingCode): Promise<ViewSnapshots | null> {
    const known = this.snapshots.get(code.version);
    if (known) return known;
    const store = await this.log.identity();
    if (store === null) return null;
    const opened = new ViewSnapshots(this.config.dataDir, store, code);
    this.snapshots.set(code.version, opened);
    return opened;
  }
}
