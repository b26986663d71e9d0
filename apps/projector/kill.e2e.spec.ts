/** kill -9 of the projector and of PostgreSQL at random moments: afterwards the rows are those of a calm run. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFile,  } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Recorded } from '../../libs/event-sourcing/domain/event.js';
import { digests, project, untilCaughtUp, type Projecting } from '../../libs/event-sourcing/projections/testing/projecting.js';
import { testLog, type TestLog } from '../../libs/event-sourcing/testing/log.js';
import { freePort, startEmbeddedPostgres, type RunningPostgres } from '../../libs/platform/embedded-postgres.js';
import { migrate } from '../../libs/platform/migrate.js';
import { Db } from '../../libs/platform/postgres.js';
import { testDatabase, type TestDatabase } from '../../libs/platform/testing/postgres.js';
import { allMigrations } from '../../migrations/all.js';
import { projections } from './projections.js';
import { History } from './testing/history.js';
import { newFolder, removeFolder } from '../../libs/platform/testing/folder.js';

/** KILLS=50 POSTGRES_KILLS=10 is the long campaign (npm run test:projections). */
const kills = Number(process.env['KILLS'] ?? 3);
const postgresKills = Number(process.env['POSTGRES_KILLS'] ?? 1);
const eventsPerKill = 60;

let folder: string;
let port: number;
let postgres: RunningPostgres;
let log: TestLog;
let calm: TestDatabase;
let child: ChildProcess | null = null;

beforeAll(async () => {
  folder = await newFolder('kill');
  port = await freePort();
  [postgres, log, calm] = await Promise.all([startEmbeddedPostgres(join(folder, 'postgres'), { port }), testLog(), testDatabase()]);
  await migrate(postgres.url, await allMigrations());
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await log.close();
  await calm.drop();
  await postgres.stop();
  await removeFolder(folder);
});

function startProjector(): void {
  const env = {
    ...process.env, DATA_DIR: folder, EVENTSTORE_URL: log.connectionString, DATABASE_URL: postgres.url, GREATROUTER_MASTER_KEY: 'ab'.repeat(32), LOG_LEVEL: 'silent',
  };
  child = spawn(process.execPath, ['bin/greatrouter.js', 'projector'], { env, stdio: 'ignore' });
}

async function killProjector(): Promise<void> {
  const gone = new Promise((resolve) => child!.once('exit', resolve));
  child!.kill('SIGKILL');
  await gone;
}

async function killPostgres(): Promise<void> {
  const pid = Number((await readFile(join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGKILL');
  // Its backends end by themselves when they notice; a start before that is refused, so it is tried again.
  for (const until = Date.now() + 60_000; ; ) {
    const started = await startEmbeddedPostgres(join(folder, 'postgres'), { port }).catch((error: unknown) => error);
    if (!(started instanceof Error)) return void (postgres = started as RunningPostgres);
    if (Date.now() > until) throw started;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Whole streams, so that one append is one stream. */
async function append(history: readonly Recorded[]): Promise<void> {
  const streams = new Map<string, Recorded[]>();
  for (const event of history) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
  for (const events of streams.values()) {
    const { stream, metadata } = events[0]!;
    await log.log.append(stream, 'no_stream', events.map(({ type, data }) => ({ type, data })), { ...metadata, correlationId: metadata.$correlationId });
  }
}

it(`ends as a calm run after ${kills} kills of the projector and ${postgresKills} of PostgreSQL`, async () => {
  startProjector();
  for (let n = 0; n < kills + postgresKills; n += 1) {
    const appending = append(new History({ seed: n + 1, startMs: Date.UTC(2026, n % 12, 1) }).take(eventsPerKill).filter(({ stream }) => stream.startsWith('route-')));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2_500));
    if (n % 6 === 5 || n === kills + postgresKills - 1) await killPostgres();
    else {
      await killProjector();
      startProjector();
    }
    await appending;
  }
  const db = new Db(postgres.url);
  try {
    await untilCaughtUp({ url: postgres.url, db, log: log.log, projections }, 120_000);
    const expected: Projecting = { url: calm.url, db: calm.db, log: log.log, projections };
    await project(expected);
    expect(await digests(db, projections)).toEqual(await digests(calm.db, projections));
  } finally {
    await db.close();
  }
}, (kills + postgresKills) * 10_000 + 120_000);
