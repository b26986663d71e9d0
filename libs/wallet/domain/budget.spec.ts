import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decider } from '../../event-sourcing/testing/given.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { dollars, pico, toPico, type Money } from '../../money/money.js';
import { budget, budgetsAt, type BudgetCommand } from './budget.js';

const { given, nothing } = decider(budget);
const end = '2026-11-25T10:01:00.000Z';
const lease = (limit: string, atLeast: string, { holder = 'a', isOut = false } = {}): BudgetCommand => ({ type: 'LeaseBudget', holder, limit: dollars(limit), atLeast: dollars(atLeast), isOut, expiresAt: end });
const leased = (amount: string, limit: string, holder = 'a') => ({ type: 'BudgetLeased', data: { holder, amount: toPico(dollars(amount)), limit: toPico(dollars(limit)), expiresAt: end } }) as const;
const returned = (amount: string, ends: boolean) => ({ type: 'BudgetReturned', data: { holder: 'a', amount: toPico(dollars(amount)), ends } }) as const;
const corrected = (amount: string) => ({ type: 'BudgetCorrected', data: { correctionId: 'c', requestId: 'r', amount: toPico(dollars(amount)) } }) as const;

describe('a budget', () => {
  it('is leased by the sixteenth of what is left', () => nothing.when(lease('16', '0.1')).then(leased('1', '16')));
  it('is leased as needed when that is more', () => nothing.when(lease('16', '3')).then(leased('3', '16')));
  it('is not passed', () => given([leased('3', '4')]).when(lease('4', '1.01')).thenNothing());
  it('can be spent to its end', () => given([leased('3', '4')]).when(lease('4', '1')).then(leased('1', '4')));
  it('gives nothing once it is lowered below what is out', () => given([leased('3', '4')]).when(lease('2', '0.1')).thenNothing());
  it('takes back what is not used', () => given([leased('3', '4')]).when({ type: 'ReturnBudget', holder: 'a', amount: dollars('2'), ends: false }).then(returned('2', false)));
  it('learns what was spent beyond a slice', () => given([leased('3', '4')]).when({ type: 'ReturnBudget', holder: 'a', amount: dollars('-0.5'), ends: true }).then(returned('-0.5', true)));
  it('takes nothing back from who has nothing', () => given([leased('3', '4'), returned('1', true)]).when({ type: 'ReturnBudget', holder: 'a', amount: dollars('1'), ends: false }).thenNothing());

  it('is corrected by a late cost, once', () => {
    const command = { type: 'CorrectBudget', correctionId: 'c', requestId: 'r', amount: dollars('1') } as const;
    given([leased('3', '4')]).when(command).then(corrected('1'));
    given([leased('3', '4'), corrected('1')]).when(command).thenNothing();
    given([leased('3', '4'), corrected('1')]).when(lease('4', '0.1')).thenNothing();
  });
  it('is never corrected below nothing', () => given([leased('3', '4')]).when({ type: 'CorrectBudget', correctionId: 'c', requestId: 'r', amount: dollars('-5') }).then(corrected('-3')));

  describe('whose process fell silent', () => {
    const expire = (at: string): BudgetCommand => ({ type: 'ExpireSlice', holder: 'a', spent: dollars('0.5'), at });
    const expired = { type: 'BudgetSliceExpired', data: { holder: 'a', spent: toPico(dollars('0.5')), amount: toPico(dollars('2.5')) } } as const;
    it('keeps its slice until the grace is over', () => given([leased('3', '4')]).when(expire('2026-11-25T10:01:02.999Z')).thenNothing());
    it('gets back what was not spent of it', () => given([leased('3', '4')]).when(expire('2026-11-25T10:01:03.000Z')).then(expired));
    it('gets it back once', () => given([leased('3', '4'), expired]).when(expire('2026-11-25T10:02:00.000Z')).thenNothing());
    it('keeps a slice that was renewed meanwhile', () => given([leased('3', '4'), { type: 'BudgetSliceRenewed', data: { holder: 'a', expiresAt: '2026-11-25T10:03:00.000Z' } }]).when(expire('2026-11-25T10:02:00.000Z')).thenNothing());
    it('tells a holder that comes back that its slice is gone', () => given([leased('3', '4'), expired]).when(lease('4', '0.1', { isOut: true })).thenNothing());
    it('keeps slices of a time when they had no end', () => given([{ type: 'BudgetLeased', data: { ...leased('3', '4').data, expiresAt: null } }]).when(expire('2027-01-01T00:00:00.000Z')).thenNothing());
  });

  it('has, when every process has ended or died, exactly what was spent out of it, and was never passed', () =>
    fc.assert(
      fc.property(fc.array(fc.record({ holder: fc.constantFrom('a', 'b', 'c'), amount: fc.bigInt({ min: 1n, max: 300n }), step: fc.constantFrom('spend', 'spend', 'give back', 'die') })), (steps) => {
        let state = budget.initial;
        const tell = (command: BudgetCommand) => (state = budget.decide(command, state).reduce((current, event) => budget.evolve(current, event), state));
        const spent = new Map<string, bigint>();
        const free = (holder: string) => (state.slices.get(holder)?.funds ?? 0n) - (spent.get(holder) ?? 0n);
        let total = 0n;
        const over = (holder: string, die: boolean) => {
          const amount = free(holder) as Money;
          tell(die ? { type: 'ExpireSlice', holder, spent: pico(spent.get(holder) ?? 0n), at: '2027-01-01T00:00:00.000Z' } : { type: 'ReturnBudget', holder, amount, ends: true });
          spent.delete(holder);
        };
        for (const { holder, amount, step } of steps) {
          if (step !== 'spend') over(holder, step === 'die');
          else {
            if (free(holder) < amount) tell({ type: 'LeaseBudget', holder, limit: pico(1_000n), atLeast: pico(amount - free(holder)), isOut: state.slices.has(holder), expiresAt: end });
            if (free(holder) >= amount) {
              spent.set(holder, (spent.get(holder) ?? 0n) + amount);
              total += amount;
            }
          }
          expect(state.granted).toBeLessThanOrEqual(1_000n as Money);
          expect(state.granted).toBeGreaterThanOrEqual(total as Money);
        }
        for (const holder of ['a', 'b', 'c']) over(holder, false);
        expect(state.granted).toBe(total);
      }),
    ));

  it('counts by UTC day and month, and for the life of a key', () =>
    expect(budgetsAt('2026-11-30T23:59:59.999Z', 'o' as OrgId, 'organization', { perDay: toPico(dollars('1')), perMonth: null, total: toPico(dollars('9')) }).map(({ period }) => period)).toEqual(['2026-11-30', 'total']));
});
