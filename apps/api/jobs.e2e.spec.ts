/** Long work: answered with a job that is worked off by another process, over restarts, and told of when it has ended. */
/* eslint-disable @typescript-eslint/no-explicit-any -- answers are looked into by name */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { greatrouter, newDataDir, removeDataDir, startProduct, type Product } from '../cli/testing/product.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

let dataDir: string;
let product: Product;
let key: string;
let listener: Server;
const told: { body: string; headers: Record<string, string> }[] = [];

beforeAll(async () => {
  dataDir = await newDataDir();
  product = await startProduct(dataDir, { WEBHOOK_ALLOW: '127.0.0.1' });
  key = product.key!;
  listener = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      told.push({ body: Buffer.concat(chunks).toString(), headers: request.headers as Record<string, string> });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await product.stop();
  await removeDataDir(dataDir);
  await new Promise((resolve) => listener.close(resolve));
});

const call = async (method: string, path: string, body?: object, as = key) => {
  const answer = await fetch(product.url + path, { method, headers: { authorization: `Bearer ${as}`, ...(body && { 'content-type': 'application/json' }) }, ...(body && { body: JSON.stringify(body) }) });
  return { status: answer.status, location: answer.headers.get('location'), body: (await answer.json()) as Record<string, any> };
};
const ask = async (prompt: string, task = 'video') => {
  const { status, body, location } = await call('POST', '/v1/auto/route', { prompt, task, input: { duration: 4 } });
  expect([status, body['job']?.status ?? body]).toEqual([202, 'queued']);
  expect(location).toBe(`/v1/jobs/${body['job'].id}`);
  return body['job'].id as string;
};
/** Asks for the job until it is as wanted. */
const until = (id: string, wanted: (job: Record<string, any>) => boolean) => eventually(async () => (await call('GET', `/v1/jobs/${id}`)).body, wanted);
async function keyOfAnother(): Promise<string> {
  const orgId = (await greatrouter(dataDir, ['orgs', 'create', 'Other'])).stdout.trim();
  const made = (await greatrouter(dataDir, ['keys', 'create', 'test', '--org', orgId])).stdout.trim();
  // What a command wrote reaches the running API with its subscription.
  await eventually(() => call('GET', '/v1/org', undefined, made), ({ status }) => status !== 401);
  return made;
}
const eventsOf = async (id: string) => (await greatrouter(dataDir, ['events', id])).stdout.match(/^[A-Z]\w+/gm);

describe('long work', () => {
  it('tells the address the organization gave, signed, when a clip is made', async () => {
    const terms = await call('PUT', '/v1/wallet/notices', { url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook` });
    expect(terms.status).toBe(200);
    const { status, body } = await call('POST', '/v1/auto/route', { prompt: 'A drone shot over a lighthouse', task: 'video', input: { duration: 4 } });
    expect([status, body['job'], body['classification']?.task]).toEqual([202, expect.objectContaining({ object: 'job', kind: 'video', status: 'queued' }), 'video']);
    const job = await until(body['job'].id, (each) => each['status'] === 'completed');
    expect(job).toMatchObject({ status: 'completed', progress: 1, error: null });
    expect(Buffer.from(job['result'].data[0].b64_json, 'base64').subarray(0, 3).toString()).toBe('GIF');
    expect(Date.parse(job['expires_at']) - Date.parse(job['ended_at'])).toBe(24 * 3_600_000);
    expect(await eventsOf(body['job'].id)).toEqual(['RouteRequested', 'ModelSelected', 'InferenceDeferred', 'InferenceCompleted']);
    const [notice] = (await eventually(() => told, ({ length }) => length > 0)) as [(typeof told)[0]];
    expect(notice.headers['webhook-id']).toBe(body['job'].id);
    expect(new Webhook(terms.body['signing_secret']).verify(notice.body, notice.headers)).toMatchObject({ type: 'job.completed', data: { job_id: body['job'].id, kind: 'video', status: 'completed' } });
    expect(notice.body).not.toContain('lighthouse');
  });

  it('makes music by the explicit route', async () => {
    const { status, body } = await call('POST', '/v1/models/route', { query: 'music_generation', input: { prompt: 'a waltz' } });
    expect([status, body['job']?.kind ?? body]).toEqual([202, 'music']);
    const job = await until(body['job'].id, (each) => each['status'] === 'completed');
    expect(Buffer.from(job['result'].data[0].b64_json, 'base64').subarray(0, 4).toString()).toBe('RIFF');
  });

  it('is made of a large picture, and of whatever the client would rather not wait for', async () => {
    const large = await call('POST', '/v1/auto/route', { prompt: 'Paint a mural', task: 'image', input: { n: 4, resolution: '2k' } });
    expect([large.status, large.body['job']?.kind ?? large.body]).toEqual([202, 'image']);
    const small = await call('POST', '/v1/auto/route', { prompt: 'Paint a stamp', task: 'image', input: {} });
    expect([small.status, small.body['job']]).toEqual([200, undefined]);
    const wait = { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'respond-async, wait=5' };
    const asked = await fetch(`${product.url}/v1/images/generations`, { method: 'POST', headers: wait, body: JSON.stringify({ prompt: 'A stamp' }) });
    expect([asked.status, asked.headers.get('preference-applied')]).toEqual([202, 'respond-async']);
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(64)], { type: 'audio/wav' }), 'a.wav');
    const heard = await fetch(`${product.url}/v1/audio/transcriptions`, { method: 'POST', headers: { authorization: wait.authorization, prefer: wait.prefer }, body: form });
    expect(heard.status).toBe(202);
    for (const body of [large.body, await asked.json(), await heard.json()] as Record<string, any>[]) {
      expect(await until(body['job'].id, (job) => job['ended_at'] !== null)).toMatchObject({ status: 'completed', kind: body['job'].kind, result: expect.any(Object) });
    }
  });

  it('is failed when no model of the chain makes it', async () => {
    const job = await until(await ask('A storm [[sandbox: overloaded]]'), (each) => each['ended_at'] !== null);
    expect(job).toMatchObject({ status: 'failed', result: null, error: { type: 'upstream_error', code: expect.any(String), message: expect.any(String) } });
  });

  it('shows how far it is, and can be cancelled', async () => {
    const id = await ask('A slow river [[sandbox: delay=60000]]');
    expect((await until(id, (each) => each['status'] === 'running'))['status']).toBe('running');
    expect(await call('DELETE', `/v1/jobs/${id}`)).toMatchObject({ status: 200, body: { id, cancel_requested: true } });
    expect(await until(id, (each) => each['ended_at'] !== null)).toMatchObject({ status: 'cancelled', result: null, error: null });
    expect(await eventsOf(id)).toEqual(['RouteRequested', 'ModelSelected', 'InferenceDeferred', 'InferenceCancelled']);
    expect(await call('DELETE', `/v1/jobs/${id}`)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  });

  it('goes on after a restart in the middle, and ends once', async () => {
    const id = await ask('A long train journey [[sandbox: delay=4000]]');
    const running = await until(id, (each) => each['progress'] > 0);
    expect(running['status']).toBe('running');
    await product.stop();
    product = await startProduct(dataDir, { WEBHOOK_ALLOW: '127.0.0.1' });
    expect(await until(id, (each) => each['ended_at'] !== null)).toMatchObject({ status: 'completed' });
    expect(await eventsOf(id)).toEqual(['RouteRequested', 'ModelSelected', 'InferenceDeferred', 'InferenceCompleted']);
  });

  it('is forgotten with the text of one end user, as are kept answers and the prompts of decisions; those of others stay', async () => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-gr-cache-ttl': '600' };
    const said = async (user: string) => {
      const body = JSON.stringify({ model: 'router', messages: [{ role: 'user', content: 'A word on lighthouses' }], user });
      const answer = await fetch(`${product.url}/v1/chat/completions`, { method: 'POST', headers, body });
      return { cache: answer.headers.get('x-gr-cache'), id: ((await answer.json()) as Record<string, any>)['greatrouter'].request_id as string };
    };
    const promptOf = async (id: string) => (await call('GET', `/v1/audit/decisions/${id}`)).body['request']?.prompt;
    const made = async (user: string) => {
      const { body } = await call('POST', '/v1/auto/route', { prompt: 'A beam of light', task: 'video', input: { duration: 4, user } });
      return until(body['job'].id, (job) => job['ended_at'] !== null);
    };
    const [jane, joe] = [await said('jane'), await said('joe')];
    const [ofJane, ofJoe] = [await made('jane'), await made('joe')];
    expect([(await said('jane')).cache, (await said('joe')).cache, ofJane['result'], ofJoe['result']]).toEqual(['hit', 'hit', expect.any(Object), expect.any(Object)]);
    expect([await promptOf(jane.id), await promptOf(joe.id)]).toEqual([expect.objectContaining({ state: 'kept' }), expect.objectContaining({ state: 'kept' })]);
    const orgId = (await call('GET', '/v1/wallet')).body['organization_id'] as string;
    expect((await greatrouter(dataDir, ['erase', '--org', orgId, '--subject', 'jane'])).stdout).toContain('1 data key destroyed');
    await eventually(() => promptOf(jane.id), ({ state }) => state === 'erased');
    expect((await said('jane')).cache).not.toBe('hit');
    expect([await promptOf(jane.id), await promptOf(joe.id)]).toEqual([expect.objectContaining({ state: 'erased' }), expect.objectContaining({ state: 'kept' })]);
    expect([(await call('GET', `/v1/jobs/${ofJane['id']}`)).body['result'], (await call('GET', `/v1/jobs/${ofJoe['id']}`)).body['result']]).toEqual([null, expect.any(Object)]);
    expect((await said('joe')).cache).toBe('hit');
  });

  it('is nobody else’s', async () => {
    const id = await ask('A secret garden');
    const other = await keyOfAnother();
    for (const method of ['GET', 'DELETE']) {
      expect(await call(method, `/v1/jobs/${id}`, undefined, other)).toMatchObject({ status: 404, body: { error: { code: 'job_not_found' } } });
      expect((await call(method, '/v1/jobs/no-such-job')).status).toBe(404);
    }
    expect((await until(id, (each) => each['ended_at'] !== null))['status']).toBe('completed');
  });
});
