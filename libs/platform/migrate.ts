import { runMigrations as migrateQueues } from 'bullmq';
import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';

/**
 * Brings a database up to date, one transaction a migration. Safe to run from several processes at once: an
 * advisory lock lets one of them work.
 * @returns the names of the migrations that ran.
 */
export async function migrate(url: string, migrations: readonly (new () => MigrationInterface)[]): Promise<readonly string[]> {
  const source = new DataSource({ type: 'postgres', url, migrations: [...migrations], migrationsTransactionMode: 'each', synchronize: false, logging: false });
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query(`SELECT pg_advisory_lock(hashtextextended('greatrouter migrations', 0))`);
    const ran = await source.runMigrations();
    await migrateJobQueues(url);
    return ran.map((migration) => migration.name);
  } finally {
    await lock.query(`SELECT pg_advisory_unlock(hashtextextended('greatrouter migrations', 0))`).catch(() => {});
    await lock.release();
    await source.destroy();
  }
}

/** BullMQ keeps its own tables, in a schema of their own. */
async function migrateJobQueues(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await migrateQueues(client);
  } finally {
    await client.end();
  }
}
