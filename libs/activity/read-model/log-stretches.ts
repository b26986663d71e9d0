/** The past that a page looks through, stretch by stretch, newest first. Each begins with a day, so that its days can be named. */
import type { LogPart } from './log-conditions.js';

export interface Stretch {
  readonly part: LogPart;
  /** Since 1970, those it lies in; null: too many to name. */
  readonly days: readonly number[] | null;
  /** ISO 8601; null: it goes on to the oldest row. */
  readonly from: string | null;
}

const dayMs = 86_400_000;
/** Days that are named one by one: more of them are found as fast by the organization alone. */
const mostNamed = 8;
/** A stretch longer than this is all that is left. */
const longest = 100;
/** @param left what no stretch has looked at yet; its `after` is set. @param days length, from 1. */
export function stretchOf(left: LogPart, days: number): Stretch {
  const newestMs = Date.parse(left.after!.createdAt);
  const first = Math.floor((newestMs - 1) / dayMs) - (days - 1);
  const start = new Date(first * dayMs).toISOString();
  const { from } = left.filter;
  if (days > longest || (from !== undefined && from >= start)) return { part: left, days: namedDays(left.filter.from, newestMs), from: null };
  return { part: { ...left, filter: { ...left.filter, from: start } }, days: daysBetween(first, newestMs), from: start };
}

const namedDays = (from: string | undefined, newestMs: number): readonly number[] | null => (from === undefined ? null : daysBetween(Math.floor(Date.parse(from) / dayMs), newestMs));

function daysBetween(first: number, newestMs: number): readonly number[] | null {
  const count = Math.floor(newestMs / dayMs) - first + 1;
  return count > mostNamed ? null : Array.from({ length: Math.max(0, count) }, (_, index) => first + index);
}

/** Length of the next stretch in days: what it takes to find so many more rows, if they are as frequent as in the last one. */
export const nextLength = (days: number, found: number, wanted: number): number => Math.min(days * 8, Math.ceil((days * wanted * 1.2) / found));
