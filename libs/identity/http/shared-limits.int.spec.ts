import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EventLog } from '../../event-sourcing/event-log.js';
import { testLog, type TestLog } from '../../event-sourcing/testing/log.js';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import { describeWithRedis } from '../../platform/testing/redis.js';
import { CreateOrganization, CreateOrganizationHandler } from '../commands/create-organization.js';
import { IssueApiKey, IssueApiKeyHandler } from '../commands/issue-api-key.js';
import { operator } from '../commands/requester.js';
import { Pepper } from '../credentials/pepper.js';
import { plainTerms, unlimited } from '../domain/api-key.js';
import { identityApp, testConfig, type IdentityApp } from '../testing/identity-app.js';
import { eventually } from '../../platform/testing/eventually.js';

describeWithRedis('two API processes with Redis', (redis) => {
  let node: TestLog;
  let database: TestDatabase;
  let apis: IdentityApp[];
  beforeAll(async () => {
    [node, database] = await Promise.all([testLog(), testDatabase()]);
    const urls = { eventStoreUrl: node.connectionString, databaseUrl: database.url };
    const { url: redisUrl } = redis();
    const first = testConfig(urls, { redisUrl });
    apis = [await identityApp(first), await identityApp(testConfig(urls, { redisUrl, masterKey: first.masterKey }))];
  });
  afterAll(async () => {
    for (const api of apis ?? []) {
      await api.close();
      await rm(api.config.dataDir, { recursive: true, force: true });
    }
    await node?.close();
    await database?.drop();
  });

  it('let a key through as often as its limit says, together', async () => {
    const log = apis[0]!.app.get(EventLog);
    const { orgId } = await new CreateOrganizationHandler(log).execute(new CreateOrganization('Acme', null, operator));
    const terms = { ...plainTerms('limited'), limits: { ...unlimited, requestsPerMinute: 5 } };
    const { text } = await new IssueApiKeyHandler(log, apis[0]!.app.get(Pepper)).execute(new IssueApiKey(orgId, 'live', terms, operator));
    const ask = async (n: number) => (await apis[n % 2]!.request('GET', '/knock/logs', { headers: { authorization: `Bearer ${text}` } })).status;
    // A process that has not seen the key yet counts nothing; each is known to know it by one request of it.
    const answers = [await eventually(() => ask(0), (status) => status !== 401), await eventually(() => ask(1), (status) => status !== 401)];
    while (answers.length < 10) answers.push(await ask(answers.length));
    expect(answers).toEqual([200, 200, 200, 200, 200, 429, 429, 429, 429, 429]);
  });
});
