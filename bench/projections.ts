/**
 * How fast read models follow the log: the rebuild of the activity log from the embedded node into PostgreSQL with
 * fsync on, and how far behind a live projector is while requests come in.
 *
 *     npm run bench:projections            EVENTS=100000 RATE=200 SECONDS=10 change the size
 */
import { cpus, totalmem } from 'node:os';
import { History } from '../apps/projector/testing/history.js';
import { projections } from '../apps/projector/projections.js';
import { logsProjection } from '../libs/activity/exports.js';
import type { Recorded } from '../libs/event-sourcing/domain/event.js';
import type { EventLog } from '../libs/event-sourcing/event-log.js';
import { rebuild } from '../libs/event-sourcing/projections/rebuild.js';
import { projectorOf, untilCaughtUp, type Projecting } from '../libs/event-sourcing/projections/testing/projecting.js';
import { appendStream, fillLog, streamsOf } from './event-log/fill-log.js';
import { withBenchStores } from './stores.js';

const setting = (name: string, usual: number) => Number(process.env[name] ?? usual);
const events = setting('EVENTS', 100_000);
const rate = setting('RATE', 200);
const seconds = setting('SECONDS', 10);

/** Milliseconds from the acknowledgement of an append until the checkpoint has passed it, at a steady rate. */
async function lags(projecting: Projecting, log: EventLog, history: readonly Recorded[]): Promise<number[]> {
  const waiting: { position: bigint; at: number }[] = [];
  const measured: number[] = [];
  let done = false;
  const watching = (async () => {
    while (!done || waiting.length > 0) {
      const [row] = await projecting.db.query<{ at: string | null }>(`SELECT commit_position AS at FROM projection_checkpoints WHERE projection = 'logs' AND slot = 'live'`, [], 'bench');
      const now = performance.now();
      while (waiting[0] && waiting[0].position <= BigInt(row?.at ?? -1)) measured.push(now - waiting.shift()!.at);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  const startedAt = performance.now();
  const streams = streamsOf(history).filter(([first]) => first!.stream.startsWith('route-')).slice(0, rate * seconds);
  await Promise.all(
    streams.map(async (stream, index) => {
      await new Promise((resolve) => setTimeout(resolve, startedAt + (index * 1_000) / rate - performance.now()));
      const { position } = await appendStream(log, stream);
      waiting.push({ position, at: performance.now() });
      waiting.sort((a, b) => (a.position < b.position ? -1 : 1));
    }),
  );
  done = true;
  await watching;
  return measured.sort((a, b) => a - b);
}

const percentile = (sorted: readonly number[], percent: number) => sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;

await withBenchStores(async ({ log, db, databaseUrl }) => {
  const [durability] = await db.query<{ fsync: string; version: string }>(
    `SELECT current_setting('fsync') AS fsync, current_setting('server_version') AS version`,
  );
  console.log(`${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`);
  console.log(`PostgreSQL ${durability!.version}, fsync ${durability!.fsync}, synchronous_commit off for live projections and on for the rebuild; embedded event log in a thread of this process`);
  const history = new History({ organizations: 50, stepMs: 2_000 });
  let startedAt = performance.now();
  await fillLog(log, history.take(events));
  console.log(`filled the log with ${events} events in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);

  const projecting: Projecting = { url: databaseUrl, db, log, projections };
  const projector = projectorOf(projecting);
  startedAt = performance.now();
  projector.start();
  await untilCaughtUp(projecting, 600_000);
  const all = (performance.now() - startedAt) / 1_000;
  console.log(`all ${projections.length} projections caught up together in ${all.toFixed(1)} s (${Math.round(events / all)} events of the log a second)`);

  const lag = await lags(projecting, log, new History({ seed: 2, organizations: 50, startMs: Date.now(), stepMs: 50 }).take(rate * seconds * 5));
  console.log(`live at ${rate} requests/s for ${seconds} s: lag p50 ${percentile(lag, 50).toFixed(0)} ms, p99 ${percentile(lag, 99).toFixed(0)} ms, worst ${lag.at(-1)!.toFixed(0)} ms (${lag.length} requests)`);
  await projector.stop();

  const report = await rebuild({ url: databaseUrl, log, storeId: await log.identity(), projection: logsProjection, swap: 'if-same' });
  console.log(`rebuild of logs: ${report.events} events in ${report.seconds.toFixed(1)} s, ${Math.round(report.events / report.seconds)} events/s with indexes, digests (${report.tables.every(({ same }) => same) ? 'the same' : 'DIFFERENT'}) and swap`);
});
