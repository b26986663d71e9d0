/**
 * A budget for one period, stream budget-{orgId}+{scope}+{period}. Processes lease slices of it and spend from them in
 * memory, so that together they never pass it. A slice that dies with its process stays spent until the period is
 * over: a budget is never passed, and at worst stops a little early.
 */
import { never, type Decider } from '../../event-sourcing/domain/decider.js';
import type { KeyId, OrgId } from '../../identity/domain/caller.js';
import { add, fromPico, max, min, subtract, toPico, zero, type Money, type PicoDollars } from '../../money/money.js';
import type { OrganizationBudget } from './billing.js';

export type BudgetEvent =
  | { readonly type: 'BudgetLeased'; readonly data: { readonly holder: string; readonly amount: PicoDollars; readonly limit: PicoDollars } }
  | { readonly type: 'BudgetReturned'; readonly data: { readonly holder: string; readonly amount: PicoDollars } };

export type BudgetCommand =
  | { readonly type: 'LeaseBudget'; readonly holder: string; readonly limit: Money; readonly atLeast: Money }
  | { readonly type: 'ReturnBudget'; readonly holder: string; readonly amount: Money };

/** What is out of it: spent, or leased to processes. */
export interface BudgetState {
  readonly granted: Money;
}

/** A slice takes this part of what is left, so that a few processes can share a budget down to its end. */
const shareOfRoom = 16n;

export const budget: Decider<BudgetState, BudgetCommand, BudgetEvent> = {
  initial: { granted: zero },

  decide(command, { granted }) {
    switch (command.type) {
      case 'LeaseBudget': {
        const room = subtract(command.limit, granted);
        if (room < command.atLeast || command.atLeast <= zero) return [];
        const amount = min(room, max(command.atLeast, (room / shareOfRoom) as Money));
        return [{ type: 'BudgetLeased', data: { holder: command.holder, amount: toPico(amount), limit: toPico(command.limit) } }];
      }
      case 'ReturnBudget': {
        const amount = min(granted, command.amount);
        return amount > zero ? [{ type: 'BudgetReturned', data: { holder: command.holder, amount: toPico(amount) } }] : [];
      }
      default:
        return never(command);
    }
  },

  evolve({ granted }, event) {
    switch (event.type) {
      case 'BudgetLeased':
        return { granted: add(granted, fromPico(event.data.amount)) };
      case 'BudgetReturned':
        return { granted: subtract(granted, fromPico(event.data.amount)) };
      default:
        return { granted };
    }
  },
};

/** What one key may spend, as identity keeps it with the key. */
export interface KeyBudgetTerms extends OrganizationBudget {
  readonly total: PicoDollars | null;
}

export type BudgetScope = 'organization' | KeyId;

/** One budget that a request counts against. */
export interface BudgetOfPeriod {
  readonly orgId: OrgId;
  readonly scope: BudgetScope;
  /** `yyyy-mm-dd`, `yyyy-mm` or `total`. */
  readonly period: string;
  readonly limit: Money;
}

export const dayOf = (at: string): string => at.slice(0, 'yyyy-mm-dd'.length);
export const monthOf = (at: string): string => at.slice(0, 'yyyy-mm'.length);

/** The budgets that are set, for the day and month of a time. */
export function budgetsAt(at: string, orgId: OrgId, scope: BudgetScope, terms: Partial<KeyBudgetTerms>): readonly BudgetOfPeriod[] {
  const set = [[dayOf(at), terms.perDay], [monthOf(at), terms.perMonth], ['total', terms.total]] as const;
  return set.flatMap(([period, limit]) => (limit === null || limit === undefined ? [] : [{ orgId, scope, period, limit: fromPico(limit) }]));
}
