import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import { tidy } from './housekeeping.js';
import { drainParked, parkedStreams } from './parked.js';
import { projection, table, type Projection } from './projection.js';
import { rebuild, type RebuildOptions, type RebuildReport } from './rebuild.js';
import { dropRetired } from './shadow.js';
import { MemoryLog } from './testing/memory-log.js';
import { digests, project, silentObserver, untilCaughtUp, whileProjecting, type Projecting } from './testing/projecting.js';
import { recorded } from './testing/recorded.js';
import { eventually } from '../../platform/testing/eventually.js';

const words = table('rb_words', { key: { word: 'text' }, set: { last: 'text' }, sum: { n: 'bigint' } });
const days = table('rb_days', { key: { word: 'text', day: 'timestamptz' }, sum: { n: 'bigint' }, partitionedBy: 'day' });

type Said = { type: 'Said'; data: { word: string; by: string; day: string } };
const subject = (version = 1, harmful: (said: Said['data']) => boolean = () => false): Projection =>
  projection<Said>({
    name: 'rb-words',
    version,
    tables: [words, days],
    on: {
      Said: ({ data }) => {
        if (harmful(data)) throw new TypeError(`cannot fold ${data.word}`);
        return [words.add({ word: data.word }, { n: 1 }, { last: data.by }), days.add({ word: data.word, day: data.day }, { n: version })];
      },
    },
  });

let database: TestDatabase;
let log: MemoryLog;
let commit: bigint;
const revisions = new Map<string, bigint>();

function say(by: string, word: string, day = '2026-01-15T00:00:00.000Z'): void {
  const revision = (revisions.get(by) ?? -1n) + 1n;
  revisions.set(by, revision);
  commit += 2n;
  log.append(recorded({ type: 'Said', data: { word, by, day } }, { stream: `speaker-${by}`, revision, commit }));
}

const at = (projected: Projection): Projecting => ({ url: database.url, db: database.db, log, projections: [projected] });
const rebuilding = (changes: Partial<RebuildOptions> = {}) => rebuild({ url: database.url, log, storeId: log.identity(), projection: subject(), swap: 'if-same', ...changes });
const count = async (name: string) => Number((await database.db.query<{ n: string }>(`SELECT count(*) AS n FROM ${name}`))[0]!.n);
const tables = async () => (await database.db.query<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relname LIKE 'rb\\_%' AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`)).map(({ name }) => name);

beforeAll(async () => void (database = await testDatabase()));
afterAll(() => database.drop());
beforeEach(async () => {
  log = new MemoryLog();
  commit = 0n;
  revisions.clear();
  await database.db.query(`DROP TABLE IF EXISTS rb_words, rb_days`);
  await dropRetired((text, values) => database.db.query(text, values), Infinity);
  await database.db.query(`DELETE FROM projection_checkpoints`);
  await database.db.query(`DELETE FROM parked_events`);
  await database.db.query('CREATE TABLE rb_words (word text PRIMARY KEY, last text, n bigint NOT NULL, position bigint NOT NULL)');
  await database.db.query('CREATE INDEX rb_words_last ON rb_words (last) WHERE n > 1');
  await database.db.query('CREATE TABLE rb_days (word text, day timestamptz, n bigint NOT NULL, position bigint NOT NULL, PRIMARY KEY (word, day)) PARTITION BY RANGE (day)');
  await database.db.query('CREATE INDEX rb_days_day ON rb_days (day)');
  for (let n = 0; n < 50; n += 1) say(`p${n % 7}`, `w${n % 11}`, n % 2 ? '2026-01-31T23:00:00.000Z' : '2026-02-01T00:00:00.000Z');
  await project(at(subject()));
});

describe('a rebuild', () => {
  it('comes to the same digests, swaps, keeps the old tables and their indexes, and the projector goes on', async () => {
    let report!: RebuildReport;
    await whileProjecting(at(subject()), async () => {
      say('p1', 'while it runs');
      report = await rebuilding();
      say('p2', 'after it');
      await untilCaughtUp(at(subject()));
    });
    expect(report).toMatchObject({ swapped: true, comparable: true, tables: [{ name: 'rb_words', same: true }, { name: 'rb_days', same: true }] });
    expect(report.retired).toEqual([expect.stringMatching(/^rb_words__old_\d{13}$/), expect.stringMatching(/^rb_days__old_\d{13}$/)]);
    expect(await database.db.query(`SELECT last, n FROM rb_words WHERE word IN ('while it runs', 'after it') ORDER BY word`)).toEqual([{ last: 'p2', n: '1' }, { last: 'p1', n: '1' }]);
    const indexes = await database.db.query<{ d: string }>(`SELECT indexdef AS d FROM pg_indexes WHERE tablename IN ('rb_words', 'rb_days') ORDER BY 1`);
    expect(indexes.filter(({ d }) => /WHERE \(n > 1\)|\(day\)/.test(d))).toHaveLength(2);
    expect(await dropRetired((text, values) => database.db.query(text, values), Date.now() + 1)).toHaveLength(2);
    expect(await tables()).toEqual(['rb_days', 'rb_words']);
    // And once more, over the names that the first one left.
    expect(await rebuilding()).toMatchObject({ swapped: true });
  });

  it('names the rows that differ, and swaps them away only when told to', async () => {
    await database.db.query(`UPDATE rb_words SET n = 999 WHERE word = 'w3'`);
    await database.db.query(`DELETE FROM rb_days WHERE word = 'w4' AND day < '2026-02-01'`);
    const refused = await rebuilding();
    expect(refused.swapped).toBe(false);
    expect(refused.tables.map(({ differences }) => differences.map(({ key }) => JSON.parse(key) as object))).toEqual([
      [{ word: 'w3' }],
      [{ word: 'w4', day: '2026-01-31T23:00:00+00:00' }],
    ]);
    expect(refused.tables[1]!.differences[0]!.live).toBeNull();
    expect(await tables()).toEqual(['rb_days', 'rb_words']);
    expect((await rebuilding({ swap: 'always' })).swapped).toBe(true);
    expect(await rebuilding({ swap: 'never' })).toMatchObject({ swapped: false, tables: [{ same: true }, { same: true }] });
  });

  it('takes the place of tables of another version, at the position they had reached', async () => {
    const report = await rebuilding({ projection: subject(2) });
    expect(report).toMatchObject({ comparable: false, swapped: true });
    say('p1', 'with the new version');
    await project(at(subject(2)));
    expect(await database.db.query(`SELECT sum(n)::text AS n FROM rb_days`)).toEqual([{ n: '102' }]);
  });

  it('happens by itself when a later version of the projection starts, and goes on from there', async () => {
    say('p1', 'with the new version');
    await project(at(subject(2)));
    expect(await rebuilding({ projection: subject(2), swap: 'never' })).toMatchObject({ comparable: true, tables: [{ same: true }, { same: true }] });
    expect(await database.db.query(`SELECT sum(n)::text AS n FROM rb_days`)).toEqual([{ n: '102' }]);
  });

  it('is left to a person when an earlier version starts, which says so', async () => {
    await rebuilding({ projection: subject(2) });
    const rows = await digests(database.db, [subject()]);
    const failures: unknown[] = [];
    await whileProjecting({ ...at(subject()), observer: { ...silentObserver, failed: (_, error) => void failures.push(error) } }, () => eventually(async () => failures.length, (n) => n > 0).then(() => undefined));
    expect(String(failures[0])).toContain('start the newer release, or run greatrouter rebuild rb-words');
    expect(await digests(database.db, [subject()])).toEqual(rows);
  });

  it('ends at an event it cannot apply, and leaves everything as it was', async () => {
    const before = await digests(database.db, [subject()]);
    await expect(rebuilding({ projection: subject(1, ({ word }) => word === 'w5') })).rejects.toThrow('cannot fold w5');
    expect(await digests(database.db, [subject()])).toEqual(before);
    expect(await tables()).toEqual(['rb_days', 'rb_words']);
  });

  it('leaves out months that retention has ended', async () => {
    const report = await rebuilding({ keepFrom: '2026-02-10T00:00:00.000Z' });
    expect(report.swapped).toBe(true);
    expect(await database.db.query(`SELECT DISTINCT day FROM rb_days`)).toEqual([{ day: new Date('2026-02-01T00:00:00Z') }]);
  });
});

describe('housekeeping', () => {
  it('drops months and replaced tables that are no longer kept, and a late event makes its month again', async () => {
    const options = { db: database.db, projections: [subject()], retentionDays: 28, report: () => undefined };
    await whileProjecting(at(subject()), async () => {
      await rebuilding();
      say('p1', 'in the month that goes', '2026-01-02T00:00:00.000Z');
      await untilCaughtUp(at(subject()));
      expect(await tidy(options, Date.UTC(2026, 2, 1))).toEqual([expect.stringMatching(/^rb_days__shadow_202601_/)]);
      say('p1', 'late', '2026-01-03T00:00:00.000Z');
      await untilCaughtUp(at(subject()));
    });
    const replaced = await tidy({ ...options, retentionDays: 36_500 }, Date.now() + 25 * 3_600_000);
    expect(replaced).toEqual([expect.stringMatching(/^rb_days__old_/), expect.stringMatching(/^rb_words__old_/)]);
    expect(await parkedStreams(database.db, null)).toEqual([]);
    expect(await database.db.query(`SELECT word FROM rb_days WHERE day < '2026-02-01'`)).toEqual([{ word: 'late' }]);
  });
});

describe('parking', () => {
  it('parks the stream of a poison event and goes on; draining brings what a calm world would have', async () => {
    const poisoned = subject(1, ({ word }) => word === 'poison');
    say('p1', 'poison');
    for (const by of ['p1', 'p2', 'p1', 'p3']) say(by, 'w1');
    await project(at(poisoned));
    expect(await parkedStreams(database.db, 'rb-words')).toMatchObject([{ stream: 'speaker-p1', events: 3, type: 'Said', error: 'TypeError: cannot fold poison' }]);
    const still = await drainParked({ url: database.url, log, projection: poisoned });
    expect(still).toMatchObject([{ stream: 'speaker-p1', events: 0, error: { message: 'cannot fold poison' } }]);

    await whileProjecting(at(subject()), async () => {
      await untilCaughtUp(at(subject()));
      expect(await drainParked({ url: database.url, log, projection: subject() })).toEqual([{ stream: 'speaker-p1', events: 3, error: null }]);
      say('p1', 'no longer parked');
      await untilCaughtUp(at(subject()));
    });
    expect(await parkedStreams(database.db, null)).toEqual([]);
    expect(await count('rb_words')).toBe(13);
    expect(await rebuilding({ swap: 'never' })).toMatchObject({ tables: [{ same: true, differences: [] }, { same: true }] });
  });

  it('fills a read model from this log that was filled from another, which is refused until then', async () => {
    await project(at(subject()));
    log = new MemoryLog();
    commit = 100n;
    revisions.clear();
    for (let n = 0; n < 7; n += 1) say(`q${n % 3}`, 'new');
    const refused: string[] = [];
    const listening = { ...at(subject()), observer: { ...silentObserver, failed: (_: string, error: unknown) => void refused.push((error as Error).message) } };
    await whileProjecting(listening, async () => {
      await eventually(() => refused, ({ length }) => length > 0);
    });
    expect(refused[0]).toMatch(/^projection rb-words was filled from another event log .*: use that log, or run greatrouter rebuild rb-words to fill it from this one$/);
    expect(await rebuilding()).toMatchObject({ swapped: true, comparable: false, events: 7 });
    say('q1', 'newer');
    await project(at(subject()));
    const rows = await database.db.query('SELECT word, n FROM rb_words ORDER BY word');
    expect(rows).toEqual([{ word: 'new', n: '7' }, { word: 'newer', n: '1' }]);
  });
});
