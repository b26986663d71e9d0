/**
 * Long work of a prepaid wallet at a real provider's pace, while processes are killed: the provider is asked once, the
 * request ends once, what is held for it stays held until then, and the ledger shows what it cost.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- answers are looked into by name */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMediaProvider, type MediaProvider } from '../../libs/inference/testing/media-provider.js';
import { descendants, greatrouter, newDataDir, removeDataDir, startProduct, type Product } from '../cli/testing/product.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

const key = `pk_live_abcdefghi_${'0123456789abcdef'.repeat(2)}`;
const authorization = `Bearer ${key}`;
/** Five seconds at 12 cents. */
const cost = 0.6;

let dataDir: string;
let product: Product;
let provider: MediaProvider;

beforeAll(async () => {
  provider = await startMediaProvider();
  dataDir = await newDataDir();
  product = await start();
  const { organization_id } = await wallet();
  expect(await greatrouter(dataDir, ['wallet', 'credit', organization_id!, '10', '--reason', 'for the test'])).toMatchObject({ code: 0 });
  await eventually(wallet, ({ balance_dollars }) => balance_dollars === '10');
});
afterAll(async () => {
  await product.stop();
  await provider.close();
  await removeDataDir(dataDir);
});

const start = () =>
  startProduct(dataDir, { BILLING: 'prepaid', POLAR_WEBHOOK_SECRET: 'polar_whs_of_this_test', GREATROUTER_BOOTSTRAP_KEY: key, RUNWAY_API_KEY: 'key_of_the_stand_in_000000000', RUNWAY_BASE_URL: provider.providers['runway']!.baseUrl! });

const call = async (method: string, path: string, body?: object) => (await (await fetch(product.url + path, { method, headers: { authorization, ...(body && { 'content-type': 'application/json' }) }, ...(body && { body: JSON.stringify(body) }) })).json()) as Record<string, any>;
const wallet = () => call('GET', '/v1/wallet') as Promise<Record<string, string>>;

const balance = async () => Number((await wallet())['balance_dollars']);

/** A clip of five seconds that the provider is asked for, and has been asked about. */
async function underWay(prompt: string): Promise<string> {
  const taken = await call('POST', '/v1/auto/route', { prompt, task: 'video', model: 'runway/gen4.5', input: { duration: 5 } });
  expect(taken).toMatchObject({ job: { status: 'queued', model: 'runway/gen4.5' } });
  await eventually(() => questions(prompt), (asked) => asked >= 1);
  return taken['job'].id as string;
}

const submitted = async (prompt: string) => (await provider.seen()).filter(({ method, raw }) => method === 'POST' && raw.includes(prompt));
/** How often the provider was asked how far it is, since this was submitted: one piece of work at a time. */
async function questions(prompt: string): Promise<number> {
  const seen = await provider.seen();
  const from = seen.findIndex(({ raw }) => raw.includes(prompt));
  return from < 0 ? 0 : seen.slice(from + 1).filter(({ method, path }) => method === 'GET' && path.includes('/tasks/')).length;
}
const job = (id: string) => () => call('GET', `/v1/jobs/${id}`);
const eventsOf = async (id: string) => (await greatrouter(dataDir, ['events', id])).stdout.match(/^[A-Z]\w+/gm);

async function kill(service: string): Promise<void> {
  for (const pid of await descendants(product.process.pid!)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.split('\0').includes(service)) process.kill(pid, 'SIGKILL');
  }
}

describe('a clip that is being made', () => {
  it('is gone on with when its worker is killed: asked for once, ended once, paid once', async () => {
    const prompt = 'A lighthouse in the fog [[fault: gate=fog]]';
    const before = await balance();
    const id = await underWay(prompt);
    expect(await balance()).toBe(before);
    expect(Number((await wallet())['available_dollars'])).toBeLessThanOrEqual(before - cost);
    await kill('worker');
    await provider.open('fog');
    expect(await eventually(job(id), ({ ended_at }) => ended_at !== null)).toMatchObject({ status: 'completed', result: { data: [{ mime_type: 'video/mp4', seconds: 5, b64_json: expect.any(String) }] } });
    expect(await submitted(prompt)).toHaveLength(1);
    expect(await eventsOf(id)).toEqual(['RouteRequested', 'ModelSelected', 'InferenceDeferred', 'InferenceCompleted']);
    expect(await eventually(balance, (now) => now !== before)).toBeCloseTo(before - cost, 10);
    const debits = async () => ((await call('GET', '/v1/wallet/entries?type=WalletDebited'))['entries'] as { request_id: string; amount_dollars: string }[]).filter(({ request_id, amount_dollars }) => request_id === id && amount_dollars === '-0.6');
    expect(await eventually(debits, ({ length }) => length > 0)).toHaveLength(1);
  });

  it('is gone on with when everything is killed; what is held for it outlives the process that held it', async () => {
    const prompt = 'A harbour at night [[fault: gate=night]]';
    const before = await balance();
    const id = await underWay(prompt);
    await product.kill();
    product = await start();
    // The lease of the dead process expires, and keeps what its open request may cost.
    const kept = await eventually(wallet, ({ held_dollars }) => held_dollars === '0.6');
    expect(Number(kept['available_dollars'])).toBeCloseTo(before - cost, 10);
    await provider.open('night');
    expect(await eventually(job(id), ({ ended_at }) => ended_at !== null)).toMatchObject({ status: 'completed' });
    expect(await submitted(prompt)).toHaveLength(1);
    expect((await eventsOf(id))!.filter((type) => /^Inference(?:Completed|Failed|Cancelled)$/.test(type))).toHaveLength(1);
    expect(await eventually(balance, (now) => now !== before)).toBeCloseTo(before - cost, 10);
  }, 180_000);

  it('that is cancelled ends at the provider too, and costs nothing', async () => {
    const prompt = 'A river without end [[fault: never]]';
    const before = await balance();
    const id = await underWay(prompt);
    await call('DELETE', `/v1/jobs/${id}`);
    expect(await eventually(job(id), ({ ended_at }) => ended_at !== null)).toMatchObject({ status: 'cancelled' });
    await eventually(() => provider.seen(), (seen) => seen.at(-1)!.method === 'DELETE' && seen.at(-1)!.path.includes('/v1/tasks/'));
    expect(await eventsOf(id)).toEqual(['RouteRequested', 'ModelSelected', 'InferenceDeferred', 'InferenceCancelled']);
    expect(await balance()).toBe(before);
  });
});
