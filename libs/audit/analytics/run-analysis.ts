import { Injectable } from '@nestjs/common';
import { happenedBy, type AsOf } from '../../event-sourcing/domain/as-of.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import { PastViews } from '../replay/past-views.js';
import { clockSlackMs } from '../replay/verify-decisions.js';
import type { Analysis } from './analysis.js';

export interface AnalysisRange {
  readonly orgId: string;
  /** ISO 8601; `to` is exclusive. */
  readonly from?: string;
  readonly to?: string;
  /** Null is now. */
  readonly asOf: AsOf | null;
}

export interface Analysed {
  readonly position: bigint;
  readonly result: object;
}

/** Folds the log for one organization. */
@Injectable()
export class Analytics {
  constructor(
    private readonly log: EventLog,
    private readonly views: PastViews,
  ) {}

  /** Its `position` is that of the last event that the analysis knew by then, 0 before the first. The log is read from the nearest kept place before the range. */
  async run(analysis: Analysis, range: AnalysisRange): Promise<Analysed> {
    const after = range.from === undefined ? 0n : await this.views.startOfLast(clockSlackMs, { atMs: Date.parse(range.from) });
    const known = await this.foldAfter(after, analysis, range);
    // Nothing since then: what it knew last lies before.
    return known.position === 0n && after > 0n ? this.foldAfter(0n, analysis, range) : known;
  }

  private async foldAfter(after: bigint, analysis: Analysis, { orgId, from, to, asOf }: AnalysisRange): Promise<Analysed> {
    const upTo = asOf !== null && 'position' in asOf ? asOf.position : await this.log.head();
    let position = 0n;
    const fold = analysis.begin();
    for await (const event of eventsUpTo(this.log, { types: analysis.types, after, upTo })) {
      if (asOf !== null && !happenedBy(asOf, event)) break;
      position = event.position.commit;
      const { orgId: owner, at } = event.metadata;
      if (owner !== null && owner !== orgId) continue;
      if ((from !== undefined && at < from) || (to !== undefined && at >= to)) continue;
      fold.take(event);
    }
    return { position, result: fold.result() };
  }
}
