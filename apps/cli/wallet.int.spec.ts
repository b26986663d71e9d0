import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testLog, type TestLog } from '../../libs/event-sourcing/testing/log.js';
import { dollars, toPico } from '../../libs/money/money.js';
import { walletOf } from '../../libs/wallet/commands/wallets.js';
import { context, react } from '../../libs/wallet/testing/processes.js';
import { orgsCreate } from './orgs.js';
import { parkedText, walletAdjust, walletAssign, walletCredit, walletParked, walletReprice, walletShow, walletText } from './wallet.js';

let node: TestLog;
beforeAll(async () => void (node = await testLog()));
afterAll(() => node.close());

it('credits, adjusts and shows, with a reason and an actor in the log', async () => {
  const { log } = node;
  const { orgId } = await orgsCreate(log, 'Acme');
  await walletCredit(log, { orgId, amount: '10.50', reason: 'a gift', by: 'ann@example.com' });
  await walletAdjust(log, { orgId, amount: '-0.000000000001', reason: 'a pico-dollar too much', by: undefined });
  expect(walletText(orgId, await walletShow(log, orgId))).toMatch(/10\.499999999999 +0 +10\.499999999999 +0 +0$/);
  const told: unknown[] = [];
  for await (const { type, metadata, data } of log.read(walletOf(orgId))) told.push({ type, actor: metadata.actor, ...data });
  expect(told).toMatchObject([
    { type: 'WalletOpened' },
    { type: 'WalletCredited', actor: 'user:ann@example.com', reference: 'a gift' },
    { type: 'WalletAdjusted', actor: 'cli', reason: 'a pico-dollar too much' },
  ]);
});

it('moves the same money once, however often the command is run', async () => {
  const { log } = node;
  const { orgId } = await orgsCreate(log, 'Twice');
  const wish = { orgId, amount: '10', reason: 'a gift', by: undefined };
  const isNew = async (move: typeof walletCredit, changed: object = {}) => (await move(log, { ...wish, ...changed })).isNew;
  expect([await isNew(walletCredit), await isNew(walletCredit, { by: 'bob' })]).toEqual([true, false]);
  expect([await isNew(walletAdjust), await isNew(walletAdjust)]).toEqual([true, false]);
  expect([await isNew(walletCredit, { reason: 'another gift' }), await isNew(walletCredit, { amount: '11' })]).toEqual([true, true]);
  expect([await isNew(walletCredit, { reference: 'invoice 7' }), await isNew(walletCredit, { reference: 'invoice 7', reason: 'as I said' }), await isNew(walletCredit, { reference: 'invoice 8' })]).toEqual([true, false, true]);
  await expect(walletCredit(log, { ...wish, reference: 'invoice 7', amount: '12' })).rejects.toThrow('The reference invoice 7 was used for 10 dollars already.');
  expect((await walletShow(log, orgId)).available).toBe(dollars('61'));
});

it('makes two commands that are run at once one', async () => {
  const { log } = node;
  const { orgId } = await orgsCreate(log, 'At once');
  const moved = await Promise.all(Array.from({ length: 5 }, () => walletCredit(log, { orgId, amount: '1', reason: 'once', by: undefined })));
  expect(moved.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect((await walletShow(log, orgId)).available).toBe(dollars('1'));
});

it('refuses what is no amount, has no reason, or names nobody', async () => {
  const { log } = node;
  const { orgId } = await orgsCreate(log, 'Other');
  const wish = { orgId, amount: '1', reason: 'x', by: undefined };
  await expect(walletCredit(log, { ...wish, amount: 'ten' })).rejects.toThrow('not an amount of dollars: ten');
  await expect(walletCredit(log, { ...wish, amount: '-1' })).rejects.toThrow('more than zero');
  await expect(walletAdjust(log, { ...wish, reason: ' ' })).rejects.toThrow('a reason is needed');
  await expect(walletCredit(log, { ...wish, orgId: 'org_nobody' as never })).rejects.toThrow('there is no organization org_nobody');
});

it('turns a late price into an adjustment, once', async () => {
  const { log } = node;
  const { orgId } = await orgsCreate(log, 'Late');
  await walletCredit(log, { orgId, amount: '1', reason: 'start', by: undefined });
  const data = { keyId: null, mode: 'live', model: 'a/b', provider: 'a', cost: null, costStatus: 'unpriced' };
  await log.append('route-late', 'no_stream', [{ type: 'InferenceCompleted', data }], context(orgId));
  const repricing = { requestId: 'late', amount: '0.25', reason: 'the price came', by: undefined };
  expect(await walletReprice(log, repricing)).toBe(true);
  expect(await walletReprice(log, repricing)).toBe(false);
  await react(log);
  expect((await walletShow(log, orgId)).available).toBe(dollars('0.75'));
  expect(await walletReprice(log, { ...repricing, amount: '0.2' })).toBe(true);
  await react(log);
  await react(log);
  expect((await walletShow(log, orgId)).available).toBe(dollars('0.8'));
  await expect(walletReprice(log, { ...repricing, requestId: 'unknown' })).rejects.toThrow('There is no request unknown');
});

it('lists parked purchases and gives one to its organization', async () => {
  const { log } = node;
  const { orgId } = await orgsCreate(log, 'Buyer');
  const parked = { purchaseId: 'p1', reason: 'unknown_organization', currency: 'usd', amount: '500', organization: 'org_typo' };
  await log.append('purchase-p1', 'no_stream', [{ type: 'PurchaseParked', data: parked }], context(null));
  expect(parkedText(await walletParked(log))).toMatch(/p1 +unknown_organization +500 +usd +org_typo/);
  expect(await walletAssign(log, { purchaseId: 'p1', orgId, by: undefined })).toBe(true);
  expect(await walletAssign(log, { purchaseId: 'p1', orgId, by: undefined })).toBe(false);
  await react(log);
  expect(toPico((await walletShow(log, orgId)).available)).toBe(toPico(dollars('5')));
  expect(await walletParked(log)).toEqual([]);
});
