/**
 * How long a filtered page of the activity log takes with millions of rows.
 *
 *     npm run bench:logs-page              ROWS=5000000 PAGES=300 change the size
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { LogsQuery } from '../libs/activity/exports.js';
import { ensurePartition, monthOf } from '../libs/event-sourcing/projections/partitions.js';
import type { OrgId } from '../libs/identity/domain/caller.js';
import { dollars } from '../libs/money/money.js';
import { startEmbeddedPostgres } from '../libs/platform/embedded-postgres.js';
import { migrate } from '../libs/platform/migrate.js';
import { Db } from '../libs/platform/postgres.js';
import { allMigrations } from '../migrations/all.js';

const rows = Number(process.env['ROWS'] ?? 5_000_000);
const pages = Number(process.env['PAGES'] ?? 300);
const startMs = Date.UTC(2026, 0, 1);
const stepMs = 3_000;

/** Ten organizations; one model and one status are rare, sessions are short, reasons differ by tier. */
const fill = `
  INSERT INTO logs (request_id, created_at, org_id, endpoint, status, model, provider, task, content_mode, complexity_tier, optimization, routing_reason, fallback_chain,
                    attempts, prompt_tokens, completion_tokens, cost_cents, total_ms, session_id, key_id, cache, position)
  SELECT lpad(to_hex(n), 36, '0'), to_timestamp($1::float8 / 1000 + n * $2::float8 / 1000), 'org_' || n % 10, 'auto/route', CASE WHEN n % 997 = 0 THEN 'failed' ELSE 'completed' END,
         CASE WHEN n % 9973 = 0 THEN 'rare/model' ELSE 'openai/model-' || n % 40 END, CASE WHEN n % 9973 = 0 THEN 'rare' ELSE 'openai' END, CASE WHEN n % 9001 = 0 THEN 'video' ELSE 'text' END, 'generate', 'SIMPLE', 'balanced',
         'best value number ' || n % 5000, '["a/b"]', 1, 10, 20, (n % 1000) / 100.0, 300, 's' || n / 50, 'key_' || n % 30, 'off', n
  FROM generate_series($3::bigint, $4::bigint) n`;

const folder = await mkdtemp(join(tmpdir(), 'greatrouter-bench-'));
const postgres = await startEmbeddedPostgres(folder);
const db = new Db(postgres.url);
try {
  await migrate(postgres.url, await allMigrations());
  for (let ms = startMs; ms <= startMs + rows * stepMs + 31 * 86_400_000; ms += 27 * 86_400_000) await ensurePartition((text, values) => db.query(text, values), 'logs', monthOf(new Date(ms).toISOString()));
  for (let from = 1; from <= rows; from += 100_000) await db.query(fill, [startMs, stepMs, from, Math.min(rows, from + 99_999)]);
  await db.query('VACUUM (ANALYZE) logs');
  console.log(`${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}; ${rows} rows`);
  const middle = new Date(startMs + (rows * stepMs) / 2).toISOString();
  const hourLater = new Date(Date.parse(middle) + 3_600_000).toISOString();
  const filters = {
    none: {}, 'older half': { to: middle }, 'an hour': { from: middle, to: hourLater }, model: { model: 'openai/model-7' }, 'rare model': { model: 'rare/model' }, 'no such model': { model: 'no/model' },
    provider: { provider: 'openai' }, 'rare provider': { provider: 'rare' }, task: { task: 'text' }, 'rare task': { task: 'video' }, completed: { status: 'completed' as const }, failed: { status: 'failed' as const },
    cancelled: { status: 'cancelled' as const }, key: { keyId: 'key_7' }, session: { sessionId: `s${Math.floor(rows / 100)}` }, 'cost, the dearest': { minCost: dollars('0.0999') },
    'cost, a tenth': { minCost: dollars('0.05'), maxCost: dollars('0.06') }, 'cost, none': { minCost: dollars('5') }, reason: { reason: 'number 4321' }, 'reason, common': { reason: 'best value' },
    'reason, a word': { reason: 'NUMBER 43' }, 'reason, none': { reason: 'nowhere' }, 'reason, two letters': { reason: '21' }, 'failed of a model in the older half': { status: 'failed' as const, model: 'openai/model-7', to: middle },
  };
  const logs = new LogsQuery(db);
  for (const [name, filter] of Object.entries(filters)) {
    const took: number[] = [];
    for (let page = 0; page < pages; page += 1) {
      const startedAt = performance.now();
      await logs.page(`org_${page % 10}` as OrgId, filter, null, 100);
      took.push(performance.now() - startedAt);
    }
    took.sort((a, b) => a - b);
    console.log(`${name.padEnd(36)} p50 ${took[Math.floor(pages / 2)]!.toFixed(1)} ms, p99 ${took[Math.floor(pages * 0.99)]!.toFixed(1)} ms`);
  }
} finally {
  await db.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
