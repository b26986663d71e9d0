/** Runs projections on a real database until they have seen a whole log. */
import { digestOf } from '../digest.js';
import { ProjectionProgress } from '../progress.js';
import type { Projection } from '../projection.js';
import { Projector, type ProjectionLog, type ProjectorObserver } from '../projector.js';
import { rebuild } from '../rebuild.js';
import type { BatchLimits } from '../batches.js';
import type { Db } from '../../../platform/postgres.js';

export const silentObserver: ProjectorObserver = {
  of: () => ({ opened() {}, applied() {}, retrying() {}, parked() {}, caughtUp() {} }),
  leading() {},
  failed() {},
};

/** EventLog is one, MemoryLog another. */
export interface ProjectedLog extends ProjectionLog {
  head(): bigint | Promise<bigint>;
  identity(): string | null | Promise<string | null>;
}

export interface Projecting {
  readonly url: string;
  readonly db: Db;
  readonly log: ProjectedLog;
  readonly projections: readonly Projection[];
  readonly limits?: BatchLimits;
  readonly observer?: ProjectorObserver;
}

export const projectorOf = ({ url, log, projections, limits, observer = silentObserver }: Projecting): Projector =>
  new Projector(projections, {
    url,
    log,
    storeId: async () => log.identity(),
    observer,
    remake: async (projection, signal) => void (await rebuild({ url, log, storeId: await log.identity(), projection, swap: 'if-same', onProgress: () => signal.throwIfAborted() })),
    ...(limits ? { limits } : {}),
  });

/** Polls until every projection has reached the log's present end, or knows of nothing it reads before it. @throws when that takes longer than `patienceMs`. */
export async function untilCaughtUp({ db, log, projections }: Projecting, patienceMs = 120_000): Promise<void> {
  const progress = new ProjectionProgress(db, log);
  const head = await log.head();
  const giveUpAt = performance.now() + patienceMs;
  const behind: Projection[] = [];
  // One after the other: all at once would ask the database for more connections than its pool has.
  for (const projection of projections) if (!(await progress.reached(projection.name, head, giveUpAt - performance.now()))) behind.push(projection);
  if (behind.length > 0) throw new Error(`still behind after ${patienceMs} ms: ${behind.map(({ name }) => name).join(', ')}`);
}

/** While a projector runs. */
export async function whileProjecting(projecting: Projecting, work: () => Promise<void>): Promise<void> {
  const projector = projectorOf(projecting);
  projector.start();
  try {
    await work();
  } finally {
    await projector.stop();
  }
}

/** Projects the whole log once and stops. */
export const project = (projecting: Projecting): Promise<void> => whileProjecting(projecting, () => untilCaughtUp(projecting));

/** Digest of every table, by name. */
export async function digests(db: Db, projections: readonly Projection[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name } of projections.flatMap((projection) => projection.tables)) {
    const { rows, sum } = await digestOf((text, values) => db.query(text, values), name);
    found[name] = `${rows} rows, ${sum}`;
  }
  return found;
}
