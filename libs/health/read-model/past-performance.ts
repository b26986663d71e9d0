/** How a model did as it was known at a point of the past: its outcomes of the seven days before, from the log. */
import { Injectable } from '@nestjs/common';
import { PastViews } from '../../audit/exports.js';
import { happenedBy, type AsOf } from '../../event-sourcing/domain/as-of.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import { measuredBy, type Measured } from '../domain/measured.js';
import { outcomeTypes } from '../domain/outcome.js';
import { dayMs, firstShown, latencyColumns, shownWindows, type HourRow, type MeasuredWindow } from '../domain/performance-windows.js';

/** Seven days, and the rest of the day that the first of them begins in. */
const looksBackMs = 8 * dayMs;

@Injectable()
export class PastPerformance {
  constructor(
    private readonly log: EventLog,
    private readonly views: PastViews,
  ) {}

  /** As of a position it is seen from when the last outcome before it was written; as of the end of the log from now. */
  async of(model: ModelId, asOf: AsOf): Promise<readonly MeasuredWindow[] | null> {
    const head = await this.log.head();
    const hours = new Map<string, HourRow>();
    let lastMs = 0;
    const upTo = 'position' in asOf ? asOf.position : head;
    for await (const event of eventsUpTo(this.log, { types: outcomeTypes, after: await this.views.startOfLast(looksBackMs, asOf), upTo })) {
      if (!happenedBy(asOf, event)) break;
      lastMs = event.createdMs;
      const measured = measuredBy(event);
      if (measured?.key.model_id === model) count(hours, measured);
    }
    const nowMs = 'atMs' in asOf ? asOf.atMs : asOf.position >= head ? Date.now() : lastMs;
    const rows = [...hours.values()].filter(({ hour }) => hour.getTime() >= firstShown(nowMs));
    return shownWindows(rows.sort((a, b) => a.hour.getTime() - b.hour.getTime()), nowMs);
  }
}

function count(hours: Map<string, HourRow>, { key: { mode, hour }, sums }: Measured): void {
  const id = `${mode} ${hour}`;
  const before = hours.get(id) ?? nothingIn(mode, hour);
  const added = Object.entries(sums).map(([column, value]) => [column, Number(before[column]) + value]);
  hours.set(id, { ...before, ...Object.fromEntries(added) } as HourRow);
}

function nothingIn(mode: string, hour: string): HourRow {
  const columns = ['successes', 'failures', 'output_tokens', 'inference_ms', ...latencyColumns];
  return { ...Object.fromEntries(columns.map((column) => [column, 0])), mode: mode as HourRow['mode'], hour: new Date(hour) };
}
