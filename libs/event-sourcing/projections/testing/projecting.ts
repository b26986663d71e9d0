/** Runs projections on a real database until they have seen a whole log. */
import { digestOf } from '../digest.js';
import type { Projection } from '../projection.js';
import { Projector, type ProjectorObserver } from '../projector.js';
import type { BatchLimits } from '../batches.js';
import type { Db } from '../../../platform/postgres.js';
import type { MemoryLog } from './memory-log.js';

export const silentObserver: ProjectorObserver = {
  of: () => ({ opened() {}, applied() {}, retrying() {}, parked() {}, caughtUp() {} }),
  leading() {},
  failed() {},
};

export interface Projecting {
  readonly url: string;
  readonly db: Db;
  readonly log: MemoryLog;
  readonly projections: readonly Projection[];
  readonly limits?: BatchLimits;
  readonly observer?: ProjectorObserver;
}

export const projectorOf = ({ url, log, projections, limits, observer = silentObserver }: Projecting): Projector =>
  new Projector(projections, { url, log, storeId: async () => log.events[0]?.id ?? null, observer, ...(limits ? { limits } : {}) });

/** Polls until every projection has reached the end of the log. @throws when that takes longer than `patienceMs`. */
export async function untilCaughtUp({ db, log, projections }: Projecting, patienceMs = 20_000): Promise<void> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const rows = await db.query<{ projection: string; at: string }>(`SELECT projection, commit_position AS at FROM projection_checkpoints WHERE slot = 'live'`);
    const behind = projections.filter(({ name }) => BigInt(rows.find((row) => row.projection === name)?.at ?? -1) < log.head());
    if (behind.length === 0) return;
    if (performance.now() > until) throw new Error(`still behind after ${patienceMs} ms: ${behind.map(({ name }) => name).join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Projects the whole log once and stops. */
export async function project(projecting: Projecting): Promise<void> {
  const projector = projectorOf(projecting);
  projector.start();
  try {
    await untilCaughtUp(projecting);
  } finally {
    await projector.stop();
  }
}

/** Digest of every table, by name. */
export async function digests(db: Db, projections: readonly Projection[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name } of projections.flatMap((projection) => projection.tables)) {
    const { rows, sum } = await digestOf((text, values) => db.query(text, values), name);
    found[name] = `${rows} rows, ${sum}`;
  }
  return found;
}
