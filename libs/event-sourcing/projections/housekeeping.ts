/** What a database of read models needs now and then: months that retention has ended go, and so do replaced tables. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Queryable } from '../../platform/postgres.js';
import { dropPartitionsBefore, type Execute } from './partitions.js';
import type { Projection } from './projection.js';
import { dropRetired } from './shadow.js';

const dayMs = 24 * 3_600_000;
const everyMs = 3_600_000;
/** How long the tables that a rebuild replaced can still be looked at. */
const retiredKeptMs = dayMs;

export interface HousekeepingOptions {
  readonly db: Queryable;
  readonly projections: readonly Projection[];
  readonly retentionDays: number;
  /** Something was dropped, or could not be. */
  report(dropped: readonly string[], error: unknown): void;
}

/** The moment (ISO 8601) from which rows of partitioned tables are kept. */
export const keptFrom = (nowMs: number, retentionDays: number): string => new Date(nowMs - retentionDays * dayMs).toISOString();

/** @returns the names of what was dropped. */
export async function tidy({ db, projections, retentionDays }: HousekeepingOptions, nowMs: number): Promise<string[]> {
  const execute: Execute = (text, values) => db.query(text, values);
  const dropped = await dropRetired(execute, nowMs - retiredKeptMs);
  const partitioned = projections.flatMap(({ tables }) => tables).filter(({ definition }) => definition.partitionedBy !== undefined);
  for (const table of partitioned) dropped.push(...(await dropPartitionsBefore(execute, table.name, keptFrom(nowMs, retentionDays))));
  return dropped;
}

export class Housekeeping {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: HousekeepingOptions) {}

  /** At once, and every hour from then on. Two processes that drop the same table only tell one of them that it is gone. */
  start(): void {
    this.running = this.keepTidying();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async keepTidying(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const dropped = await tidy(this.options, Date.now());
        if (dropped.length > 0) this.options.report(dropped, null);
      } catch (error) {
        this.options.report([], error);
      }
      await pause(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
