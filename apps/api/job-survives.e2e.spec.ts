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
const untilPaid = (before: number) => eventually(balance, (now) => Math.abs(before - cost - now) < 1e-9);

/** A clip of five seconds that the provider is asked for, and has been asked about. */
async function underWay(prompt: string): Promise<string> {
  const taken = await call('POST', '/v1/auto/route', { prompt, task: 'video', model: 'runway/gen4.5', input: { duration: 5 } });
  expect(taken).toMatchObject({ job: { status: 'queued', model: 'runway/gen4.5' } });
  await eventually(() => questions(prompt), (asked) => asked >= 1);
  return taken['job'].id as string;
}

const submitted = async (prompt: string) => (await provider.seen()).filter(({ method, raw }) => method === 'POST' && raw.includes(prompt));
/** How often the provider was asked how far work is, since this was submitted. */
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

const debitsOf = async (id: string) => ((await call('GET', '/v1/wallet/entries?type=WalletDebited'))['entries'] as { request_id: string; amount_dollars: string }[]).filter(({ request_id }) => request_id === id);

/** A clip that is cancelled while it is made, at the provider as well. */
async function cancelOne() {
  const id = await underWay('A river without end [[fault: never]]');
  await call('DELETE', `/v1/jobs/${id}`);
  const ended = await eventually(job(id), ({ ended_at }) => ended_at !== null);
  await eventually(() => provider.seen(), (seen) => seen.some(({ method, path }) => method === 'DELETE' && path.includes('/v1/tasks/')));
  return { id, ended, events: await eventsOf(id) };
}

describe('a clip that is being made', () => {
  /** Under way while the first waits for its worker to be missed. */
  let cancelled: ReturnType<typeof cancelOne>;

  it('is gone on with when its worker is killed: asked for once, ended once, paid once', async () => {
    const prompt = 'A lighthouse in the fog [[fault: gate=fog]]';
    const before = await balance();
    const id = await underWay(prompt);
    expect(await balance()).toBe(before);
    await eventually(wallet, ({ available_dollars }) => Number(available_dollars) <= before - cost);
    await kill('worker');
    await provider.open('fog');
    cancelled = cancelOne();
    expect(await eventually(job(id), ({ ended_at }) => ended_at !== null)).toMatchObject({ status: 'completed', result: { data: [{ mime_type: 'video/mp4', seconds: 5, b64_json: expect.any(String) }] } });
    expect(await submitted(prompt)).toHaveLength(1);
    expect(await eventsOf(id)).toEqual(['RouteRequested', 'ModelSelected', 'InferenceDeferred', 'InferenceCompleted']);
    await untilPaid(before);
    const paid = async () => (await debitsOf(id)).filter(({ amount_dollars }) => amount_dollars === '-0.6');
    expect(await eventually(paid, ({ length }) => length > 0)).toHaveLength(1);
  });

  it('that is cancelled ends at the provider too, and costs nothing', async () => {
    const { id, ended, events } = await cancelled;
    expect(ended).toMatchObject({ status: 'cancelled' });
    expect(events).toEqual(['RouteRequested', 'ModelSelected', 'InferenceDeferred', 'InferenceCancelled']);
    expect((await debitsOf(id)).filter(({ amount_dollars }) => Number(amount_dollars) !== 0)).toEqual([]);
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
    await untilPaid(before);
  }, 180_000);
});
