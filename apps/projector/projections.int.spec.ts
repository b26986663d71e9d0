import { afterAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { usualLimits } from '../../libs/event-sourcing/projections/batches.js';
import { PostgresStore } from '../../libs/event-sourcing/projections/postgres-store.js';
import { rebuild } from '../../libs/event-sourcing/projections/rebuild.js';
import { run } from '../../libs/event-sourcing/projections/run.js';
import { MemoryLog } from '../../libs/event-sourcing/projections/testing/memory-log.js';
import { digests, project, silentObserver, untilCaughtUp, type Projecting } from '../../libs/event-sourcing/projections/testing/projecting.js';
import { chanceOf } from '../../libs/event-sourcing/projections/testing/simulation.js';
import { realTimer } from '../../libs/event-sourcing/timer.js';
import { testDatabase, type TestDatabase } from '../../libs/platform/testing/postgres.js';
import { projections } from './projections.js';
import { History } from './testing/history.js';

/** EVENTS=200000 POSITIONS=100 is the long campaign (npm run test:projections). */
const events = Number(process.env['EVENTS'] ?? 1_500);
const positions = Number(process.env['POSITIONS'] ?? 4);
const patienceMs = events * 20 + 120_000;

const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const database of databases) await database.drop();
});

async function world(log: MemoryLog): Promise<Projecting> {
  const database = await testDatabase();
  databases.push(database);
  return { url: database.url, db: database.db, log, projections };
}

describe('every projection on PostgreSQL', () => {
  it('is tested with every event type that it reads', () => {
    const made = new Set(new History({ stepMs: 300_000 }).take(8_000).map(({ type }) => type));
    const missing = projections.flatMap(({ types }) => types).filter((type) => !made.has(type));
    // Whoever adds a type to a projection adds it to the history.
    expect(missing).toEqual([]);
  });

  it('gives the same rows with batches of 1, 7 and 1000 events', async () => {
    const log = new MemoryLog();
    log.append(...new History({ organizations: 2 }).take(600));
    const outcomes: Record<string, string>[] = [];
    for (const size of [1, 7, 1_000]) {
      const at = { ...(await world(log)), limits: { ...usualLimits, events: size } };
      await project(at);
      outcomes.push(await digests(at.db, projections));
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[2]).toEqual(outcomes[0]);
    expect(Object.keys(outcomes[0]!).filter((table) => outcomes[0]![table]!.startsWith('0 rows'))).toEqual([]);
  });

  it(`rebuilt equals live, digest for digest, at ${positions} positions of ${events} events`, async () => {
    const chance = chanceOf(events);
    const history = new History({ seed: 3 }).take(events);
    const cuts = Array.from({ length: positions - 1 }, () => 1 + Math.floor(chance() * (events - 1))).sort((a, b) => a - b);
    const log = new MemoryLog();
    // The live one is stopped and started at every position; the other goes from zero in one go with other batches.
    const live = await world(log);
    const fromZero = { ...(await world(log)), limits: { ...usualLimits, events: 311 } };
    let from = 0;
    for (const cut of [...cuts, events]) {
      log.append(...history.slice(from, cut));
      from = cut;
      await Promise.all([project(live), project(fromZero)]);
      expect(await digests(live.db, projections)).toEqual(await digests(fromZero.db, projections));
    }
    for (const projection of projections) {
      const report = await rebuild({ url: live.url, log, storeId: log.identity(), projection, swap: 'if-same' });
      expect(report).toMatchObject({ swapped: true, comparable: true, position: log.head() });
    }
    await untilCaughtUp(live);
  }, patienceMs);

  it('commits each batch once when two processes believe they lead', async () => {
    const log = new MemoryLog();
    const history = new History({ seed: 5 }).take(300);
    log.append(...history);
    const calm = await world(log);
    await project(calm);
    const raced = await world(log);
    const [projection] = projections.filter(({ name }) => name === 'usage');
    const stopping = new AbortController();
    const racer = async () => {
      while (!stopping.signal.aborted) {
        const client = new pg.Client({ connectionString: raced.url, options: '-c TimeZone=UTC' });
        await client.connect();
        // No lock: only the epoch and the position of the checkpoint stand between the two.
        await run({
          projection: projection!,
          store: new PostgresStore(client, { projection: projection!, slot: 'live', storeId: null }),
          subscribe: (position, types) => log.subscribe({ types, ...(position ? { from: position } : {}) }),
          observer: silentObserver.of('usage'),
          environment: { sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)), chance: Math.random, now: () => performance.now() },
          timer: realTimer,
          signal: stopping.signal,
          limits: { ...usualLimits, events: 3 },
        }).catch((error: Error) => {
          if (error.name !== 'Fenced') throw error;
        });
        await client.end();
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      }
    };
    const racers = [racer(), racer()];
    try {
      await untilCaughtUp({ ...raced, projections: [projection!] });
    } finally {
      stopping.abort();
      await Promise.all(racers);
    }
    expect((await digests(raced.db, [projection!]))['usage_daily']).toBe((await digests(calm.db, [projection!]))['usage_daily']);
    const [{ events: applied }] = (await raced.db.query<{ events: string }>(`SELECT events FROM projection_checkpoints WHERE projection = 'usage'`)) as [{ events: string }];
    expect(Number(applied)).toBe(history.filter(({ type }) => projection!.types.includes(type)).length);
  });
});

