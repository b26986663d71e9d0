/**
 * How far reads are behind under the API's full load, with every process of the product running: from the moment a
 * client has its answer until the request's row in the activity log shows how it ended.
 *
 *     npm run bench:live-lag            CONNECTIONS=64 SECONDS=20 change the load
 */
import { cpus, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { Db } from '../libs/platform/postgres.js';
import { startedProduct } from './started-product.js';

const setting = (name: string, usual: number) => Number(process.env[name] ?? usual);
const connections = setting('CONNECTIONS', 64);
const seconds = setting('SECONDS', 20);
const patienceMs = 30_000;

const body = JSON.stringify({ model: 'router', messages: [{ role: 'user', content: 'Name three rivers in France and say why they matter.' }] });

/** Milliseconds until the row of a request shows its end. */
async function visibleAfter(db: Db, requestId: string, answeredAt: number): Promise<number> {
  for (;;) {
    const rows = await db.query('SELECT 1 FROM logs WHERE request_id = $1 AND status IS NOT NULL', [requestId], 'visible');
    const waited = performance.now() - answeredAt;
    if (rows.length > 0 || waited > patienceMs) return waited;
    await pause(2);
  }
}

const percentile = (sorted: readonly number[], percent: number) => (sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN).toFixed(0);
const ordered = (values: number[]) => values.sort((a, b) => a - b);

const { url, key, databaseUrl, stop } = await startedProduct();
const db = new Db(databaseUrl, 4);
const pool = new Pool(url, { connections });
try {
  const [durability] = await db.query<{ fsync: string }>(`SELECT current_setting('fsync') AS fsync`);
  console.log(`${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}; fsync ${durability!.fsync}, projections commit with synchronous_commit off`);
  const lags: number[] = [];
  const latencies: number[] = [];
  let sampling: Promise<void> | null = null;
  const load = async (until: number, measured: boolean) => {
    while (performance.now() < until) {
      const askedAt = performance.now();
      const { statusCode, headers, body: answer } = await pool.request({ path: '/v1/chat/completions', method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body });
      await answer.dump();
      if (statusCode !== 200) throw new Error(`answered ${statusCode}`);
      const answeredAt = performance.now();
      if (!measured) continue;
      latencies.push(answeredAt - askedAt);
      // One request at a time is watched: watching is not to be the load.
      sampling ??= visibleAfter(db, String(headers['x-request-id']), answeredAt).then((lag) => {
        lags.push(lag);
        sampling = null;
      });
    }
  };
  const run = (ms: number, measured: boolean) => Promise.all(Array.from({ length: connections }, () => load(performance.now() + ms, measured)));
  await run(5_000, false);
  await run(seconds * 1_000, true);
  await (sampling as Promise<void> | null);
  console.log(`${connections} connections for ${seconds} s: ${Math.round(latencies.length / seconds)} requests/s, answered p50 ${percentile(ordered(latencies), 50)} ms, p99 ${percentile(latencies, 99)} ms`);
  console.log(`from the answer to the row: p50 ${percentile(ordered(lags), 50)} ms, p99 ${percentile(lags, 99)} ms, worst ${percentile(lags, 100)} ms (${lags.length} requests)`);
} finally {
  await pool.close();
  await db.close();
  await stop();
}
