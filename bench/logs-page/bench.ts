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

/** Half of the pages are of the largest organization; every third goes on from somewhere in the past. */
async function measure(logs: LogsQuery, filter: Parameters<LogsQuery['page']>[1]): Promise<number[]> {
  const took: number[] = [];
  for (let page = 0; page < pages; page += 1) {
    const orgId = `org_${page % 2 === 0 ? 0 : 1 + ((page >> 1) % 9)}` as OrgId;
    const createdAt = new Date(startMs + ((page * 0.618) % 1) * (endMs(rows) - startMs)).toISOString();
    const startedAt = performance.now();
    await logs.page(orgId, filter, page % 3 === 2 ? { createdAt, requestId: 'g' } : null, limit);
    took.push(performance.now() - startedAt);
  }
  return took.sort((a, b) => a - b);
}

const folder = kept ? resolve(kept) : await mkdtemp(join(tmpdir(), 'greatrouter-bench-'));
const isFilled = kept !== undefined && (await stat(folder).then(() => true, () => false));
const postgres = await startEmbeddedPostgres(folder);
const db = new Db(postgres.url);
try {
  await migrate(postgres.url, await allMigrations());
  if (!isFilled) await fillLogs((text, values) => db.query(text, values), rows, (filled) => process.stderr.write(`\r${filled} rows`));
  const size = await db.query<{ size: string }>(`SELECT pg_size_pretty(sum(pg_total_relation_size(inhrelid))) AS size FROM pg_inherits WHERE inhparent = 'logs'::regclass`);
  console.log(`\n${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}; ${rows} rows, ${size[0]!.size} with their indexes; ${pages} pages of ${limit} a filter`);
  const logs = new LogsQuery(db);
  let over = 0;
  for (const [name, filter] of Object.entries(filtersOf(rows))) {
    const took = await measure(logs, filter);
    const [p50, p99] = [took[Math.floor(pages / 2)]!, took[Math.floor(pages * 0.99)]!];
    if (p99 > mostMs) over += 1;
    console.log(`${name.padEnd(44)} p50 ${p50.toFixed(1).padStart(6)} ms, p99 ${p99.toFixed(1).padStart(6)} ms`);
  }
  console.log(over === 0 ? `every filter is below ${mostMs} ms` : `${over} filters are above ${mostMs} ms`);
  process.exitCode = over === 0 ? 0 : 1;
} finally {
  await db.close();
  await postgres.stop();
  if (!kept) await rm(folder, { recursive: true, force: true });
}
