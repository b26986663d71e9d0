import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import { CommitGroup } from './commit-group.js';
import { Fenced } from './failure.js';
import { fold } from './fold.js';
import { PostgresStore } from './postgres-store.js';
import { projection, table } from './projection.js';
import { Session } from './projector.js';
import type { Checkpoint } from './store.js';
import { recorded } from './testing/recorded.js';

type Counted = { type: 'Counted'; data: { n: number } };
const names = ['cg-a', 'cg-b', 'cg-c'] as const;

class Member {
  readonly projection;
  readonly store: PostgresStore;
  checkpoint!: Checkpoint;

  constructor(
    readonly name: string,
    readonly session: Session,
    group: CommitGroup,
  ) {
    const counts = table(`${name.replace('-', '_')}_counts`, { key: { key: 'text' }, sum: { n: 'bigint' } });
    this.projection = projection<Counted>({ name, version: 1, tables: [counts], on: { Counted: ({ data: { n } }) => counts.add({ key: 'all' }, { n }) } });
    this.store = new PostgresStore(session.client, { projection: this.projection, slot: 'live', storeId: null, group });
  }

  async open(): Promise<void> {
    this.checkpoint = (await this.store.open()).checkpoint;
  }

  async commit(commit: bigint, n: number): Promise<void> {
    const to = { commit, prepare: commit };
    await this.store.commit({ from: this.checkpoint, to, changes: fold(this.projection, [recorded({ type: 'Counted', data: { n } }, { commit })]), parked: [], events: 1, previousMs: 1 });
    this.checkpoint = { ...this.checkpoint, position: to };
  }
}

let database: TestDatabase;
let group: CommitGroup;
let sessions: Session[];
let members: Member[];

beforeAll(async () => void (database = await testDatabase()));
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.query('DELETE FROM projection_checkpoints');
  for (const name of names) {
    const counts = `${name.replace('-', '_')}_counts`;
    await database.db.query(`DROP TABLE IF EXISTS ${counts}`);
    await database.db.query(`CREATE TABLE ${counts} (key text PRIMARY KEY, n bigint NOT NULL, position bigint NOT NULL)`);
  }
  group = new CommitGroup(() => Session.connect(database.url));
  sessions = await Promise.all(names.map(() => Session.connect(database.url)));
  members = names.map((name, index) => new Member(name, sessions[index]!, group));
  for (const member of members) await member.open();
});

async function closing(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await group.close();
    for (const session of sessions) await session.end();
  }
}

/** By projection: the count, the checkpoint, and the transaction that wrote it. */
async function state() {
  const rows = await database.db.query<{ projection: string; at: string | null; transaction: string }>(
    'SELECT projection, commit_position AS at, xmin::text AS transaction FROM projection_checkpoints ORDER BY projection',
  );
  const counts = await Promise.all(names.map((name) => database.db.query<{ n: string }>(`SELECT n FROM ${name.replace('-', '_')}_counts`)));
  return rows.map(({ at, transaction }, index) => ({ n: Number(counts[index]![0]?.n ?? 0), at: Number(at), transaction }));
}

const brief = (rows: { n: number; at: number }[]) => rows.map(({ n, at }) => [n, at]);

describe('batches that are due together', () => {
  it('are committed in one transaction, with every checkpoint', () =>
    closing(async () => {
      await Promise.all(members.map((member, index) => member.commit(7n, index + 1)));
      const after = await state();
      expect(brief(after)).toEqual([[1, 7], [2, 7], [3, 7]]);
      expect(new Set(after.map(({ transaction }) => transaction)).size).toBe(1);
      const figures = await database.db.query<{ sizes: string[]; times: string[] }>('SELECT batch_sizes AS sizes, commit_times AS times FROM projection_checkpoints');
      for (const { sizes, times } of figures) expect([sizes.map(Number).indexOf(1), times.map(Number).indexOf(1)]).toEqual([0, 0]);
    }));

  it('leave out the one whose checkpoint belongs to another leader', () =>
    closing(async () => {
      await database.db.query(`UPDATE projection_checkpoints SET epoch = epoch + 1 WHERE projection = 'cg-b'`);
      const outcomes = await Promise.allSettled(members.map((member) => member.commit(7n, 1)));
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(Fenced);
      expect(brief(await state())).toEqual([[1, 7], [0, 0], [1, 7]]);
    }));

  it('do not wait for the one that a rebuild holds', () =>
    closing(async () => {
      const holder = await Session.connect(database.url);
      await holder.client.query(`BEGIN; SELECT 1 FROM projection_checkpoints WHERE projection = 'cg-b' FOR UPDATE`);
      const held = members[1]!.commit(7n, 1);
      await Promise.all([members[0]!.commit(7n, 1), members[2]!.commit(7n, 1)]);
      expect(brief(await state())).toEqual([[1, 7], [0, 0], [1, 7]]);
      await holder.client.query('COMMIT');
      await held;
      await holder.end();
      expect(brief(await state())).toEqual([[1, 7], [1, 7], [1, 7]]);
    }));

  it('are committed without the one whose rows the database refuses', () =>
    closing(async () => {
      const tooMuch = 2 ** 53 - 1;
      await database.db.query(`INSERT INTO cg_b_counts VALUES ('all', 9223372036854775807, 0)`);
      const outcomes = await Promise.allSettled(members.map((member) => member.commit(7n, tooMuch)));
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((await state()).map(({ at }) => at)).toEqual([7, 0, 7]);
    }));

  it('are of unknown outcome when their connection breaks, and go on with another', () =>
    closing(async () => {
      const broken = { client: { query: () => Promise.reject(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })) } as unknown as pg.Client, lost: new Error('gone'), end: () => Promise.resolve() };
      const connections = [broken];
      group = new CommitGroup(() => (connections.length > 0 ? Promise.resolve(connections.pop()!) : Session.connect(database.url)));
      members = names.map((name, index) => new Member(name, sessions[index]!, group));
      for (const member of members) await member.open();
      const outcomes = await Promise.allSettled(members.map((member) => member.commit(7n, 1)));
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      await Promise.all(members.map((member) => member.commit(7n, 1)));
      expect(brief(await state())).toEqual([[1, 7], [1, 7], [1, 7]]);
    }));
});
