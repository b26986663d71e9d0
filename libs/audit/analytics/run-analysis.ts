import { Injectable } from '@nestjs/common';
import { happenedBy, type AsOf } from '../../event-sourcing/domain/as-of.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import type { Analysis } from './analysis.js';

export interface AnalysisRange {
  readonly orgId: string;
  /** ISO 8601; `to` is exclusive. */
  readonly from?: string;
  readonly to?: string;
  /** Null is now. */
  readonly asOf: AsOf | null;
}

/** Folds the log for one organization. */
@Injectable()
export class Analytics {
  constructor(private readonly log: EventLog) {}

  /** Its `position` is that of the last event that the analysis knew by then, 0 before the first. */
  async run(analysis: Analysis, { orgId, from, to, asOf }: AnalysisRange): Promise<{ readonly position: bigint; readonly result: object }> {
    const upTo = asOf !== null && 'position' in asOf ? asOf.position : await this.log.head();
    let position = 0n;
    const fold = analysis.begin();
    for await (const event of eventsUpTo(this.log, { types: analysis.types, upTo })) {
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
