import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { testLog, type TestLog } from '../../libs/event-sourcing/testing/log.js';
import { policies, type PolicyName } from '../../libs/identity/domain/policies.js';
import { testConfig } from '../../libs/identity/testing/identity-app.js';
import { declaredRoutes, openTo, undeclared, withoutPolicy } from '../../libs/identity/testing/route-table.js';
import type { Config } from '../../libs/platform/config.js';
import { testLogger } from '../../libs/platform/testing/logger.js';
import { testDatabase, type TestDatabase } from '../../libs/platform/testing/postgres.js';
import { createServer, openApi } from './server.js';
import { removeFolder } from '../../libs/platform/testing/folder.js';

let node: TestLog;
let database: TestDatabase;
let config: Config;
let app: NestFastifyApplication;
beforeAll(async () => {
  node = await testLog();
  database = await testDatabase();
  config = testConfig({ eventStoreUrl: node.connectionString, databaseUrl: database.url });
  app = await createServer(config, testLogger());
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(async () => {
  await app?.close();
  await node?.close();
  await database?.drop();
  if (config) await removeFolder(config.dataDir);
});

it('every route declares who may use it', () => {
  expect(declaredRoutes(app).length).toBeGreaterThan(20);
  expect(withoutPolicy(app)).toEqual([]);
});

it('nothing is served past the guard', () => expect(undeclared(app, [])).toEqual([]));

it.each([
  ['nothing', {}],
  ['a key nobody has', { authorization: 'Bearer pk_live_aaaaaaaaa_0123456789abcdef0123456789abcdef' }],
  ['an empty bearer', { authorization: 'Bearer ' }],
  ['a cookie nobody has', { cookie: 'gr_session=0123456789012345678901234567890123456789abc' }],
])('no door opens to %s', async (_, credentials) => expect(await openTo(app, credentials)).toEqual([]));

it('the description of the API says which credentials each route takes', () => {
  const { paths } = openApi(app);
  const wrong = declaredRoutes(app).filter(({ method, path, policy }) => {
    const described = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase() as 'get'];
    return described && policy && new Set((described.security ?? []).map((each) => JSON.stringify(each))).size !== policies[policy].by.length;
  });
  expect(wrong).toEqual([]);
});

it('every policy guards something', () => {
  const used = new Set(declaredRoutes(app).map(({ policy }) => policy));
  expect(Object.keys(policies).filter((policy) => !used.has(policy as PolicyName))).toEqual([]);
});
