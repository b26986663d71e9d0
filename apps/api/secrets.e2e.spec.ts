/**
 * The running product is given secrets in every way it takes them, at its most talkative, and made to fail. Then
 * everything it has written is searched: logs, events, snapshots, metrics, every refused answer.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { secretsIn } from '../../libs/platform/testing/secrets.js';
import { greatrouter, newDataDir, removeDataDir, startProduct, type Product } from '../cli/testing/product.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

const providerKey = 'sk-canary0123456789abcdefghij';
const password = 'canary password 8472';
const email = 'canary@example.com';
const prompt = 'canary prompt: the vault opens with 58-12-93';
/** Whatever has to hold secrets to work: the master key, the database with its argon2id hashes, the way to both. */
const mayHoldSecrets = /^(postgres\/|master\.key$|running\.json$)/;

let dataDir: string;
let product: Product;
let provider: Server;
let providerCalls = 0;
const refused: string[] = [];
/** What must be found nowhere. */
const canaries: string[] = [providerKey, password, email, prompt];

beforeAll(async () => {
  dataDir = await newDataDir();
  // A provider that answers as some do: with the key it was given in its error.
  provider = createServer((request, response) => {
    providerCalls++;
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: `Incorrect API key provided: ${request.headers.authorization ?? ''}. See https://example.com/?key=${providerKey}`, type: 'invalid_request_error' } }));
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
  product = await startProduct(dataDir, { LOG_LEVEL: 'trace', OPENAI_API_KEY: providerKey, OPENAI_BASE_URL: base });
});
afterAll(async () => {
  await product?.stop();
  provider?.close();
  await removeDataDir(dataDir);
});

async function call(method: string, path: string, headers: Record<string, string>, body?: object) {
  const answer = await fetch(product.url + path, { method, headers: { 'content-type': 'application/json', ...headers }, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await answer.text();
  if (answer.status >= 400) refused.push(text);
  return { status: answer.status, text, json: text.startsWith('{') ? (JSON.parse(text) as Record<string, string>) : {}, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

it('keeps every secret out of its logs, events, snapshots, metrics and errors', async () => {
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const chat = { model: 'router', messages: [{ role: 'user', content: prompt }] };
  const first = product.key!;

  expect((await call('POST', '/v1/chat/completions', bearer(first), chat)).status).toBe(200);
  const invitation = (await greatrouter(dataDir, ['orgs', 'invite'])).stdout.trim();
  const live = (await greatrouter(dataDir, ['keys', 'create', 'live'])).stdout.trim();
  expect([invitation, live]).toEqual([expect.stringMatching(/^[\w-]{43}$/), expect.stringMatching(/^pk_live_/)]);

  const signedUp = await untilNot(404, () => call('POST', '/auth/sign-up', {}, { email, password, invitation }));
  expect(signedUp.status).toBe(201);
  const csrf = signedUp.json['csrf_token']!;
  const session = { cookie: signedUp.cookie, 'x-csrf-token': csrf };
  const made = await call('POST', '/v1/org/keys', session, { name: 'made', limits: { requests_per_minute: 1 } });
  expect(made.status).toBe(201);
  const key = made.json['key']!;
  canaries.push(invitation, csrf, signedUp.cookie.split('=')[1]!, ...[first, live, key].map((text) => text.slice(-32)));

  // A real provider that refuses and repeats the key in its error.
  await untilNot(401, () => call('POST', '/v1/chat/completions', bearer(live), { ...chat, model: 'openai/gpt-5' }));
  expect(providerCalls).toBeGreaterThan(0);
  // Everything that can go wrong with a secret in hand.
  await call('GET', '/v1/org', bearer(key));
  expect((await call('GET', '/v1/org', bearer(key))).status).toBe(429);
  await call('POST', '/v1/chat/completions', bearer(`${live}0`), chat);
  await call('POST', `/v1/nowhere?key=${providerKey}&token=${invitation}`, bearer(first), chat);
  await call('GET', `/v1/org/keys/${key}`, session);
  await call('DELETE', `/v1/org/keys/${key}`, session);
  await call('POST', '/auth/sign-in', {}, { email, password: `${password}!` });
  await call('POST', '/auth/sign-in', {}, { email, password, unexpected: key });
  await call('POST', '/auth/sign-up', {}, { email, password, invitation });
  await call('PUT', '/auth/password', session, { current_password: password, new_password: 'short' });
  await call('POST', '/v1/webhooks/polar', { 'webhook-signature': `v1,${providerKey}` }, { type: 'order.paid', data: { token: invitation } });
  await call('POST', '/v1/auto/route', bearer(first), { prompt, input: { messages: 'none' }, api_key: providerKey });
  const metrics = (await call('GET', '/metrics', bearer(first))).text;
  expect(refused.length).toBeGreaterThan(10);

  await product.stop();
  const written = await filesOf(dataDir);
  expect(written.some(({ path }) => path.startsWith('logs/'))).toBe(true);
  const everything = [...written, { path: 'metrics', text: metrics }, { path: 'refused answers', text: refused.join('\n') }];
  const found = everything.flatMap(({ path, text }) => [
    ...canaries.filter((canary) => text.includes(canary)).map((canary) => `${path}: ${canary}`),
    ...secretsIn(text).map(({ kind, begins }) => `${path}: ${kind} (${begins}...)`),
  ]);
  expect(found).toEqual([]);
});

async function filesOf(folder: string): Promise<{ path: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return Promise.all(paths.filter((path) => !mayHoldSecrets.test(path)).map(async (path) => ({ path, text: await readFile(join(folder, path), 'latin1') })));
}

/** What a command wrote reaches the running API with its subscription. */
const untilNot = <T extends { status: number }>(status: number, ask: () => Promise<T>): Promise<T> => eventually(ask, (answer) => answer.status !== status);
