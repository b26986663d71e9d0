import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import type { Recorded } from '../domain/event.js';
import { testLog, type TestLog } from '../testing/log.js';
import type { Reactor } from './reactor.js';
import { Reactors } from './reactors.js';
import { eventually } from '../../platform/testing/eventually.js';

let store: TestLog;
let database: TestDatabase;
beforeAll(async () => void ([store, database] = await Promise.all([testLog(), testDatabase()])));
afterAll(async () => {
  await store.close();
  await database.drop();
});

const append = (type: string, n: number) => {
  const commandId = randomUUID();
  return store.log.append(`test-${commandId}`, 'no_stream', [{ type, data: { n } }], { orgId: null, actor: 'cli', commandId, correlationId: commandId, at: '2026-11-25T10:00:00.000Z' });
};

const until = (done: () => boolean) => eventually(done, Boolean);

const runner = (reactor: Reactor, failures: unknown[] = []) =>
  new Reactors([reactor], { url: database.url, log: store.log, onFailure: (_, error) => void failures.push(error) });
const numberOf = (event: Recorded) => (event.data as { n: number }).n;

describe('reactors', () => {
  it('bring every event in order, again after a failure, and go on where another left off', async () => {
    const type = `Thing${randomUUID().slice(0, 8)}`;
    for (let n = 0; n < 5; n++) await append(type, n);
    const seen: number[] = [];
    let broken = 2;
    const reactor: Reactor = {
      name: `reactor-${type}`,
      types: [type],
      handle(events) {
        if (broken-- > 0) return Promise.reject(new Error('not now'));
        seen.push(...events.map(numberOf));
        return Promise.resolve();
      },
    };
    const failures: unknown[] = [];
    const first = runner(reactor, failures);
    first.start();
    await until(() => seen.length === 5);
    await first.stop();
    expect(failures).toHaveLength(2);
    for (let n = 5; n < 8; n++) await append(type, n);
    const second = runner(reactor);
    second.start();
    await until(() => seen.length >= 8);
    await append(type, 8);
    await until(() => seen.length >= 9);
    await second.stop();
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('run in one worker at a time', async () => {
    const type = `Thing${randomUUID().slice(0, 8)}`;
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    const reactor: Reactor = {
      name: `reactor-${type}`,
      types: [type],
      async handle(events) {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen.push(...events.map(numberOf));
        running--;
      },
    };
    const workers = [runner(reactor), runner(reactor)];
    for (const worker of workers) worker.start();
    for (let n = 0; n < 20; n++) await append(type, n);
    await until(() => seen.length >= 20);
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(most).toBe(1);
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('refuse to go on in another log than the one they stand in', async () => {
    const type = `Thing${randomUUID().slice(0, 8)}`;
    await append(type, 0);
    const seen: Recorded[] = [];
    const reactor: Reactor = { name: `reactor-${type}`, types: [type], handle: (events) => Promise.resolve(void seen.push(...events)) };
    await database.db.query('INSERT INTO reactor_checkpoints (reactor, store_id) VALUES ($1, $2)', [reactor.name, 'another log']);
    const failures: unknown[] = [];
    const worker = runner(reactor, failures);
    worker.start();
    await until(() => failures.length > 0);
    await worker.stop();
    expect((failures[0] as Error).message).toContain('stands in another event log (another log)');
    expect(seen).toEqual([]);
  });
});
