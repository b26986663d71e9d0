import { Injectable } from '@nestjs/common';
import { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import type { Analysis } from './analysis.js';

export interface AnalysisRange {
  readonly orgId: string;
  /** ISO 8601; `to` is exclusive. */
  readonly from?: string;
  readonly to?: string;
  /** Commit position. */
  readonly upTo: bigint;
}

/** Folds the log for one organization. */
@Injectable()
export class Analytics {
  constructor(private readonly log: EventLog) {}

  head(): Promise<bigint> {
    return this.log.head();
  }

  async run(analysis: Analysis, { orgId, from, to, upTo }: AnalysisRange): Promise<object> {
    const fold = analysis.begin();
    for await (const event of eventsUpTo(this.log, { types: analysis.types, upTo })) {
      const { orgId: owner, at } = event.metadata;
      if (owner !== null && owner !== orgId) continue;
      if ((from !== undefined && at < from) || (to !== undefined && at >= to)) continue;
      fold.take(event);
    }
    return fold.result();
  }
}
