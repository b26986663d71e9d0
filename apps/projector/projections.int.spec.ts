import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { usualLimits } from '../../libs/event-sourcing/projections/batches.js';
import { MemoryLog } from '../../libs/event-sourcing/projections/testing/memory-log.js';
import { digests, project, type Projecting } from '../../libs/event-sourcing/projections/testing/projecting.js';
import { testDatabase, type TestDatabase } from '../../libs/platform/testing/postgres.js';
import { projections } from './projections.js';
import { History } from './testing/history.js';

const databases: TestDatabase[] = [];
const log = new MemoryLog();

async function world(): Promise<Projecting> {
  const database = await testDatabase();
  databases.push(database);
  return { url: database.url, db: database.db, log, projections };
}

beforeAll(() => log.append(...new History().take(500)));
afterAll(async () => {
  for (const database of databases) await database.drop();
});

describe('every projection on PostgreSQL', () => {
  it('gives the same rows with batches of 1, 7 and 1000 events', async () => {
    const outcomes: Record<string, string>[] = [];
    for (const events of [1, 7, 1_000]) {
      const at = { ...(await world()), limits: { ...usualLimits, events } };
      await project(at);
      outcomes.push(await digests(at.db, projections));
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[2]).toEqual(outcomes[0]);
    const mine = Object.entries(outcomes[0]!).filter(([table]) => !/^wallet|purchases|budget/.test(table));
    expect(mine.filter(([, digest]) => digest.startsWith('0 rows'))).toEqual([]);
  }, 120_000);
});
