import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Put } from '@nestjs/common';
import { Caller } from '../../identity/exports.js';
import { Db } from '../../platform/postgres.js';
import { testServer, type TestServer } from '../../platform/testing/http.js';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import { EventLog } from '../event-log.js';
import { projection, table } from './projection.js';
import { LiveFolds } from '../live-folds.js';
import { ProjectionsModule } from './projections.module.js';
import { ProjectionProgress } from './progress.js';
import type { Projector } from './projector.js';
import { ReadsAfterWrites, Written, WritesTo } from './read-your-writes.js';
import { MemoryLog } from './testing/memory-log.js';
import { projectorOf, untilCaughtUp } from './testing/projecting.js';
import { recorded } from './testing/recorded.js';

const notes = table('ryw_notes', { key: { org_id: 'text' }, set: { text: 'text' } });
const subject = projection<{ type: 'NoteSet'; data: { text: string } }>({
  name: 'ryw-notes',
  version: 1,
  tables: [notes],
  on: { NoteSet: ({ metadata, data }) => notes.put({ org_id: metadata.orgId }, { text: data.text }) },
});
const log = new MemoryLog();
let commit = 0n;

@Controller('notes')
class NotesController {
  constructor(private readonly db: Db) {}

  @Put()
  @WritesTo('ryw-notes')
  set(@Caller() { orgId }: Caller, @Body() body: { text: string }) {
    commit += 1n;
    log.append(recorded({ type: 'NoteSet', data: body }, { stream: `note-${orgId}`, revision: commit, commit, orgId }));
    return new Written(commit, body);
  }

  @Get()
  @ReadsAfterWrites('ryw-notes')
  async get(@Caller() { orgId }: Caller) {
    return (await this.db.query('SELECT text FROM ryw_notes WHERE org_id = $1', [orgId]))[0] ?? {};
  }
}

@Module({ controllers: [NotesController] })
class NotesModule {}
Reflect.defineMetadata('design:paramtypes', [Db], NotesController);

describe('reading after writing', () => {
  let database: TestDatabase;
  let server: TestServer;
  let projector: Projector;

  beforeAll(async () => {
    database = await testDatabase();
    await database.db.query('CREATE TABLE ryw_notes (org_id text PRIMARY KEY, text text, position bigint NOT NULL)');
    server = await testServer([NotesModule, ProjectionsModule], [
      { provide: Db, useValue: database.db },
      { provide: EventLog, useValue: log },
      { provide: LiveFolds, useValue: { register: () => undefined } },
    ]);
    projector = projectorOf({ url: database.url, db: database.db, log, projections: [subject] });
    projector.start();
  });
  afterAll(async () => {
    await projector.stop();
    await server.close();
    await database.drop();
  });

  it('shows every write to the next read of the same organization, which does nothing for it', async () => {
    for (let n = 0; n < 20; n += 1) {
      const written = await server.request('acme', 'PUT', '/notes', { text: `text ${n}` });
      expect(written.headers['x-gr-position']).toBe(String(commit));
      expect((await server.request('acme', 'GET', '/notes')).json).toEqual({ text: `text ${n}` });
    }
  });

  it.each([
    ['the header', (position: string) => ['/notes', { 'x-gr-min-position': position }] as const],
    ['the query', (position: string) => [`/notes?min_position=${position}`, {}] as const],
  ])('waits for the position that another client names in %s', async (_, ask) => {
    commit += 1n;
    log.append(recorded({ type: 'NoteSet', data: { text: 'by somebody else' } }, { stream: 'note-beta', commit, orgId: 'beta' }));
    const [path, headers] = ask(String(commit));
    expect((await server.request('beta', 'GET', path, undefined, headers)).json).toEqual({ text: 'by somebody else' });
  });

  it('does not wait for events that the projection does not read', async () => {
    await untilCaughtUp({ url: database.url, db: database.db, log, projections: [subject] });
    commit += 1_000n;
    expect(await new ProjectionProgress(database.db, log).reached('ryw-notes', commit, 60_000)).toBe(true);
    expect((await server.request('acme', 'GET', `/notes?min_position=${commit}`)).status).toBe(200);
  });
});
