/** A standby projector process goes on when the one that leads is killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mostTakeoverMs } from '../../libs/event-sourcing/projections/projector.js';
import { untilCaughtUp } from '../../libs/event-sourcing/projections/testing/projecting.js';
import { testLog, type TestLog } from '../../libs/event-sourcing/testing/log.js';
import { newFolder, removeFolder } from '../../libs/platform/testing/folder.js';
import { testDatabase, type TestDatabase } from '../../libs/platform/testing/postgres.js';
import { projections } from './projections.js';
import { History } from './testing/history.js';

let folder: string;
let log: TestLog;
let database: TestDatabase;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await newFolder('takeover');
  [log, database] = await Promise.all([testLog(), testDatabase()]);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await log.close();
  await database.drop();
  await removeFolder(folder);
});

function startProjector(): ChildProcess {
  const env = { ...process.env, DATA_DIR: folder, EVENTSTORE_URL: log.connectionString, DATABASE_URL: database.url, GREATROUTER_MASTER_KEY: 'ab'.repeat(32), LOG_LEVEL: 'silent' };
  const child = spawn(process.execPath, ['bin/greatrouter.js', 'projector'], { env, stdio: 'ignore' });
  children.push(child);
  return child;
}

/** Process id by projection. */
async function leaders(): Promise<Map<string, number>> {
  const rows = await database.db.query<{ projection: string; leader: string | null }>(`SELECT projection, leader FROM projection_checkpoints WHERE slot = 'live'`);
  return new Map(rows.flatMap(({ projection, leader }) => (leader === null ? [] : [[projection, Number(leader.split(':').at(-1))] as const])));
}

async function until(done: () => Promise<boolean>, patienceMs = 90_000): Promise<void> {
  for (const deadline = Date.now() + patienceMs; !(await done()); ) {
    if (Date.now() > deadline) throw new Error('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const ledBy = async (pid: number) => {
  const led = await leaders();
  return projections.every(({ name }) => led.get(name) === pid);
};

it('takes over every projection of a process that was killed, and misses nothing', async () => {
  const leader = startProjector();
  await until(() => ledBy(leader.pid!));
  const standby = startProjector();
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'greatrouter projector'`;
  // The standby has a session for each projection when it stands by.
  await until(async () => (await database.db.query(waiting)).length >= 2 * projections.length);
  leader.kill('SIGKILL');
  const killedAt = performance.now();
  const [first] = new History({ seed: 8 }).take(2);
  await log.log.append(first!.stream, 'no_stream', [{ type: first!.type, data: first!.data }], { ...first!.metadata, correlationId: first!.metadata.$correlationId });
  await until(() => ledBy(standby.pid!));
  const tookMs = performance.now() - killedAt;
  await untilCaughtUp({ url: database.url, db: database.db, log: log.log, projections });
  // What the settings allow; what it took depends on the machine, and is printed by the campaign.
  expect(mostTakeoverMs(projections.length)).toBeLessThanOrEqual(10_000);
  if (process.env['KILLS']) console.log(`the standby led every projection ${Math.round(tookMs)} ms after the kill`);
  expect(await database.db.query('SELECT 1 FROM logs WHERE request_id = $1', [first!.stream.slice('route-'.length)])).toHaveLength(1);
}, 240_000);
