/** Usage as it was: the terminal events of the log up to a point of the past, summed as the read model sums them. */
import { Injectable } from '@nestjs/common';
import { happenedBy, type AsOf } from '../../event-sourcing/domain/as-of.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { add, zero } from '../../money/money.js';
import { isRequestId, requestOf } from '../domain/received-at.js';
import { counted, usageRow, usedBy, type Ending, type UsageEvent, type UsageRow, type UsageSums, type UsageWish } from './usage.js';

const endings: ReadonlyMap<string, Ending> = new Map([['InferenceCompleted', 'completed'], ['InferenceFailed', 'failed'], ['InferenceCancelled', 'cancelled']]);
const nothing: UsageSums = { requests: 0, completed: 0, failed: 0, cancelled: 0, prompt_tokens: 0, completion_tokens: 0, unpriced: 0, cost_cents: zero };

interface Group {
  readonly dimensions: readonly string[];
  sums: UsageSums;
}

@Injectable()
export class PastUsage {
  constructor(private readonly log: EventLog) {}

  /** Rows as `UsageQuery.of` gives them; `position` is that of the organization's last request to end by then, 0 before the first. */
  async at(orgId: OrgId, wish: UsageWish, asOf: AsOf): Promise<{ readonly rows: UsageRow[]; readonly position: bigint }> {
    const groups = new Map<string, Group>(wish.groupBy.length === 0 ? [['[]', { dimensions: [], sums: nothing }]] : []);
    let position = 0n;
    const upTo = 'position' in asOf ? asOf.position : await this.log.head();
    for await (const event of eventsUpTo(this.log, { types: [...endings.keys()], upTo })) {
      if (!happenedBy(asOf, event)) break;
      if (event.metadata.orgId !== orgId || !isRequestId(requestOf(event.stream))) continue;
      position = event.position.commit;
      count(groups, wish, event as UsageEvent);
    }
    const inOrder = [...groups.values()].sort((a, b) => compared(a.dimensions, b.dimensions));
    return { rows: inOrder.map(({ dimensions, sums }) => usageRow(wish.groupBy, named(wish, dimensions), sums)), position };
  }
}

function count(groups: Map<string, Group>, { from, to, groupBy }: UsageWish, event: UsageEvent): void {
  const { key, sums } = usedBy(event, endings.get(event.type)!);
  if (key.day < from || key.day > to) return;
  const dimensions = groupBy.map((dimension) => key[dimension]);
  const id = JSON.stringify(dimensions);
  groups.set(id, { dimensions, sums: plus(groups.get(id)?.sums ?? nothing, sums) });
}

const plus = (a: UsageSums, b: UsageSums): UsageSums =>
  ({ ...Object.fromEntries(counted.map((column) => [column, a[column] + b[column]])), cost_cents: add(a.cost_cents, b.cost_cents) }) as unknown as UsageSums;

const named = ({ groupBy }: UsageWish, dimensions: readonly string[]) => Object.fromEntries(groupBy.map((dimension, index) => [dimension, dimensions[index]!]));

/** By code units, dimension after dimension. */
function compared(a: readonly string[], b: readonly string[]): number {
  const first = a.findIndex((value, index) => value !== b[index]);
  if (first === -1) return 0;
  return a[first]! < b[first]! ? -1 : 1;
}
