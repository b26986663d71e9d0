/** Usage as it was: the live sums without what ended since, or the log from its start where that is the shorter way. */
import { Inject, Injectable, Optional } from '@nestjs/common';
import { happenedBy, type AsOf } from '../../event-sourcing/domain/as-of.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { PAST_VIEWS, type PastViewSource } from '../../routing/domain/past-view-source.js';
import { isRequestId, requestOf } from '../domain/received-at.js';
import { UsageQuery, type UsageEvent, type UsageRow, type UsageSoFar, type UsageWish } from './usage.js';
import { endings, UsageTally } from './usage-tally.js';

const fromNothing: UsageSoFar = { groups: [], position: 0n };

@Injectable()
export class PastUsage {
  constructor(
    private readonly log: EventLog,
    private readonly live: UsageQuery,
    @Optional() @Inject(PAST_VIEWS) private readonly views: Pick<PastViewSource, 'startOfLast'> | null,
  ) {}

  /** Rows as `UsageQuery.of` gives them. `position` is one at which they were so: the one asked for; of a time, at or before it. */
  async at(orgId: OrgId, wish: UsageWish, asOf: AsOf): Promise<{ readonly rows: UsageRow[]; readonly position: bigint }> {
    const before = 'position' in asOf ? asOf.position : ((await this.views?.startOfLast(0, asOf)) ?? 0n);
    const soFar = await this.nearest(orgId, wish, before);
    const after = before < soFar.position ? before : soFar.position;
    const tally = new UsageTally(wish, soFar);
    let [position, past] = ['position' in asOf ? asOf.position : after, false];
    const upTo = 'position' in asOf ? later(asOf.position, soFar.position) : await this.log.head();
    for await (const event of eventsUpTo(this.log, { types: [...endings.keys()], after, upTo })) {
      past ||= !happenedBy(asOf, event);
      if (past && event.position.commit > soFar.position) break;
      if (!past) position = later(position, event.position.commit);
      if (event.metadata.orgId === orgId && isRequestId(requestOf(event.stream))) tally.take(event as UsageEvent, !past);
    }
    return { rows: tally.rows(), position };
  }

  /** @param before a position at or before the point that is asked for. */
  private async nearest(orgId: OrgId, wish: UsageWish, before: bigint): Promise<UsageSoFar> {
    const live = await this.live.soFar(orgId, wish, await this.log.identity());
    return live === null || before < live.position - before ? fromNothing : live;
  }
}

const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);
