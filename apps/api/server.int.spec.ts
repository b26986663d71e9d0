/** The assembled server, in this process on real stores: what every route has in common. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { testLog, type TestLog } from '../../libs/event-sourcing/testing/log.js';
import { declaredRoutes, openTo, undeclared, withoutPolicy } from '../../libs/identity/testing/route-table.js';
import { readConfig } from '../../libs/platform/config.js';
import { testLogger } from '../../libs/platform/testing/logger.js';
import { testDatabase, type TestDatabase } from '../../libs/platform/testing/postgres.js';
import { createServer, openApi } from './server.js';
import { newFolder, removeFolder } from '../../libs/platform/testing/folder.js';

let log: TestLog;
let database: TestDatabase;
let dataDir: string;
let app: NestFastifyApplication;

beforeAll(async () => {
  [log, database, dataDir] = await Promise.all([testLog(), testDatabase(), newFolder('server')]);
  const config = readConfig({ DATA_DIR: dataDir, EVENTSTORE_URL: log.connectionString, DATABASE_URL: database.url });
  app = await createServer(config, testLogger());
});
afterAll(async () => {
  await app.close();
  await log.close();
  await database.drop();
  await removeFolder(dataDir);
});

/** A model may be named with its slash encoded, a line without: the other spelling is the one described. */
const secondSpellings = [
  'GET /v1/catalog/families/*/*', 'GET /v1/models/*', 'GET /v1/models/*/input-schema', 'GET /v1/models/*/output-schema',
  'POST /v1/models/*/validate-input', 'POST /v1/models/*/validate-output',
];

describe('every route', () => {
  it('declares who may use it', () => expect(withoutPolicy(app)).toEqual([]));
  it('is declared by a controller, but for the documentation', () => expect(undeclared(app, ['/docs', '/openapi'])).toEqual([]));
  it('refuses whoever brings nothing', async () => expect(await openTo(app)).toEqual([]));
  it('refuses whoever brings a wrong key', async () => expect(await openTo(app, { authorization: `Bearer pk_live_aaaaaaaaa_${'f'.repeat(32)}` })).toEqual([]));
});

describe('a request without a body', () => {
  it('that deletes may still say it is JSON, as clients with one set of headers do', async () => {
    const answer = await fetchPath('DELETE', { 'content-type': 'application/json' });
    expect(answer.json().error).toMatchObject({ type: 'authentication_error' });
    expect(answer.statusCode).toBe(401);
  });
  it('that deletes is not read past a body that is there', async () => {
    const answer = await fetchPath('DELETE', { 'content-type': 'application/json' }, '{');
    expect(answer.statusCode).toBe(400);
  });
  const fetchPath = (method: 'DELETE', headers: Record<string, string>, payload?: string) =>
    app.getHttpAdapter().getInstance().inject({ method, url: '/v1/org/keys/key_nobody_has', headers, ...(payload !== undefined && { payload }) });
});

describe('the API document', () => {
  it('is OpenAPI 3.1 and names every route, what it is for, and how it can fail', () => {
    const document = openApi(app);
    expect(document.openapi).toMatch(/^3\.1/);
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, { summary?: string; responses: object }>).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })),
    );
    expect(operations.filter(({ summary }) => !summary).map(({ name }) => name)).toEqual([]);
    const described = new Set(operations.map(({ name }) => name.replaceAll(/\{\w+\}/g, '*')));
    const undescribed = declaredRoutes(app).map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, '*')}`).filter((route) => !described.has(route));
    expect(undescribed.sort()).toEqual(secondSpellings);
  });
});
