/**
 * How long a filtered page of the activity log takes with millions of rows.
 *
 *     npm run bench:logs-page              ROWS=5000000 PAGES=300 LIMIT=100 change the size
 *                                          FOLDER=path keeps the rows there, for the next run
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { LogsQuery } from '../../libs/activity/exports.js';
import type { OrgId } from '../../libs/identity/domain/caller.js';
import { startEmbeddedPostgres } from '../../libs/platform/embedded-postgres.js';
import { migrate } from '../../libs/platform/migrate.js';
import { Db } from '../../libs/platform/postgres.js';
import { allMigrations } from '../../migrations/all.js';
import { filtersOf } from './filters.js';
import { endMs, fillLogs, startMs } from './rows.js';

const setting = (name: string, usual: number) => Number(process.env[name] ?? usual);
const rows = setting('ROWS', 5_000_000);
const pages = setting('PAGES', 300);
const limit = setting('LIMIT', 100);
const kept = process.env['FOLDER'];
const mostMs = 50;

interface Measured {
  /** Sorted. */
  readonly ms: readonly number[];
  /** Together. */
  readonly found: number;
  /** Pages that ended before their limit and before the log did. */
  readonly early: number;
}

/** Half of the pages are of the largest organization; every third goes on from somewhere in the past. */
async function measure(logs: LogsQuery, filter: Parameters<LogsQuery['page']>[1]): Promise<Measured> {
  const ms: number[] = [];
  let [found, early] = [0, 0];
  for (let page = 0; page < pages; page += 1) {
    const orgId = `org_${page % 2 === 0 ? 0 : 1 + ((page >> 1) % 9)}` as OrgId;
    const createdAt = new Date(startMs + ((page * 0.618) % 1) * (endMs(rows) - startMs)).toISOString();
    const startedAt = performance.now();
    const { entries, next } = await logs.page(orgId, filter, page % 3 === 2 ? { createdAt, requestId: 'g' } : null, limit);
    ms.push(performance.now() - startedAt);
    found += entries.length;
    if (next && entries.length < limit) early += 1;
  }
  return { ms: ms.sort((a, b) => a - b), found, early };
}

/** A server that has just started has read nothing yet; one that wrote these rows over months has most of them in memory. */
async function warmUp(db: Db): Promise<void> {
  await db.query('CREATE EXTENSION IF NOT EXISTS pg_prewarm');
  await db.query(`SELECT pg_prewarm(relid, 'read') FROM pg_partition_tree('logs') WHERE isleaf`);
  await db.query(`SELECT pg_prewarm(indexrelid, 'buffer') FROM pg_partition_tree('logs') JOIN pg_index ON indrelid = relid WHERE isleaf`);
}

async function describe(db: Db): Promise<string> {
  const [size] = await db.query<{ size: string }>(`SELECT pg_size_pretty(sum(pg_total_relation_size(relid))) AS size FROM pg_partition_tree('logs') WHERE isleaf`);
  const settings = await db.query<{ said: string }>(
    `SELECT name || ' ' || current_setting(name) AS said FROM unnest('{server_version,fsync,synchronous_commit,shared_buffers,work_mem,random_page_cost}'::text[]) name`,
  );
  return [
    `${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}; PostgreSQL ${settings.map(({ said }) => said).join(', ')}`,
    `${rows} rows, ${size!.size} with their indexes, all of them read once before; ${pages} pages of ${limit} a filter`,
  ].join('\n');
}

const folder = kept ? resolve(kept) : await mkdtemp(join(tmpdir(), 'greatrouter-bench-'));
const isFilled = kept !== undefined && (await stat(folder).then(() => true, () => false));
const postgres = await startEmbeddedPostgres(folder);
const db = new Db(postgres.url);
try {
  await migrate(postgres.url, await allMigrations());
  if (!isFilled) await fillLogs((text, values) => db.query(text, values), rows, (filled) => process.stderr.write(`\r${filled} rows`));
  await warmUp(db);
  console.log(`\n${await describe(db)}\n\n${'filter'.padEnd(38)}  p50 ms  p99 ms  rows a page  ended early`);
  const logs = new LogsQuery(db);
  let over = 0;
  for (const [name, filter] of Object.entries(filtersOf(rows))) {
    const { ms, found, early } = await measure(logs, filter);
    const [p50, p99] = [ms[Math.floor(pages / 2)]!, ms[Math.floor(pages * 0.99)]!];
    if (p99 > mostMs) over += 1;
    console.log(`${name.padEnd(38)}  ${p50.toFixed(1).padStart(6)}  ${p99.toFixed(1).padStart(6)}  ${(found / pages).toFixed(1).padStart(11)}  ${String(early).padStart(11)}`);
  }
  console.log(over === 0 ? `\nevery filter is below ${mostMs} ms` : `\n${over} filters are above ${mostMs} ms`);
  process.exitCode = over === 0 ? 0 : 1;
} finally {
  await db.close();
  await postgres.stop();
  if (!kept) await rm(folder, { recursive: true, force: true });
}
