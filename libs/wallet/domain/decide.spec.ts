import { describe, expect, it } from '@jest/globals';
import { decider } from '../../event-sourcing/testing/given.js';
import { dollars, fromPico, toPico, type Money } from '../../money/money.js';
import type { LeaseId } from './accounts.js';
import type { CreditWallet, ExpireLease, RequestEnded, WalletCommand } from './commands.js';
import { longestBooks, wallet } from './decide.js';
import type { WalletEvent } from './events.js';
import { balanceOf, evolve, heldOf, unopened, type Wallet } from './wallet.js';

const { given, nothing } = decider(wallet);
const at = '2026-11-25T08:00:00.000Z';
const later = '2026-11-25T09:00:00.000Z';
const leaseId = 'process-1.1' as LeaseId;

const credit = (amount: string, creditId = 'credit-1'): CreditWallet => ({
  type: 'CreditWallet', at, creditId, amount: dollars(amount), origin: 'manual', reference: 'a gift', sourcePosition: null,
});
const lease = (atLeast: string, wanted = atLeast): WalletCommand => ({
  type: 'LeaseFunds', at, leaseId, holder: 'process-1', atLeast: dollars(atLeast), wanted: dollars(wanted), expiresAt: '2026-11-25T08:01:00.000Z',
});
const ended = (requestId: string, cost: string | null, on: LeaseId | null = leaseId, position = 10n): RequestEnded => ({
  kind: 'ended', requestId, keyId: null, model: 'a/b', provider: 'a', cost: cost === null ? null : dollars(cost), costStatus: 'exact', leaseId: on, endedAt: at, sourcePosition: position,
});
const settle = (...settlements: RequestEnded[]): WalletCommand => ({ type: 'SettleUsage', at, settlements });
const expire = (kept: [string, string][], when = later): ExpireLease => ({
  type: 'ExpireLease', at: when, leaseId, kept: kept.map(([requestId, amount]) => ({ requestId, amount: toPico(dollars(amount)) })),
});

function history(...commands: WalletCommand[]): WalletEvent[] {
  const events: WalletEvent[] = [];
  for (const command of commands) events.push(...wallet.decide(command, events.reduce(evolve, unopened)));
  return events;
}
const after = (...commands: WalletCommand[]): Wallet => history(...commands).reduce(evolve, unopened);
const funds = (state: Wallet) => ({ available: state.available, held: heldOf(state), owed: state.owed });
const money = (available: string, held: string, owed = '0') => ({ available: dollars(available), held: dollars(held), owed: dollars(owed) });

describe('credits', () => {
  it('opens the books with the first of them', () =>
    nothing.when(credit('10')).then(
      {
        type: 'WalletOpened',
        data: { period: '2026-11', part: 1, revision: 0, available: toPico(dollars('0')), owed: toPico(dollars('0')), leases: [], credits: 0, takenIn: { usage: '-1', payments: '-1' }, postings: [] },
      },
      {
        type: 'WalletCredited',
        data: {
          creditId: 'credit-1', amount: toPico(dollars('10')), origin: 'manual', reference: 'a gift', sourcePosition: null,
          postings: [{ account: 'payments', amount: toPico(dollars('-10')) }, { account: 'available', amount: toPico(dollars('10')) }],
        },
      },
    ));

  it('counts the same credit once', () => given(history(credit('10'))).when(credit('10')).thenNothing());
  it('refuses nothing and less', () => nothing.when(credit('0')).thenRefused('invalid_value'));

  it('pays what is owed first', () => {
    const state = after(credit('1'), settle(ended('r1', '3', null)), credit('5', 'credit-2'));
    expect(funds(state)).toEqual(money('3', '0'));
  });
});

describe('leases', () => {
  it('takes what is wanted when it is there', () => expect(funds(after(credit('10'), lease('1', '4')))).toEqual(money('6', '4')));
  it('takes what is there when that is enough', () => expect(funds(after(credit('3'), lease('1', '4')))).toEqual(money('0', '3')));
  it('takes nothing when it is not enough', () => given(history(credit('3'))).when(lease('4')).thenNothing());
  it('gives back at most what it has', () =>
    expect(funds(after(credit('10'), lease('4'), { type: 'ReturnLease', at, leaseId, amount: dollars('9'), ends: true }))).toEqual(money('10', '0')));
  it('is not lengthened once it has ended', () =>
    given(history(credit('10'), lease('4'), { type: 'ReturnLease', at, leaseId, amount: dollars('3'), ends: true }))
      .when({ type: 'RenewLease', at, leaseId, expiresAt: later })
      .thenNothing());
});

describe('debits', () => {
  it('draw on the lease the request was held on', () => expect(funds(after(credit('10'), lease('4'), settle(ended('r1', '1'))))).toEqual(money('6', '3')));
  it('count once', () => given(history(credit('10'), lease('4'), settle(ended('r1', '1')))).when(settle(ended('r1', '1'))).thenNothing());
  it('draw on the wallet when nothing was held', () => expect(funds(after(credit('10'), settle(ended('r1', '1', null))))).toEqual(money('9', '0')));
  it('leave a debt where nothing is left: a metered wallet stops nobody', () => {
    const state = after(settle(ended('r1', '1', null)));
    expect(funds(state)).toEqual(money('0', '0', '1'));
    expect(balanceOf(state)).toBe(dollars('-1'));
  });
  it('of an unknown cost are none', () => given(history(credit('10'), lease('4'))).when(settle(ended('r1', null))).thenNothing());
  it('of nothing are recorded', () => expect(history(credit('10'), settle(ended('r1', '0', null))).at(-1)?.type).toBe('WalletDebited'));
});

describe('an expired lease', () => {
  const dead = [credit('10'), lease('4'), settle(ended('r1', '1'))];

  it('gives back all but what was held or spent', () => expect(funds(after(...dead, expire([['r2', '0.5']])))).toEqual(money('8.5', '0.5')));
  it('is not expired early', () => given(history(...dead)).when(expire([], at)).thenNothing());
  it('is debited for what it kept, and gives back the difference', () =>
    expect(funds(after(...dead, expire([['r2', '0.5']]), settle(ended('r2', '0.2'))))).toEqual(money('8.8', '0')));
  it('lets go what it kept when the request cost nothing known', () =>
    expect(funds(after(...dead, expire([['r2', '0.5']]), settle(ended('r2', null))))).toEqual(money('9', '0')));
  it('keeps at most what it has', () => expect(funds(after(...dead, expire([['r2', '2'], ['r3', '2']])))).toEqual(money('6', '3')));
  it('takes the rest from the wallet when more was spent than kept', () =>
    expect(funds(after(...dead, expire([['r2', '0.5']]), settle(ended('r2', '0.7'))))).toEqual(money('8.3', '0')));
});

describe('refunds and adjustments', () => {
  it('a refund of what is spent becomes a debt, and available stays at zero', () =>
    expect(funds(after(credit('10'), settle(ended('r1', '8', null)), { type: 'RefundWallet', at, refundId: 'f1', amount: dollars('10'), reference: 'order', sourcePosition: 1n }))).toEqual(
      money('0', '0', '8'),
    ));
  it('a late price is an adjustment', () => {
    const events = history(credit('10'), settle(ended('r1', '1', null)), {
      type: 'SettleUsage', at, settlements: [{ kind: 'repriced', adjustmentId: 'a1', requestId: 'r1', amount: dollars('-0.25'), reason: 'price repaired', sourcePosition: 20n }],
    });
    expect(events.at(-1)?.type).toBe('WalletAdjusted');
    expect(events.reduce(evolve, unopened).available).toBe(dollars('8.75'));
  });
});

describe('the books', () => {
  it('close at the balance and open with it in the next month, leases and all', () => {
    const november = history(credit('10'), lease('4'), settle(ended('r1', '1')));
    const december = wallet.decide({ ...credit('1', 'credit-2'), at: '2026-12-01T00:00:00.000Z' }, november.reduce(evolve, unopened));
    expect(december.map((event) => event.type)).toEqual(['PeriodClosed', 'WalletOpened', 'WalletCredited']);
    const fromTheStart = [...november, ...december].reduce(evolve, unopened);
    const fromTheBooks = december.slice(1).reduce(evolve, unopened);
    expect(fromTheBooks).toEqual(fromTheStart);
    expect(funds(fromTheBooks)).toEqual(money('7', '3'));
  });

  it('do not forget what they took in when they are closed by a command that comes again', () => {
    const november = history(credit('10'), settle(ended('r1', '1', null)));
    given(november).when({ ...settle(ended('r1', '1', null)), at: '2026-12-01T00:00:00.000Z' }).thenNothing();
  });

  it('close when they grow long, so that no fold has far to go', () => {
    let state = after(credit('10'));
    let appended: readonly WalletEvent[] = [];
    for (let n = 0; n < longestBooks; n++) {
      appended = wallet.decide(settle(ended(`r${n}`, '0.001', null, BigInt(n))), state);
      state = appended.reduce(evolve, state);
    }
    expect(appended.map((event) => event.type)).toEqual(['PeriodClosed', 'WalletOpened', 'WalletDebited']);
    expect(state).toMatchObject({ part: 2, period: '2026-11', takenBefore: { usage: BigInt(longestBooks - 2), payments: -1n } });
    expect(balanceOf(state)).toBe(dollars('9'));
  });
});

it('every event of every example sums to zero', () => {
  const events = history(credit('10'), lease('4'), settle(ended('r1', '1')), expire([['r2', '0.5']]), settle(ended('r2', '0.2')));
  for (const event of events) expect(event.data.postings.reduce((sum, line) => sum + fromPico(line.amount), 0n as bigint)).toBe(0n as Money as bigint);
});
