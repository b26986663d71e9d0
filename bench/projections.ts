/**
 * How fast read models follow the log: the rebuild of the activity log from the embedded node into PostgreSQL with
 * fsync on, and how far behind a live projector is while requests come in.
 *
 *     npm run bench:projections            EVENTS=100000 RATE=200 SECONDS=10 change the size
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { History } from '../apps/projector/testing/history.js';
import { projections } from '../apps/projector/projections.js';
import { create } from '../eventstore/embedded/index.js';
import { logsProjection } from '../libs/activity/exports.js';
import type { Recorded } from '../libs/event-sourcing/domain/event.js';
import { EventLog } from '../libs/event-sourcing/event-log.js';
import { rebuild } from '../libs/event-sourcing/projections/rebuild.js';
import { projectorOf, untilCaughtUp, type Projecting } from '../libs/event-sourcing/projections/testing/projecting.js';
import { startEmbeddedPostgres } from '../libs/platform/embedded-postgres.js';
import { migrate } from '../libs/platform/migrate.js';
import { Db } from '../libs/platform/postgres.js';
import { allMigrations } from '../migrations/all.js';

const setting = (name: string, usual: number) => Number(process.env[name] ?? usual);
const events = setting('EVENTS', 100_000);
const rate = setting('RATE', 200);
const seconds = setting('SECONDS', 10);

function streamsOf(history: readonly Recorded[]): Recorded[][] {
  const streams = new Map<string, Recorded[]>();
  for (const event of history) {
    const known = streams.get(event.stream);
    if (known) known.push(event);
    else streams.set(event.stream, [event]);
  }
  return [...streams.values()];
}

const append = (log: EventLog, stream: readonly Recorded[]) => {
  const { metadata, stream: name } = stream[0]!;
  return log.append(name, 'no_stream', stream.map(({ type, data }) => ({ type, data })), { ...metadata, correlationId: metadata.$correlationId });
};

async function fill(log: EventLog, history: readonly Recorded[]): Promise<void> {
  const streams = streamsOf(history);
  const appending = async () => {
    for (let stream = streams.pop(); stream; stream = streams.pop()) await append(log, stream);
  };
  await Promise.all(Array.from({ length: 64 }, appending));
}

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
      const { position } = await append(log, stream);
      waiting.push({ position, at: performance.now() });
      waiting.sort((a, b) => (a.position < b.position ? -1 : 1));
    }),
  );
  done = true;
  await watching;
  return measured.sort((a, b) => a - b);
}

const percentile = (sorted: readonly number[], percent: number) => sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;

const folder = await mkdtemp(join(tmpdir(), 'greatrouter-bench-'));
const [postgres, node] = await Promise.all([startEmbeddedPostgres(join(folder, 'postgres')), create({ dir: join(folder, 'log') }).listen()]);
const log = new EventLog(node.connectionString);
const db = new Db(postgres.url);
try {
  await migrate(postgres.url, await allMigrations());
  const [durability] = await db.query<{ fsync: string; version: string }>(
    `SELECT current_setting('fsync') AS fsync, current_setting('server_version') AS version`,
  );
  console.log(`${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`);
  console.log(`PostgreSQL ${durability!.version}, fsync ${durability!.fsync}, synchronous_commit off for live projections and on for the rebuild; embedded event log in a thread of this process`);
  const history = new History({ organizations: 50, stepMs: 2_000 });
  let startedAt = performance.now();
  await fill(log, history.take(events));
  console.log(`filled the log with ${events} events in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);

  const projecting: Projecting = { url: postgres.url, db, log, projections };
  const projector = projectorOf(projecting);
  startedAt = performance.now();
  projector.start();
  await untilCaughtUp(projecting, 600_000);
  const all = (performance.now() - startedAt) / 1_000;
  console.log(`all ${projections.length} projections caught up together in ${all.toFixed(1)} s (${Math.round(events / all)} events of the log a second)`);

  const lag = await lags(projecting, log, new History({ seed: 2, organizations: 50, startMs: Date.now(), stepMs: 50 }).take(rate * seconds * 5));
  console.log(`live at ${rate} requests/s for ${seconds} s: lag p50 ${percentile(lag, 50).toFixed(0)} ms, p99 ${percentile(lag, 99).toFixed(0)} ms, worst ${lag.at(-1)!.toFixed(0)} ms (${lag.length} requests)`);
  await projector.stop();

  const report = await rebuild({ url: postgres.url, log, storeId: await log.identity(), projection: logsProjection, swap: 'if-same' });
  console.log(`rebuild of logs: ${report.events} events in ${report.seconds.toFixed(1)} s, ${Math.round(report.events / report.seconds)} events/s with indexes, digests (${report.tables.every(({ same }) => same) ? 'the same' : 'DIFFERENT'}) and swap`);
} finally {
  await log.close();
  await db.close();
  await node.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
