/**
 * A fresh, migrated database for a test file, on one PostgreSQL that the whole test run shares. The run's set-up
 * starts the server (see jest.config.js); each database is made from a migrated template, in milliseconds.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Db } from '../postgres.js';

export interface TestDatabase {
  readonly url: string;
  readonly db: Db;
  drop(): Promise<void>;
}

export async function testDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_POSTGRES_URL'];
  if (!server) throw new Error('TEST_POSTGRES_URL is missing: run the tests with npm run jest');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE migrated`);
  const url = server.replace(/\/[^/]*$/, `/${name}`);
  const db = new Db(url);
  return {
    url,
    db,
    async drop() {
      await db.close();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
