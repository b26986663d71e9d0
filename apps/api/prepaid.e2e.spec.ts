/** A prepaid wallet as its owner lives with it: money comes in by a purchase, two API processes spend it, one is killed. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import { healthy } from '../../libs/inference/testing/stand-in/openai-script.js';
import { StandIn } from '../../libs/inference/testing/stand-in/stand-in.js';
import { dollars, fromPico, subtract, times, toDollars, type Money } from '../../libs/money/money.js';
import { Judge } from '../../libs/wallet/testing/judge.js';
import { runningStores } from '../cli/running.js';
import { newDataDir, removeDataDir, startApi, startProduct, type Api, type Product } from '../cli/testing/product.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

const key = `pk_live_abcdefghi_${'0123456789abcdef'.repeat(2)}`;
const secret = 'polar_whs_which_Polar_and_this_test_share';
const model = 'openai/gpt-5-mini';

let dataDir: string;
let product: Product;
let provider: StandIn;
let log: EventLog;
let second: Api;
const settings = () => ({ BILLING: 'prepaid', POLAR_WEBHOOK_SECRET: secret, OPENAI_API_KEY: 'sk-stand-in-secret-000000000000000000', OPENAI_BASE_URL: provider.url, GREATROUTER_BOOTSTRAP_KEY: key });

beforeAll(async () => {
  provider = await StandIn.listen(healthy);
  dataDir = await newDataDir();
  product = await startProduct(dataDir, settings());
  log = new EventLog((await runningStores(dataDir))!.eventStoreUrl);
  second = await startApi(dataDir, settings());
});
afterAll(async () => {
  await second.kill();
  await log.close();
  await product.stop();
  await provider.close();
  await removeDataDir(dataDir);
});

const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
const ask = (url: string) => fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify({ model, max_tokens: 60, messages: [{ role: 'user', content: 'Say hello.' }] }) });
const statusOf = async (url: string) => {
  const answer = await ask(url);
  await answer.arrayBuffer();
  return answer.status;
};
const wallet = async () => (await (await fetch(`${product.url}/v1/wallet`, { headers })).json()) as Record<string, string>;

function deliver(type: string, data: object, { id = 'msg_1', at = new Date(), with: key = secret }: { id?: string; at?: Date; with?: string } = {}) {
  const body = JSON.stringify({ type, data });
  const signature = new Webhook(key, { format: 'raw' }).sign(id, at, body);
  return fetch(`${product.url}/v1/webhooks/polar`, {
    method: 'POST', body,
    headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)), 'webhook-signature': signature },
  });
}
const orderOf = async (id: string, cents: number) => ({
  id, checkout_id: null, status: 'paid', paid: true, net_amount: cents, refunded_amount: 0, currency: 'usd', metadata: { organization_id: (await wallet())['organization_id'] },
});

async function judged(): Promise<{ judge: Judge; hold: Money; cost: Money }> {
  const judge = new Judge(false);
  let [hold, cost] = [0n as Money, 0n as Money];
  for await (const event of log.readAll()) {
    if (!/^(wallet|route)-/.test(event.stream)) continue;
    judge.read(event);
    const data = event.data as { hold?: { amount: string }; amount?: string };
    if (event.type === 'RouteRequested') hold = fromPico(data.hold!.amount);
    if (event.type === 'WalletDebited') cost = fromPico(data.amount!);
  }
  return { judge, hold, cost };
}

describe('a prepaid wallet', () => {
  let credited: Money;

  it('that is empty answers 402 in the shape of OpenAI, and asks not to be tried again', async () => {
    const answer = await ask(product.url);
    expect(answer.status).toBe(402);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(await answer.json()).toEqual({ error: { message: expect.stringContaining('0 dollars are available'), type: 'insufficient_funds_error', param: null, code: 'insufficient_funds' } });
    expect(provider.requests).toHaveLength(0);
  });

  it('refuses deliveries that are forged, stale or truncated', async () => {
    const order = await orderOf('order-0', 100);
    expect((await deliver('order.paid', order, { with: 'another_secret' })).status).toBe(403);
    expect((await deliver('order.paid', order, { at: new Date(Date.now() - 400_000) })).status).toBe(403);
    const cut = await fetch(`${product.url}/v1/webhooks/polar`, { method: 'POST', body: '{"type":"order.pa', headers: { 'content-type': 'application/json', 'webhook-id': 'a', 'webhook-signature': 'v1,a', 'webhook-timestamp': '1' } });
    expect(cut.status).toBe(400);
    expect(await wallet()).toMatchObject({ balance_dollars: '0', position: null });
  });

  it('is credited by a purchase, once for however many deliveries', async () => {
    const order = await orderOf('order-1', 1);
    const answers = await Promise.all([deliver('order.paid', order), deliver('order.paid', order), deliver('order.updated', order, { id: 'msg_2' })]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await eventually(wallet, ({ balance_dollars }) => balance_dollars !== '0')).toMatchObject({ balance_dollars: '0.01', held_dollars: '0', available_dollars: '0.01' });
    credited = dollars('0.01');
  });

  it('serves exactly what it can pay for, of 500 requests at once on two processes', async () => {
    const statuses = await Promise.all(Array.from({ length: 500 }, (_, n) => statusOf(n % 2 ? product.url : second.url)));
    const { hold, cost } = await eventually(judged, ({ cost }) => cost > 0n);
    const served = () => statuses.filter((status) => status === 200).length;
    const remainder = () => subtract(credited, times(cost, served()));
    // Who lost patience while others gave back was refused early; one after the other, everything is spent.
    const askedAgain = async () => (statuses.push(await statusOf(product.url)), remainder());
    await eventually(askedAgain, (left) => left < hold);
    await askedAgain();
    expect([...new Set(statuses)].sort()).toEqual([200, 402]);
    await eventually(async () => (await judged()).judge.debited.size, (debits) => debits === served());
    expect(remainder()).toBeGreaterThanOrEqual(0n as Money);
    await eventually(wallet, ({ balance_dollars }) => balance_dollars === toDollars(remainder()));
  });

  it('shows its ledger as json and csv, its proof and its statements', async () => {
    const read = async (path: string) => (await fetch(`${product.url}/v1/wallet${path}`, { headers })).text();
    const { judge } = await judged();
    const { balance_dollars, organization_id } = await wallet();
    const page = JSON.parse(await read('/entries?limit=2&type=WalletCredited')) as { entries: object[]; next_cursor: string | null };
    expect(page).toMatchObject({ entries: [{ account: 'available', amount_dollars: '0.01', reference: 'order-1' }, { account: 'payments', amount_dollars: '-0.01' }], next_cursor: null });
    const csv = await read('/entries?format=csv&limit=3');
    expect(csv.split('\r\n')[0]).toBe('revision,line,at,type,account,amount_dollars,request_id,reference');
    expect(JSON.parse(await read('/proof'))).toMatchObject({ organization_id, balance_dollars, entries: expect.any(Number), hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const month = new Date().toISOString().slice(0, 7);
    const statements = async () => JSON.parse(await read(`/statements?month=${month}`)) as { statements: { closing_balance_dollars: string }[] };
    expect(await eventually(statements, ({ statements: [only] }) => only?.closing_balance_dollars === balance_dollars)).toMatchObject({
      statements: [{ month, opening_balance_dollars: '0', credited_dollars: '0.01', requests: judge.debited.size }],
    });
    expect(JSON.parse(await read('/statements?month=soon'))).toMatchObject({ error: { param: 'month', type: 'invalid_request_error' } });
    expect(JSON.parse(await read('/parked'))).toEqual({ parked: [] });
  });

  it('stops at the budget of the organization, which is set by an admin', async () => {
    await deliver('order.paid', await orderOf('order-3', 100), { id: 'msg_4' });
    await eventually(wallet, ({ available_dollars }) => Number(available_dollars) > 1);
    const put = (body: object) => fetch(`${product.url}/v1/wallet/budgets`, { method: 'PUT', headers, body: JSON.stringify(body) });
    expect((await put({ per_day_dollars: 1 })).status).toBe(400);
    const set = await put({ per_day_dollars: '0.000001' });
    expect([set.status, await set.json()]).toMatchObject([200, { budgets: [{ scope: 'organization', budget_dollars: '0.000001' }] }]);
    const stopped = await ask(product.url);
    expect([stopped.status, await stopped.json()]).toMatchObject([402, { error: { code: 'budget_exceeded', type: 'insufficient_funds_error' } }]);
    const empty = await put({});
    expect([empty.status, await empty.json()]).toMatchObject([400, { error: { param: 'per_day_dollars' } }]);
    expect((await put({ per_day_dollars: null })).status).toBe(200);
    expect(await statusOf(product.url)).toBe(200);
    const putNotices = (body: object) => fetch(`${product.url}/v1/wallet/notices`, { method: 'PUT', headers, body: JSON.stringify(body) });
    expect(await (await putNotices({ url: 'http://169.254.169.254/latest' })).json()).toMatchObject({ error: { param: 'url', type: 'invalid_request_error' } });
    const notices = await putNotices({ url: 'https://example.com/hook', low_balance_dollars: '5' });
    expect(await notices.json()).toMatchObject({ url: 'https://example.com/hook', low_balance_dollars: '5', top_up_dollars: null, signing_secret: expect.stringMatching(/^whsec_/) });
  });

  it('gets back what a killed process had leased, to the pico-dollar', async () => {
    await deliver('order.paid', await orderOf('order-2', 10_000), { id: 'msg_3' });
    await eventually(wallet, ({ available_dollars }) => Number(available_dollars) > 99);
    await eventually(() => statusOf(second.url), (status) => status === 200);
    await second.kill();
    const { judge: atDeath } = await judged();
    expect(atDeath.held).toBeGreaterThan(0n);
    const back = await eventually(wallet, ({ held_dollars }) => held_dollars === '0');
    const { judge } = await judged();
    judge.last();
    expect(judge.expired).toBeGreaterThan(0);
    const remainder = subtract(dollars('101.01'), judge.spent as Money);
    expect(back).toMatchObject({ balance_dollars: toDollars(remainder), held_dollars: '0', available_dollars: toDollars(remainder) });
  });
});
