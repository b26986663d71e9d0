// Before the tests: one real PostgreSQL for the whole run, with a migrated template that every test copies.
// From dist/, so the build must be fresh.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default async function setUp() {
  const { startEmbeddedPostgres } = await import('../dist/libs/platform/embedded-postgres.js');
  const { migrate } = await import('../dist/libs/platform/migrate.js');
  const { allMigrations } = await import('../dist/migrations/all.js');
  const folder = await mkdtemp(join(tmpdir(), 'greatrouter-tests-'));
  const server = await startEmbeddedPostgres(folder, { database: 'migrated' });
  await migrate(server.url, await allMigrations());
  process.env.TEST_POSTGRES_URL = server.url.replace(/\/[^/]*$/, '/postgres');
  globalThis.testPostgres = { server, folder };
}
