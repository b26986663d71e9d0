/**
 * Usage at a point of the past, from the live rows. They are sums, so what was added since can be taken away again: an
 * event that the rows hold and that had not happened by the point is subtracted, one that had happened and that they
 * lack is added. A tally that begins with nothing, at position 0, is the plain fold of the log.
 */
import { add, negate, zero } from '../../money/money.js';
import { counted, usageRow, usedBy, type Ending, type UsageEvent, type UsageGroup, type UsageRow, type UsageSoFar, type UsageSums, type UsageWish } from './usage.js';

export const endings: ReadonlyMap<string, Ending> = new Map([['InferenceCompleted', 'completed'], ['InferenceFailed', 'failed'], ['InferenceCancelled', 'cancelled']]);
const nothing: UsageSums = { requests: 0, completed: 0, failed: 0, cancelled: 0, prompt_tokens: 0, completion_tokens: 0, unpriced: 0, cost_cents: zero };

export class UsageTally {
  private readonly groups: Map<string, UsageGroup>;

  constructor(
    private readonly wish: UsageWish,
    private readonly soFar: UsageSoFar,
  ) {
    this.groups = new Map(soFar.groups.map((group) => [JSON.stringify(group.dimensions), group]));
  }

  /** Events of one organization, each once, in any order. @param happened whether it had by the point. */
  take(event: UsageEvent, happened: boolean): void {
    const held = event.position.commit <= this.soFar.position;
    if (held === happened) return;
    const { key, sums } = usedBy(event, endings.get(event.type)!);
    if (key.day < this.wish.from || key.day > this.wish.to) return;
    const dimensions = this.wish.groupBy.map((dimension) => key[dimension]);
    const id = JSON.stringify(dimensions);
    this.groups.set(id, { dimensions, sums: plus(this.groups.get(id)?.sums ?? nothing, happened ? sums : negated(sums)) });
  }

  /** As `UsageQuery.of` gives them: a group that comes to nothing is none, except for the one total. */
  rows(): UsageRow[] {
    const { groupBy } = this.wish;
    const used = [...this.groups.values()].filter(({ sums }) => sums.requests > 0).sort((a, b) => compared(a.dimensions, b.dimensions));
    const shown = groupBy.length === 0 && used.length === 0 ? [{ dimensions: [], sums: nothing }] : used;
    return shown.map(({ dimensions, sums }) => usageRow(groupBy, Object.fromEntries(groupBy.map((dimension, i) => [dimension, dimensions[i]!])), sums));
  }
}

const eachColumn = (of: (column: (typeof counted)[number]) => number) => Object.fromEntries(counted.map((column) => [column, of(column)])) as Record<(typeof counted)[number], number>;
const plus = (a: UsageSums, b: UsageSums): UsageSums => ({ ...eachColumn((column) => a[column] + b[column]), cost_cents: add(a.cost_cents, b.cost_cents) });
const negated = (sums: UsageSums): UsageSums => ({ ...eachColumn((column) => -sums[column]), cost_cents: negate(sums.cost_cents) });

/** By code units, dimension after dimension. */
function compared(a: readonly string[], b: readonly string[]): number {
  const first = a.findIndex((value, index) => value !== b[index]);
  if (first === -1) return 0;
  return a[first]! < b[first]! ? -1 : 1;
}
