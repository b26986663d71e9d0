import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testLog, type TestLog } from '../../event-sourcing/testing/log.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { dollars } from '../../money/money.js';
import { chance } from '../testing/chance.js';
import { context, react } from '../testing/processes.js';
import { DeliveryReceiver, type Received } from './receive-delivery.js';
import { Wallets } from './wallets.js';

let store: TestLog;
let receiver: DeliveryReceiver;
beforeAll(async () => {
  store = await testLog();
  receiver = new DeliveryReceiver(store.log);
});
afterAll(() => store.close());

const newOrg = async (): Promise<OrgId> => {
  const orgId = `org_${randomUUID().slice(0, 8)}` as OrgId;
  await store.log.append(`org-${orgId}`, 'no_stream', [{ type: 'OrganizationCreated', data: { orgId, name: 'Acme' } }], context(orgId));
  return orgId;
};

const deliver = (type: string, data: object, deliveryId: string = randomUUID()): Promise<Received> => {
  const json = { type, data };
  return receiver.receive({ deliveryId, body: Buffer.from(JSON.stringify(json)), json, at: new Date().toISOString() });
};

const orderOf = (orgId: string, id: string, cents: number, more: object = {}) => ({
  id, checkout_id: `${id}-checkout`, status: 'paid', paid: true, billing_reason: 'purchase', net_amount: cents, refunded_amount: 0, currency: 'usd', metadata: { organization_id: orgId }, ...more,
});
const checkoutOf = (orgId: string, id: string, cents: number) => ({ id: `${id}-checkout`, status: 'succeeded', net_amount: cents, currency: 'usd', metadata: {}, external_customer_id: orgId });
const refundOf = (order: string, id: string, cents: number) => ({ id, order_id: order, status: 'succeeded', amount: cents, currency: 'usd' });
const available = async (orgId: OrgId) => (await new Wallets(store.log).refreshed(orgId)).available;

/** The long campaign sets it to 10,000. */
const deliveries = Number(process.env['WALLET_DELIVERIES'] ?? 300);

describe('deliveries of the payment provider', () => {
  it('count a purchase once, by its checkout and by its order', async () => {
    const orgId = await newOrg();
    await deliver('checkout.updated', checkoutOf(orgId, 'o1', 1_234));
    await deliver('order.paid', orderOf(orgId, 'o1', 1_234));
    await react(store.log);
    expect(await available(orgId)).toBe(dollars('12.34'));
  });

  it('are known again by their id', async () => {
    const orgId = await newOrg();
    const id = randomUUID();
    expect(await deliver('order.paid', orderOf(orgId, 'o2', 500), id)).toMatchObject({ kind: 'recorded' });
    expect((await deliver('order.paid', orderOf(orgId, 'o2', 500), id)).kind).not.toBe('irrelevant');
    expect(await deliver('order.paid', orderOf(orgId, 'o2', 9_999), id)).toBeDefined();
    await react(store.log);
    await react(store.log);
    expect(await available(orgId)).toBe(dollars('5'));
  });

  it('take back what is refunded, also when the refund comes first', async () => {
    const orgId = await newOrg();
    await deliver('refund.created', refundOf('o3', 're3', 200));
    await react(store.log);
    await deliver('checkout.updated', checkoutOf(orgId, 'o3', 1_000));
    await react(store.log);
    await deliver('order.refunded', orderOf(orgId, 'o3', 1_000, { status: 'partially_refunded', refunded_amount: 200 }));
    await react(store.log);
    expect(await available(orgId)).toBe(dollars('8'));
  });

  it('of unknown organizations and in other currencies credit nobody, and are parked', async () => {
    const orgId = await newOrg();
    await deliver('order.paid', orderOf('org_nobody', 'o4', 700));
    await deliver('order.paid', orderOf(orgId, 'o5', 700, { currency: 'eur' }));
    await react(store.log);
    const parked: unknown[] = [];
    for (const id of ['o4', 'o5']) for await (const event of store.log.read(`purchase-${id}-checkout`)) parked.push(event.data);
    expect(parked).toMatchObject([{ reason: 'unknown_organization', organization: 'org_nobody', amount: '700' }, { reason: 'other_currency', currency: 'eur' }]);
    expect(await available(orgId)).toBe(0n);
  });

  it(`${deliveries} of them, a third twice and all of them shuffled, come to the right sum`, async () => {
    const random = chance(11);
    const orgs = await Promise.all([newOrg(), newOrg(), newOrg()]);
    const owed = new Map<OrgId, number>(orgs.map((orgId) => [orgId, 0]));
    const run = randomUUID().slice(0, 8);
    const stories: { type: string; data: object; id: string }[] = [];
    for (let n = 0; stories.length < deliveries; n++) {
      const orgId = orgs[n % 3]!;
      const cents = 100 + Math.floor(random() * 10_000);
      const order = `${run}-${n}`;
      stories.push({ type: 'order.paid', data: orderOf(orgId, order, cents), id: `${order}-paid` }, { type: 'checkout.updated', data: checkoutOf(orgId, order, cents), id: `${order}-through` });
      const refunded = random() < 0.3 ? Math.floor(random() * cents) + 1 : 0;
      if (refunded > 0) stories.push({ type: 'refund.created', data: refundOf(order, `${order}-refund`, refunded), id: `${order}-refund` });
      owed.set(orgId, owed.get(orgId)! + cents - refunded);
    }
    const twice = stories.filter(() => random() < 0.3);
    const shuffled = [...stories, ...twice].map((story) => [random(), story] as const).sort(([a], [b]) => a - b);
    for (let n = 0; n < shuffled.length; n += 50) {
      await Promise.all(shuffled.slice(n, n + 50).map(([, { type, data, id }]) => deliver(type, data, id)));
    }
    await react(store.log);
    for (const [orgId, cents] of owed) expect(await available(orgId)).toBe(BigInt(cents) * 10_000_000_000n);
  }, 180_000 + deliveries * 200);
});
