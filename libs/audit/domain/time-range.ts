/** A range of time as a caller writes it: days, or moments in UTC. */
import { Refused } from '../../event-sourcing/domain/decider.js';

export interface TimeRange {
  readonly from?: string;
  readonly to?: string;
}

export const timePattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/;
export const saidTime = 'must be a date (2026-01-31) or a time in UTC (2026-01-31T12:00:00Z)';

/**
 * Both ends in ISO 8601 with milliseconds, as events carry them.
 * @param now ISO 8601. @throws Refused naming the end that is no time, or a range that is reversed or yet to come.
 */
export function timeRange({ from, to }: TimeRange, now: string): TimeRange {
  const range = { ...(from !== undefined && { from: momentOf('from', from) }), ...(to !== undefined && { to: momentOf('to', to) }) };
  if (range.from !== undefined && range.to !== undefined && range.from >= range.to) throw new Refused('invalid_value', `from ${from} must lie before to ${to}`, 'from');
  if (range.from !== undefined && range.from > now) throw new Refused('invalid_value', `from ${from} lies in the future`, 'from');
  return range;
}

/** A day that the calendar does not have, such as the 30th of February, would silently become another. */
function momentOf(param: string, text: string): string {
  const moment = timePattern.test(text) ? new Date(text) : null;
  if (!moment || Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== text.slice(0, 10)) throw new Refused('invalid_value', `${param} ${saidTime}, not ${JSON.stringify(text.slice(0, 80))}`, param);
  return moment.toISOString();
}
