/** `greatrouter rebuild` and `verify`: read models made anew from the log, and the proof that the live ones are the same. */
import { Presets, SingleBar } from 'cli-progress';
import type { EventLog } from '../../libs/event-sourcing/event-log.js';
import type { Projection } from '../../libs/event-sourcing/projections/projection.js';
import { rebuild, type RebuildReport, type RebuildOptions } from '../../libs/event-sourcing/projections/rebuild.js';

export interface RebuildWish {
  readonly databaseUrl: string;
  readonly log: EventLog;
  readonly projections: readonly Projection[];
  /** Rows of partitioned tables older than this (ISO 8601) are left out. */
  readonly keepFrom: string;
}

/** @param force swap also when the rebuilt rows differ from live ones of the same version. @throws when there is no such projection. */
export async function rebuildCommand(wish: RebuildWish, name: string, force: boolean): Promise<RebuildReport> {
  return withBar(wish, named(wish.projections, name), force ? 'always' : 'if-same');
}

/** Rebuilds beside the live tables and compares, one projection or all, and changes nothing. */
export async function verifyCommand(wish: RebuildWish, name: string | null): Promise<RebuildReport[]> {
  const reports: RebuildReport[] = [];
  for (const projection of name === null ? wish.projections : [named(wish.projections, name)]) reports.push(await withBar(wish, projection, 'never'));
  return reports;
}

export const isVerified = (reports: readonly RebuildReport[]): boolean => reports.every(({ tables }) => tables.every(({ same }) => same));

/** What a report says to a person. */
export function reportText({ projection, events, seconds, position, tables, comparable, swapped, retired }: RebuildReport): string {
  const rate = seconds > 0 ? Math.round(events / seconds) : 0;
  const lines = [`${projection}: ${events} events in ${seconds.toFixed(1)} s (${rate}/s), compared at position ${position ?? 'none'}`];
  for (const table of tables) {
    const verdict = table.same ? 'the same' : comparable ? 'DIFFERENT' : 'another version';
    lines.push(`  ${table.name}: ${verdict}, live ${table.live.rows} rows (${table.live.sum}), rebuilt ${table.rebuilt.rows} rows (${table.rebuilt.sum})`);
    for (const { key, live, rebuilt } of table.differences) lines.push(`    ${key}`, `      live    ${live ?? 'missing'}`, `      rebuilt ${rebuilt ?? 'missing'}`);
  }
  if (swapped) lines.push(`  swapped; the rows before are kept for a while in ${retired.join(', ')}`);
  return lines.join('\n');
}

async function withBar({ databaseUrl, log, keepFrom }: RebuildWish, projection: Projection, swap: RebuildOptions['swap']): Promise<RebuildReport> {
  const bar = new SingleBar(
    { format: `${projection.name} {bar} {percentage}% | {events} events, {rate}/s | {eta_formatted} left`, clearOnComplete: true, hideCursor: true, noTTYOutput: false, etaBuffer: 50 },
    Presets.shades_classic,
  );
  const startedAt = performance.now();
  let begun = false;
  try {
    return await rebuild({
      url: databaseUrl,
      log,
      storeId: await log.identity(),
      projection,
      swap,
      keepFrom,
      onProgress: ({ events, position, target }) => {
        const rate = Math.round(events / ((performance.now() - startedAt) / 1_000));
        if (!begun) bar.start(Number(target), 0, { events, rate });
        begun = true;
        bar.setTotal(Number(target));
        bar.update(Number(position), { events, rate });
      },
    });
  } finally {
    bar.stop();
  }
}

function named(projections: readonly Projection[], name: string): Projection {
  const found = projections.find((projection) => projection.name === name);
  if (!found) throw new Error(`there is no projection "${name}"; there are ${projections.map((projection) => projection.name).join(', ')}`);
  return found;
}
