/** The stores of a benchmark, new and in a folder that goes away: PostgreSQL with fsync on, the embedded event log in a thread. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '../eventstore/embedded/index.js';
import { EventLog } from '../libs/event-sourcing/event-log.js';
import { startEmbeddedPostgres } from '../libs/platform/embedded-postgres.js';
import { migrate } from '../libs/platform/migrate.js';
import { Db } from '../libs/platform/postgres.js';
import { allMigrations } from '../migrations/all.js';

export interface BenchStores {
  readonly databaseUrl: string;
  readonly log: EventLog;
  readonly db: Db;
}

export async function withBenchStores(work: (stores: BenchStores) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'greatrouter-bench-'));
  const [postgres, node] = await Promise.all([startEmbeddedPostgres(join(folder, 'postgres')), create({ dir: join(folder, 'log') }).listen()]);
  const log = new EventLog(node.connectionString);
  const db = new Db(postgres.url);
  try {
    await migrate(postgres.url, await allMigrations());
    await work({ databaseUrl: postgres.url, log, db });
  } finally {
    await log.close();
    await db.close();
    await node.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
