import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import { projection, table } from './projection.js';
import { ProjectionStatus } from './status.js';
import { MemoryLog } from './testing/memory-log.js';
import { project } from './testing/projecting.js';
import { recorded } from './testing/recorded.js';

const words = table('status_words', { key: { word: 'text' }, sum: { n: 'bigint' } });
const subject = projection<{ type: 'Said'; data: { word: string } }>({ name: 'status words', version: 1, tables: [words], on: { Said: ({ data }) => words.add({ word: data.word }, { n: 1 }) } });
const said = (word: string, commit: bigint) => recorded({ type: 'Said', data: { word } }, { stream: `said-${commit}`, commit });

describe('the state of projections', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
    await database.db.query('CREATE TABLE status_words (word text PRIMARY KEY, n bigint NOT NULL, position bigint NOT NULL)');
  });
  afterAll(() => database.drop());

  it('counts what is not applied, exactly, and gives its age', async () => {
    const log = new MemoryLog();
    log.append(said('a', 1n), said('b', 2n));
    await project({ url: database.url, db: database.db, log, projections: [subject] });
    log.append(recorded({ type: 'Other', data: {} }, { commit: 3n }), said('c', 4n), said('d', 5n));
    const now = Date.parse('2026-01-01T00:00:05.000Z');
    const [state] = await new ProjectionStatus(database.db, log, () => now).all();
    expect(state).toMatchObject({ name: 'status words', version: 1, position: 2n, lagEvents: 2, lagSeconds: 5, parkedEvents: 0, events: 2, epoch: 1 });
  });

  it('is read by Prometheus, and says so when the database cannot be reached', async () => {
    const registry = new Registry();
    new ProjectionStatus(database.db, new MemoryLog()).registerMetrics(registry);
    const said = await registry.metrics();
    expect(said).toContain('greatrouter_projection_events_total{projection="status words"} 2');
    expect(said).toContain('# TYPE greatrouter_projection_batch_events histogram');
    expect(said).toMatch(/greatrouter_projection_batch_events_bucket\{le="5",projection="status words"\} [1-9]/);
    expect(said).toContain('greatrouter_projection_batch_events_sum{projection="status words"} 2');
    const counted = (name: string) => Number(new RegExp(`greatrouter_projection_${name}\\{[^}]*projection="status words"\\} (\\d+)`).exec(said)?.[1]);
    expect(counted('batch_events_count')).toBe(counted('commits_total'));
    // The commit before is timed by the next one.
    expect(counted('commit_seconds_count')).toBe(counted('commits_total') - 1);
    const unreachable = new Registry();
    new ProjectionStatus({ query: () => Promise.reject(new Error('down')) }, new MemoryLog()).registerMetrics(unreachable);
    expect(await unreachable.metrics()).toContain('greatrouter_projections_readable 0');
  });
});
