import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testLogger } from './testing/logger.js';
import { Queues } from './queues.js';
import { testDatabase, type TestDatabase } from './testing/postgres.js';

let database: TestDatabase;
let queues: Queues;
beforeAll(async () => {
  database = await testDatabase();
  queues = new Queues({ databaseUrl: database.url, redisUrl: null }, testLogger());
});
afterAll(async () => {
  await queues.close();
  await database.drop();
});

describe('queues on PostgreSQL', () => {
  it('runs a job once, however often it is sent under its id', async () => {
    const seen: number[] = [];
    const second = new Promise<void>((resolve) => {
      queues.worker<{ n: number }>('numbers', async (job) => {
        seen.push(job.data.n);
        if (job.data.n === 2) resolve();
      });
    });
    const queue = queues.queue<{ n: number }>('numbers');
    await queue.add('count', { n: 1 }, { jobId: 'one' });
    await queue.add('count', { n: 1 }, { jobId: 'one' });
    await queue.add('count', { n: 2 }, { jobId: 'two' });
    await second;
    expect(seen).toEqual([1, 2]);
  });
});
