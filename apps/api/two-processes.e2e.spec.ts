/** Two API processes on the same stores, with Redis: what one is told holds in the other, and they count together. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithRedis } from '../../libs/platform/testing/redis.js';
import { greatrouter, newDataDir, removeDataDir, startApi, startProduct, type Api, type Product } from '../cli/testing/product.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

describeWithRedis('two API processes with Redis', (redis) => {
  let dataDir: string;
  let product: Product;
  let second: Api;
  beforeAll(async () => {
    dataDir = await newDataDir();
    product = await startProduct(dataDir, { REDIS_URL: redis().url });
    second = await startApi(dataDir, { REDIS_URL: redis().url });
  });
  afterAll(async () => {
    await second?.kill();
    await product?.stop();
    await removeDataDir(dataDir);
  });

  const call = async (url: string, method: string, path: string, headers: Record<string, string>, body?: object) => {
    const answer = await fetch(url + path, { method, headers: { ...(body && { 'content-type': 'application/json' }), ...headers }, ...(body && { body: JSON.stringify(body) }) });
    return { status: answer.status, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '', json: JSON.parse((await answer.text()) || '{}') as Record<string, string> };
  };
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const admin = async () => bearer((await greatrouter(dataDir, ['keys', 'create', 'admin', '--role', 'admin'])).stdout.trim());

  /** How soon is for the bench to say: here the machine may be busy. */
  async function untilBoth(status: number, headers: Record<string, string>): Promise<void> {
    for (const url of [product.url, second.url]) await eventually(() => call(url, 'GET', '/v1/org', headers), (answer) => answer.status === status);
  }

  it('refuse a revoked key, whichever of them revoked it', async () => {
    const owner = await admin();
    await untilBoth(200, owner);
    for (const url of [product.url, second.url]) {
      const { json: made } = await call(url, 'POST', '/v1/org/keys', owner, { name: 'short-lived' });
      await untilBoth(200, bearer(made['key']!));
      expect((await call(url, 'DELETE', `/v1/org/keys/${made['id']}`, owner)).status).toBe(204);
      await untilBoth(401, bearer(made['key']!));
    }
  });

  it('let a key through together as often as its limit says, within 2 %', async () => {
    const owner = await admin();
    await untilBoth(200, owner);
    const limit = 200;
    const { json: made } = await call(product.url, 'POST', '/v1/org/keys', owner, { name: 'limited', limits: { requests_per_minute: limit + 2 } });
    // Each process is known to know the key by one request of it.
    await untilBoth(200, bearer(made['key']!));
    const statuses: number[] = [];
    const client = async (url: string) => {
      while (statuses.length < 3 * limit) statuses.push((await call(url, 'GET', '/v1/org', bearer(made['key']!))).status);
    };
    await Promise.all(Array.from({ length: 16 }, (_, n) => client(n % 2 ? product.url : second.url)));
    const passed = statuses.filter((status) => status === 200).length;
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(passed).toBeLessThanOrEqual(limit);
    expect(passed).toBeGreaterThanOrEqual(limit * 0.98);
  });

  it('sign a person out everywhere', async () => {
    const invitation = (await greatrouter(dataDir, ['orgs', 'invite'])).stdout.trim();
    const signUp = () => call(product.url, 'POST', '/auth/sign-up', {}, { email: 'ann@example.com', password: 'a long enough secret', invitation });
    const signedUp = await eventually(signUp, ({ status }) => status === 201);
    const session = { cookie: signedUp.cookie, 'x-csrf-token': signedUp.json['csrf_token']! };
    await untilBoth(200, session);
    expect((await call(second.url, 'DELETE', '/auth/sessions', session)).status).toBeLessThan(300);
    await untilBoth(401, session);
  });
});
