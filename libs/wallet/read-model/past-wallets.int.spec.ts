import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { PointsOfThePast } from '../../event-sourcing/as-of.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { LiveFolds } from '../../event-sourcing/live-folds.js';
import { ProjectionsModule } from '../../event-sourcing/projections/projections.module.js';
import { project } from '../../event-sourcing/projections/testing/projecting.js';
import { testLog, type TestLog } from '../../event-sourcing/testing/log.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { pico, toDollars } from '../../money/money.js';
import { Db } from '../../platform/postgres.js';
import { testServer, type TestServer } from '../../platform/testing/http.js';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import { WalletController } from '../http/wallet.controller.js';
import type { WalletEvent } from '../domain/events.js';
import { balanceOf, evolve, heldOf, unopened } from '../domain/wallet.js';
import { chance } from '../testing/chance.js';
import { orgId, World } from '../testing/simulation.js';
import { walletProjection } from './ledger.js';
import { ParkedPurchases } from './parked-purchases.js';
import { PastWallets } from './past-wallets.js';
import { WalletQuery } from './wallet-query.js';

@Module({ controllers: [WalletController], providers: [WalletQuery, ParkedPurchases, PastWallets, PointsOfThePast] })
class WalletReads {}

let store: TestLog;
let database: TestDatabase;
let server: TestServer;
let stored: Recorded[];

/** A story over a turn of the month, so that the books are closed and opened in it. */
beforeAll(async () => {
  const world = new World(chance(11), 2, true);
  for (let n = 0; n < 60; n++) {
    if (n % 10 === 0) world.credit(`c${n}`, pico(9_000_000_000n));
    world.request(pico(700_000_000n), n % 9 === 0 ? 'fails' : 'costs');
    if (n % 3 === 0) world.live();
    if (n % 5 === 0) world.debit();
    if (n % 4 === 0) world.pay();
    if (n % 6 === 0) await world.settle();
    world.pass(11_000);
  }
  await world.comeToRest();
  [store, database] = await Promise.all([testLog(), testDatabase()]);
  for (const { stream, revision, type, data, metadata } of world.log.all.filter((event) => event.stream.startsWith('wallet-'))) {
    await store.log.append(stream, revision === 0n ? 'no_stream' : revision - 1n, [{ type, data }], { ...metadata, commandId: `command ${revision}`, correlationId: metadata.$correlationId });
  }
  stored = [];
  for await (const event of store.log.read(`wallet-${orgId}`)) stored.push(event);
  await project({ url: database.url, db: database.db, log: store.log, projections: [walletProjection] });
  server = await testServer([WalletReads, ProjectionsModule], [
    { provide: Db, useValue: database.db },
    { provide: EventLog, useValue: store.log },
    { provide: LiveFolds, useValue: new LiveFolds(store.log, null, () => {}) },
  ]);
});
afterAll(async () => {
  await server.close();
  await store.close();
  await database.drop();
});

const wallet = (query = '', org: string = orgId) => server.request(org, 'GET', `/v1/wallet${query}`);

describe('the wallet as it was', () => {
  it('is the live answer, byte for byte, as of the end of the log and as of now', async () => {
    const live = await wallet();
    expect(live.json['position']).toBe(stored.at(-1)!.position.commit.toString());
    expect((await wallet(`?as_of=${await store.log.head()}`)).text).toBe(live.text);
    expect((await wallet(`?as_of=${new Date().toISOString()}`)).text).toBe(live.text);
  });

  it('is the fold of the whole stream so far, at every opening of the books and every fifth event, also across a closing of the books', async () => {
    expect(stored.filter(({ type }) => type === 'WalletOpened').length).toBeGreaterThan(1);
    let state = unopened;
    for (const [index, event] of stored.entries()) {
      state = evolve(state, event as unknown as WalletEvent);
      if (event.type !== 'WalletOpened' && index % 5 > 0) continue;
      expect((await wallet(`?as_of=${event.position.commit}`)).json).toEqual({
        organization_id: orgId,
        balance_dollars: toDollars(balanceOf(state)),
        held_dollars: toDollars(heldOf(state)),
        available_dollars: toDollars(state.available),
        position: event.position.commit.toString(),
      });
    }
  });

  it('has the entries of that time, page by page, and as of now exactly those of the live answer', async () => {
    const asked = async (query: string) => server.request(orgId, 'GET', `/v1/wallet/entries?${query}`);
    const [{ request_id }] = (await asked('limit=1&type=WalletDebited')).json['entries'] as [{ request_id: string }];
    const filters = ['limit=7', 'limit=10000', 'format=csv&limit=9', 'type=WalletDebited', 'account=usage&limit=3', `request_id=${request_id}`, 'cursor=40.1&limit=5', `from=${stored[20]!.metadata.at}&to=${stored[90]!.metadata.at}`];
    for (const filter of filters) {
      const live = await asked(filter);
      for (const now of [await store.log.head(), new Date().toISOString()]) {
        const then = await asked(`${filter}&as_of=${now}`);
        expect([then.text, then.headers['x-gr-next-cursor']]).toEqual([live.text, live.headers['x-gr-next-cursor']]);
      }
    }
    const all = (await asked('limit=10000')).json['entries'] as { revision: number }[];
    for (const { position, revision } of [stored[0]!, stored[31]!, stored[77]!]) {
      const then = await asked(`limit=10000&as_of=${position.commit}`);
      expect([then.json['entries'], then.headers['x-gr-position']]).toEqual([all.filter((entry) => entry.revision <= Number(revision)), position.commit.toString()]);
    }
    expect((await asked('as_of=0')).json).toEqual({ entries: [], next_cursor: null });
  });

  it.each(['from=2026-02-31', 'to=2026-02-31T10:00:00Z', 'from=2026-02-01T25:00:00Z', 'account=a%00', 'request_id=a%00b', 'as_of=2026-02-31'])('entries refuse %s', async (query) =>
    expect(await server.request(orgId, 'GET', `/v1/wallet/entries?${query}`)).toMatchObject({ status: 400, json: { error: { param: query.split('=')[0] } } }));

  it('is empty before its first event, and for others', async () => {
    const empty = { balance_dollars: '0', held_dollars: '0', available_dollars: '0', position: null };
    expect((await wallet('?as_of=0')).json).toMatchObject(empty);
    expect((await wallet('?as_of=2020-01-01T00:00:00Z')).json).toMatchObject(empty);
    expect((await wallet(`?as_of=${await store.log.head()}`, 'org_other' as OrgId)).json).toMatchObject(empty);
  });

  it.each(['yesterday', '', '-1', '1.5', '9999999999999999999', '2999-01-01T00:00:00Z', '2026-13-01', '2026-01-01T00:00:00', '1&as_of=2'])('refuses as_of=%s and names it', async (asOf) => {
    expect(await wallet(`?as_of=${asOf}`)).toMatchObject({ status: 400, json: { error: { param: 'as_of' } } });
  });
});
