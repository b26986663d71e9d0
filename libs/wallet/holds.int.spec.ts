import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testLog, type TestLog } from '../event-sourcing/testing/log.js';
import type { OrgId } from '../identity/domain/caller.js';
import { dollars, times, toPico } from '../money/money.js';
import { LeaseExpiry } from './commands/expire-lease.js';
import { Wallets, walletOf } from './commands/wallets.js';
import { balanceOf, heldOf } from './domain/wallet.js';
import { Judge } from './testing/judge.js';
import { answer, begin, context, credit, end, react, startApi, type ApiProcess } from './testing/processes.js';
import { eventually } from '../platform/testing/eventually.js';

let store: TestLog;
beforeAll(async () => void (store = await testLog()));
afterAll(() => store.close());

const newOrg = () => `org_${randomUUID().slice(0, 8)}` as OrgId;

async function judged(orgId: OrgId): Promise<Judge> {
  const judge = new Judge(false);
  for await (const event of store.log.readAll()) if (event.metadata.orgId === orgId) judge.read(event);
  return judge;
}

describe('two API processes on one wallet', () => {
  it.each([
    ['what is held is what is spent', '0.01', '0.01'],
    ['less is spent than was held', '0.01', '0.004'],
  ])('500 requests at once on money for 100, when %s', async (_, upTo, cost) => {
    const orgId = newOrg();
    const price = { upTo: dollars(upTo), cost: dollars(cost) };
    await credit(store.log, orgId, times(price.upTo, 100));
    const [one, two] = await Promise.all([startApi(store.log, 'api-1'), startApi(store.log, 'api-2')]);
    const answers: string[] = await Promise.all(Array.from({ length: 500 }, (_unused, n) => answer(store.log, n % 2 ? one : two, orgId, price)));
    const spent = () => times(price.cost, answers.filter((outcome) => outcome === 'served').length);
    // Who lost patience while others gave back was refused early; one after the other, everything is spent.
    await eventually(async () => (answers.push(await answer(store.log, one, orgId, price)), dollars('1') - spent()), (left) => left < price.upTo);
    answers.push(await answer(store.log, one, orgId, price));
    const served = answers.filter((outcome) => outcome === 'served').length;
    await Promise.all([one.holds.stop(), two.holds.stop()]);
    await react(store.log);
    const judge = await judged(orgId);
    judge.last();
    expect(judge.of('available')).toBe(dollars('1') - times(price.cost, served));
    // Exactly what the money pays for: one more request would not have fitted.
    expect(judge.of('available')).toBeLessThan(price.upTo);
    expect(served).toBe(upTo === cost ? 100 : Number((dollars('1') - price.upTo) / price.cost) + 1);
    await Promise.all([one.die(), two.die()]);
  });

  it('what one does not use, the other gets when it asks for it back', async () => {
    const orgId = newOrg();
    const price = { upTo: dollars('0.3'), cost: dollars('0.3') };
    await credit(store.log, orgId, dollars('1'));
    const [one, two] = await Promise.all([startApi(store.log, 'api-1'), startApi(store.log, 'api-2')]);
    // On a busy machine the other may give back later than a request waits: then it is asked for again.
    const served = (api: ApiProcess, of = price) => eventually(() => answer(store.log, api, orgId, of), (outcome) => outcome === 'served');
    for (const api of [two, one, two]) await served(api);
    expect(await answer(store.log, one, orgId, price)).toBe('insufficient');
    await served(one, { upTo: dollars('0.1'), cost: dollars('0.1') });
    await Promise.all([one.holds.stop(), two.holds.stop()]);
    await react(store.log);
    expect((await judged(orgId)).of('available')).toBe(0n);
    await Promise.all([one.die(), two.die()]);
  });
});

describe('a process that is killed', () => {
  it('loses its lease after the expiry, to the pico-dollar, and what it had in flight is still debited', async () => {
    const orgId = newOrg();
    await credit(store.log, orgId, dollars('10'));
    const leaseMs = 400;
    const killed = await startApi(store.log, 'api-killed', { leaseMs });
    await answer(store.log, killed, orgId, { upTo: dollars('0.5'), cost: dollars('0.123456789012') });
    const requestId = randomUUID();
    const held = await killed.holds.hold({ orgId, keyId: null, mode: 'live', requestId, upTo: dollars('0.5'), at: new Date().toISOString() });
    if (held.kind !== 'held') throw new Error('nothing was held');
    const hold = { leaseId: held.leaseId, amount: toPico(held.amount) };
    await begin(store.log, orgId, requestId, hold);
    await killed.die();

    const wallets = new Wallets(store.log);
    const expiry = new LeaseExpiry(wallets, store.log, 0);
    expect(heldOf(await wallets.refreshed(orgId))).toBeGreaterThan(dollars('0.5'));
    const after = await expiry.expireAll(orgId, await wallets.refreshed(orgId), context(orgId, new Date(Date.now() + leaseMs).toISOString()));
    expect(heldOf(after)).toBe(dollars('0.623456789012'));
    expect(after.available).toBe(dollars('9.376543210988'));

    await end(store.log, orgId, requestId, hold, dollars('0.2'));
    await react(store.log);
    const last = await wallets.refreshed(orgId);
    expect({ held: heldOf(last), available: last.available, balance: balanceOf(last) }).toEqual({ held: 0n, available: dollars('9.676543210988'), balance: dollars('9.676543210988') });
    (await judged(orgId)).last();
  });

  it('does not keep its money from another process that needs it', async () => {
    const orgId = newOrg();
    await credit(store.log, orgId, dollars('1'));
    const killed = await startApi(store.log, 'api-killed', { leaseMs: 300 });
    await killed.holds.hold({ orgId, keyId: null, mode: 'live', requestId: randomUUID(), upTo: dollars('0.9'), at: new Date().toISOString() });
    await killed.die();
    const other = await startApi(store.log, 'api-other', { leaseMs: 20_000, patienceMs: 60_000 });
    expect(await answer(store.log, other, orgId, { upTo: dollars('0.5'), cost: dollars('0.5') })).toBe('served');
    await other.die();
  });
});

describe('the settling of usage', () => {
  it('is exact when two workers do it at once, and again', async () => {
    const orgId = newOrg();
    await credit(store.log, orgId, dollars('1'));
    const api = await startApi(store.log, 'api-1');
    for (let n = 0; n < 30; n++) await answer(store.log, api, orgId, { upTo: dollars('0.01'), cost: dollars('0.001') });
    await api.holds.stop();
    await Promise.all([react(store.log, 7), react(store.log, 5)]);
    await react(store.log, 30);
    const judge = await judged(orgId);
    judge.last();
    expect(judge.debited.size).toBe(30);
    expect(judge.of('available')).toBe(dollars('0.97'));
    const ids = new Set<string>();
    for await (const event of store.log.read(walletOf(orgId))) if (event.type === 'WalletDebited') ids.add(event.id);
    expect(ids.size).toBe(30);
    await api.die();
  });
});
