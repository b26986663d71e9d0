import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { testLog, type TestLog } from '../../event-sourcing/testing/log.js';
import type { KeyId, OrgId } from '../../identity/domain/caller.js';
import { dollars, toPico, type Money } from '../../money/money.js';
import { billing, type BillingCommand } from '../domain/billing.js';
import { budgetsAt } from '../domain/budget.js';
import { noticeTypes } from '../domain/notice.js';
import type { SpendingQuery } from '../read-model/spending.js';
import { context, credit } from '../testing/processes.js';
import { NoticeSettings } from '../notice-settings.js';
import { NoticeRaiser } from './raise-notices.js';
import { publicAddresses } from '../../platform/public-address.js';
import { jobOf, NoticeSender, signingSecret } from './send-notices.js';
import { Wallets, walletOf } from './wallets.js';

let store: TestLog;
let server: Server;
let status = 204;
const got: { headers: IncomingHttpHeaders; body: string }[] = [];
beforeAll(async () => {
  store = await testLog();
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await store.close();
  await new Promise((resolve) => server.close(resolve));
});

const keyId = 'key_1' as KeyId;
const newOrg = () => `org_${randomUUID().slice(0, 8)}` as OrgId;
const set = (orgId: OrgId, command: BillingCommand) => store.log.decide(`billing-${orgId}`, billing, command, context(orgId));

/** Spends from the wallet, and tells the raiser of it. */
function world(orgId: OrgId, perDay: Money) {
  const wallets = new Wallets(store.log);
  let spent = 0n;
  const raiser = new NoticeRaiser({
    log: store.log,
    wallets,
    noticeTermsOf: async (of) => {
      const settings = new NoticeSettings();
      for await (const event of store.log.read(`billing-${of}`)) if (settings.types.includes(event.type)) settings.apply(event);
      return settings.of(of);
    },
    budgetsOf: ({ at }) => budgetsAt(at, orgId, keyId, { perDay: toPico(perDay) }),
    spending: { spent: () => Promise.resolve(spent as Money) } as unknown as SpendingQuery,
    counted: () => Promise.resolve(true),
  });
  return async (amount: Money): Promise<void> => {
    spent += amount;
    const requestId = randomUUID();
    const at = '2026-11-25T10:00:00.000Z';
    const settlement = { kind: 'ended', requestId, keyId, model: 'a/b', provider: 'a', cost: amount, costStatus: 'exact', leaseId: null, endedAt: at, sourcePosition: spent } as const;
    await wallets.execute(orgId, { type: 'SettleUsage', at: new Date().toISOString(), settlements: [settlement] }, context(orgId));
    const events: Recorded[] = [];
    for await (const event of store.log.read(walletOf(orgId))) if (event.type === 'WalletDebited') events.push(event);
    await raiser.raise(events);
  };
}

async function noticesOf(orgId: OrgId): Promise<Recorded[]> {
  const notices: Recorded[] = [];
  for await (const event of store.log.readAll()) if (event.metadata.orgId === orgId && (noticeTypes as readonly string[]).includes(event.type)) notices.push(event);
  return notices;
}
const told = async (orgId: OrgId) => (await noticesOf(orgId)).map(({ type, data }) => (type === 'LowBalanceReached' ? 'low' : `${(data as { percent: number }).percent} %`));

describe('notices', () => {
  it('warn at 50, 80 and 100 % of a budget, each once', async () => {
    const orgId = newOrg();
    const spend = world(orgId, dollars('1'));
    await spend(dollars('0.49'));
    expect(await told(orgId)).toEqual([]);
    await spend(dollars('0.01'));
    await spend(dollars('0.1'));
    expect(await told(orgId)).toEqual(['50 %']);
    await spend(dollars('0.4'));
    expect(await told(orgId)).toEqual(['50 %', '80 %', '100 %']);
    await world(orgId, dollars('1'))(dollars('1'));
    expect(await told(orgId)).toEqual(['50 %', '80 %', '100 %']);
  });

  it('tell of a low balance once, and again after money came in', async () => {
    const orgId = newOrg();
    await set(orgId, { type: 'SetNoticeTerms', url: null, lowBalance: toPico(dollars('5')), topUp: toPico(dollars('20')) });
    const spend = world(orgId, dollars('1000'));
    await credit(store.log, orgId, dollars('6'));
    await spend(dollars('1'));
    expect(await told(orgId)).toEqual([]);
    await spend(dollars('0.5'));
    await spend(dollars('0.5'));
    expect(await told(orgId)).toEqual(['low']);
    await credit(store.log, orgId, dollars('1.5'));
    await spend(dollars('1'));
    expect(await told(orgId)).toEqual(['low', 'low']);
  });

  it('are posted to the address of the organization, signed, and again until they are taken', async () => {
    const orgId = newOrg();
    const masterKey = Buffer.alloc(32, 7);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    await set(orgId, { type: 'SetNoticeTerms', url, lowBalance: toPico(dollars('5')), topUp: toPico(dollars('20')) });
    await credit(store.log, orgId, dollars('1'));
    await world(orgId, dollars('1000'))(dollars('0.25'));
    const [notice] = await noticesOf(orgId);
    const sender = new NoticeSender(store.log, masterKey, publicAddresses(['127.0.0.1']));
    status = 500;
    await expect(sender.send(jobOf(notice!))).rejects.toThrow('answered with 500');
    status = 204;
    await sender.send(jobOf(notice!));
    const { headers, body } = got.at(-1)!;
    expect(new Webhook(signingSecret(masterKey, orgId)).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'wallet.low_balance', data: { organization_id: orgId, balance_dollars: '0.75', threshold_dollars: '5', suggested_top_up_dollars: '20' },
    });
    expect(headers['webhook-id']).toBe(notice!.id);
    expect(signingSecret(masterKey, newOrg())).not.toBe(signingSecret(masterKey, orgId));
  });

  it('go nowhere when no address is set, and only to addresses that are some', async () => {
    const orgId = newOrg();
    const before = got.length;
    await new NoticeSender(store.log, Buffer.alloc(32, 7), publicAddresses()).send({ id: 'a', orgId, body: '{}' });
    expect(got).toHaveLength(before);
    await expect(set(orgId, { type: 'SetNoticeTerms', url: 'file:///etc/passwd', lowBalance: null, topUp: null })).rejects.toThrow('https://');
  });

  it('go to no address inside, however it was named, unless the operator allows it', async () => {
    const orgId = newOrg();
    const before = got.length;
    const { port } = server.address() as AddressInfo;
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433']) {
      await set(orgId, { type: 'SetNoticeTerms', url: `http://${host}:${port}/hook`, lowBalance: null, topUp: null });
      await expect(new NoticeSender(store.log, Buffer.alloc(32, 7), publicAddresses(['10.0.0.0/8'])).send({ id: 'a', orgId, body: '{}' })).rejects.toThrow('not a public address');
    }
    expect(got).toHaveLength(before);
  });
});
