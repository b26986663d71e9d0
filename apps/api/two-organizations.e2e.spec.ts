/**
 * Every route that reads, from the route table itself, is asked by two organizations: with the ids of the first, the
 * second learns nothing of it. A new route with a parameter nobody has named here fails the test.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testLog } from '../../libs/event-sourcing/testing/log.js';
import { policies } from '../../libs/identity/domain/policies.js';
import { testConfig } from '../../libs/identity/testing/identity-app.js';
import { declaredRoutes, type DeclaredRoute } from '../../libs/identity/testing/route-table.js';
import { removeFolder } from '../../libs/platform/testing/folder.js';
import { testLogger } from '../../libs/platform/testing/logger.js';
import { testDatabase } from '../../libs/platform/testing/postgres.js';
import { greatrouter, newDataDir, removeDataDir, startProduct, type Product } from '../cli/testing/product.js';
import { createServer } from './server.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

let dataDir: string;
let product: Product;
let reads: readonly DeclaredRoute[];
beforeAll(async () => {
  dataDir = await newDataDir();
  [product, reads] = await Promise.all([startProduct(dataDir), readingRoutes()]);
});
afterAll(async () => {
  await product.stop();
  await removeDataDir(dataDir);
});

/** As the assembled server has them; what is for anyone tells of nobody. */
async function readingRoutes(): Promise<readonly DeclaredRoute[]> {
  const [node, database] = await Promise.all([testLog(), testDatabase()]);
  const config = testConfig({ eventStoreUrl: node.connectionString, databaseUrl: database.url });
  const app = await createServer(config, testLogger());
  const routes = declaredRoutes(app).filter(({ method, policy }) => method === 'GET' && policy !== null && policies[policy].by.length > 0);
  await app.close();
  await node.close();
  await database.drop();
  await removeFolder(config.dataDir);
  return routes;
}

interface Organization {
  readonly orgId: string;
  readonly keyId: string;
  readonly call: (method: string, path: string, body?: object) => Promise<{ status: number; text: string; requestId: string; json: Record<string, unknown> }>;
}

async function organization(name: string): Promise<Organization> {
  const orgId = (await greatrouter(dataDir, ['orgs', 'create', name])).stdout.trim();
  const { stdout, stderr } = await greatrouter(dataDir, ['keys', 'create', `key of ${name}`, '--org', orgId, '--role', 'admin', '--mode', 'test']);
  const call = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${stdout.trim()}`, ...(body && { 'content-type': 'application/json' }) };
    const answer = await fetch(product.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    return { status: answer.status, text, requestId: answer.headers.get('x-request-id') ?? '', json: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown> };
  };
  await eventually(() => call('GET', '/v1/org'), ({ status }) => status === 200);
  return { orgId, keyId: /^key_\w+/.exec(stderr)![0], call };
}

/** Something of everything an organization can have, by the parameter it is asked with. */
async function busy({ call, keyId }: Organization) {
  const chat = { model: 'router', messages: [{ role: 'user', content: 'a question of the first alone' }], user: 'end-user-of-the-first' };
  const { requestId } = await call('POST', '/v1/chat/completions', chat);
  const job = await call('POST', '/v1/auto/route', { prompt: 'a film', task: 'video', input: { duration: 4 }, session_id: 'session-of-the-first' });
  await call('PUT', '/v1/preferences/excluded_models', { value: ['openai/gpt-5'] });
  await call('PUT', '/v1/wallet/notices', { url: 'https://first.example.com/hook', low_balance_dollars: '1.25' });
  await call('PUT', '/v1/wallet/budgets', { per_day_dollars: '7.125' });
  await call('POST', '/v1/org/invitations', { email: 'first@example.com', role: 'viewer' });
  const replay = await call('POST', '/v1/replays', { variants: [{ model: 'openai/gpt-5' }] });
  const listed = await eventually(() => call('GET', '/v1/org/logs'), ({ text }) => text.includes(requestId));
  expect(listed.text).toContain(requestId);
  const story = await eventually(() => call('GET', `/v1/audit/decisions/${requestId}`), ({ status }) => status === 200);
  const position = /"position":"?(\d+)/.exec(JSON.stringify(story.json['events'] ?? story.json))?.[1] ?? '';
  await greatrouter(dataDir, ['audit', 'sign']);
  await eventually(() => call('GET', `/v1/audit/proof/inclusion?position=${position}`), ({ status }) => status === 200);
  return { requestId, keyId, jobId: (job.json['job'] as { id: string }).id, replayId: replay.json['replay_id'] as string, position };
}

it('tell one organization nothing of another', async () => {
  const [first, second] = [await organization('First'), await organization('Second')];
  const of = await busy(first);
  const ids: Readonly<Record<string, string>> = {
    ':requestId': of.requestId, '/v1/jobs/:id': of.jobId, '/v1/replays/:id': of.replayId, '/v1/analytics/:name': 'savings', ':provider': 'openai', ':model': 'gpt-5',
  };
  const queries: Readonly<Record<string, string>> = { '/v1/audit/proof/inclusion': `?position=${of.position}`, '/v1/audit/proof/consistency': '?from=1&to=2' };
  const secrets = [first.orgId, first.keyId, of.requestId, of.jobId, of.replayId, 'first.example.com', 'first@example.com', 'session-of-the-first', 'end-user-of-the-first', 'a question of the first', '7.125', 'key of First'];

  const seen: string[] = [];
  const told: string[] = [];
  for (const { path } of reads) {
    const filled = path.replaceAll(/:\w+/g, (name) => ids[path] ?? ids[name] ?? name);
    const url = filled + (queries[path] ?? '');
    const [own, other] = [await first.call('GET', url), await second.call('GET', url)];
    if (filled.includes(':') || (own.status >= 400 && path !== '/auth/session')) seen.push(`${url} answered its own organization ${own.status} ${own.text.slice(0, 200)}`);
    // What was asked may be said again by a refusal.
    const asked = other.status >= 400 ? url : '';
    for (const secret of secrets) if (other.text.includes(secret) && !asked.includes(secret)) told.push(`${path} tells ${secret}`);
    if (Object.values(of).some((id) => url.includes(id)) && other.status < 400 && own.text === other.text) told.push(`${path} answers another's id`);
  }
  expect(reads.length).toBeGreaterThan(25);
  expect(seen).toEqual([]);
  expect(told).toEqual([]);
});
