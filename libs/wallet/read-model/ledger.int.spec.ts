import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { project } from '../../event-sourcing/projections/testing/projecting.js';
import { MemoryLog } from '../../event-sourcing/projections/testing/memory-log.js';
import { add, dollars, pico, subtract, toDollars, zero, type Money } from '../../money/money.js';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { canonical, firstHash, type Entry } from '../domain/entry.js';
import { balanceOf, evolve, heldOf, unopened, type Wallet } from '../domain/wallet.js';
import type { WalletEvent } from '../domain/events.js';
import { chance } from '../testing/chance.js';
import { orgId, World } from '../testing/simulation.js';
import { chained, walletProjection } from './ledger.js';
import { WalletQuery, type EntryCursor } from './wallet-query.js';

let database: TestDatabase;
let world: World;
let folded: Wallet;
let query: WalletQuery;

/** A busy story over a turn of the month, with crashes and refunds. */
beforeAll(async () => {
  world = new World(chance(7), 3, true);
  for (let n = 0; n < 120; n++) {
    if (n % 10 === 0) world.credit(`c${n}`, pico(9_000_000_000n));
    if (n % 40 === 20) world.refund(`f${n}`, pico(3_000_000_001n));
    world.request(pico(700_000_000n), n % 9 === 0 ? 'fails' : 'costs');
    if (n % 3 === 0) world.live();
    if (n % 5 === 0) world.debit();
    if (n % 4 === 0) world.pay();
    if (n === 60) world.crash();
    if (n % 6 === 0) await world.settle();
    world.pass(11_000);
  }
  await world.comeToRest();
  folded = world.log.all.filter((event) => event.stream.startsWith('wallet-')).reduce((state, event) => evolve(state, event as unknown as WalletEvent), unopened);
  const log = new MemoryLog();
  log.append(...world.log.all);
  database = await testDatabase();
  await project({ url: database.url, db: database.db, log, projections: [walletProjection] });
  query = new WalletQuery(database.db);
});
afterAll(() => database.drop());

async function ledger(): Promise<Entry[]> {
  const all: Entry[] = [];
  let after: EntryCursor | null = null;
  do {
    const page: { entries: Entry[]; next: EntryCursor | null } = await query.entries(orgId, {}, after, 37);
    all.push(...page.entries);
    after = page.next;
  } while (after);
  return all.reverse();
}

const sum = (entries: readonly Entry[]): Money => entries.reduce((total, entry) => add(total, dollars(entry.amount_dollars)), zero);

describe('the wallet as it is read', () => {
  it('is the fold of its stream at that position', async () => {
    expect(await query.wallet(orgId)).toEqual({
      organization_id: orgId,
      balance_dollars: toDollars(balanceOf(folded)),
      held_dollars: toDollars(heldOf(folded)),
      available_dollars: toDollars(folded.available),
      position: world.log.all.findLast((event) => event.stream.startsWith('wallet-'))!.position.commit.toString(),
    });
    expect(balanceOf(folded)).not.toBe(zero);
  });

  it('is proved by its entries: anyone who reads them comes to the same hash, number and balance', async () => {
    const entries = await ledger();
    const proof = await query.proof(orgId);
    expect(proof.entries).toBe(entries.length);
    expect(proof.hash).toBe(entries.map(canonical).reduce(chained, firstHash));
    expect(proof.balance_dollars).toBe(toDollars(sum(entries.filter(({ account }) => /^(available|owed|lease:)/.test(account)))));
    expect(proof.hash).not.toBe([...entries.slice(0, -1), { ...entries.at(-1)!, amount_dollars: '1' }].map(canonical).reduce(chained, firstHash));
  });

  it('balances: the lines of every event sum to zero', async () => {
    const entries = await ledger();
    const revisions = new Set(entries.map(({ revision }) => revision));
    expect(revisions.size).toBeGreaterThan(100);
    for (const of of revisions) expect(sum(entries.filter(({ revision }) => revision === of))).toBe(zero);
  });

  it('has statements that follow from one another and end at the balance', async () => {
    const statements = await query.statements(orgId);
    expect(statements.map(({ month }) => month)).toEqual(['2026-11', '2026-12']);
    expect(statements[1]!.opening_balance_dollars).toBe(statements[0]!.closing_balance_dollars);
    expect(statements[1]!.closing_balance_dollars).toBe(toDollars(balanceOf(folded)));
    for (const { opening_balance_dollars, credited_dollars, refunded_dollars, adjusted_dollars, debited_dollars, closing_balance_dollars } of statements) {
      const moved = subtract(add(dollars(opening_balance_dollars), dollars(credited_dollars), dollars(adjusted_dollars)), add(dollars(refunded_dollars), dollars(debited_dollars)));
      expect(toDollars(moved)).toBe(closing_balance_dollars);
    }
  });

  it('has a statement of a quiet month too', async () => {
    const balance = toDollars(balanceOf(folded));
    expect(await query.statement(orgId, '2027-02')).toMatchObject({ opening_balance_dollars: balance, debited_dollars: '0', closing_balance_dollars: balance });
    expect(await query.statement(orgId, '2026-01')).toMatchObject({ opening_balance_dollars: '0', closing_balance_dollars: '0' });
  });

  it('shows only its own organization', async () => {
    const other = 'org_other' as OrgId;
    expect(await query.wallet(other)).toEqual({ organization_id: other, balance_dollars: '0', held_dollars: '0', available_dollars: '0', position: null });
    expect((await query.entries(other, {}, null, 10)).entries).toEqual([]);
    expect((await query.proof(other)).hash).toBe(firstHash);
  });

  it('finds the entries of a request', async () => {
    const debit = (await ledger()).find(({ type }) => type === 'WalletDebited')!;
    const { entries } = await query.entries(orgId, { requestId: debit.request_id! }, null, 10);
    expect(entries.map(({ type }) => type)).toContain('WalletDebited');
    expect(sum(entries)).toBe(zero);
  });
});
