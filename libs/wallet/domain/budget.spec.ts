import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decider } from '../../event-sourcing/testing/given.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { dollars, pico, toPico, type Money } from '../../money/money.js';
import { budget, budgetsAt, type BudgetCommand } from './budget.js';

const { given, nothing } = decider(budget);
const lease = (limit: string, atLeast: string): BudgetCommand => ({ type: 'LeaseBudget', holder: 'a', limit: dollars(limit), atLeast: dollars(atLeast) });
const leased = (amount: string, limit: string) => ({ type: 'BudgetLeased', data: { holder: 'a', amount: toPico(dollars(amount)), limit: toPico(dollars(limit)) } }) as const;

describe('a budget', () => {
  it('is leased by the sixteenth of what is left', () => nothing.when(lease('16', '0.1')).then(leased('1', '16')));
  it('is leased as needed when that is more', () => nothing.when(lease('16', '3')).then(leased('3', '16')));
  it('is not passed', () => given([leased('3', '4')]).when(lease('4', '1.01')).thenNothing());
  it('can be spent to its end', () => given([leased('3', '4')]).when(lease('4', '1')).then(leased('1', '4')));
  it('gives nothing once it is lowered below what is out', () => given([leased('3', '4')]).when(lease('2', '0.1')).thenNothing());
  it('takes back what is not used', () =>
    given([leased('3', '4')]).when({ type: 'ReturnBudget', holder: 'a', amount: dollars('2') }).then({ type: 'BudgetReturned', data: { holder: 'a', amount: toPico(dollars('2')) } }));

  it('is never passed by any number of leases and returns', () =>
    fc.assert(
      fc.property(fc.array(fc.record({ amount: fc.bigInt({ min: 1n, max: 300n }), back: fc.boolean() })), (steps) => {
        let state = budget.initial;
        for (const { amount, back } of steps) {
          const command: BudgetCommand = back ? { type: 'ReturnBudget', holder: 'a', amount: pico(amount) } : { type: 'LeaseBudget', holder: 'a', limit: pico(1_000n), atLeast: pico(amount) };
          state = budget.decide(command, state).reduce((current, event) => budget.evolve(current, event), state);
          expect(state.granted).toBeLessThanOrEqual(1_000n as Money);
          expect(state.granted).toBeGreaterThanOrEqual(0n as Money);
        }
      }),
    ));

  it('counts by UTC day and month, and for the life of a key', () =>
    expect(budgetsAt('2026-11-30T23:59:59.999Z', 'o' as OrgId, 'organization', { perDay: toPico(dollars('1')), perMonth: null, total: toPico(dollars('9')) }).map(({ period }) => period)).toEqual(['2026-11-30', 'total']));
});
