/**
 * A budget for one period, stream budget-{orgId}+{scope}+{period}. Processes lease slices of it and spend from them in
 * memory, so that together they never pass it. A slice whose process fell silent expires, and what was not spent of it
 * comes back; a price that comes late corrects what is spent.
 */
import { never, type Decider } from '../../event-sourcing/domain/decider.js';
import type { StreamName } from '../../event-sourcing/domain/event.js';
import type { KeyId, OrgId } from '../../identity/domain/caller.js';
import { add, fromPico, max, min, negate, subtract, toPico, zero, type Money, type PicoDollars } from '../../money/money.js';
import type { OrganizationBudget } from './billing.js';

export interface BudgetLeased {
  /** The process, as it calls itself in the requests it serves. */
  readonly holder: string;
  readonly amount: PicoDollars;
  readonly limit: PicoDollars;
  /** Null in events of a time when slices had no end. */
  readonly expiresAt: string | null;
}

/** What was not spent. Below zero when requests cost more than was held for them. */
export interface BudgetReturned {
  readonly holder: string;
  readonly amount: PicoDollars;
  /** Nothing of the slice is in use any more. */
  readonly ends: boolean;
}

export type BudgetEvent =
  | { readonly type: 'BudgetLeased'; readonly data: BudgetLeased }
  | { readonly type: 'BudgetSliceRenewed'; readonly data: { readonly holder: string; readonly expiresAt: string } }
  | { readonly type: 'BudgetReturned'; readonly data: BudgetReturned }
  | { readonly type: 'BudgetSliceExpired'; readonly data: { readonly holder: string; readonly spent: PicoDollars; readonly amount: PicoDollars } }
  | { readonly type: 'BudgetCorrected'; readonly data: { readonly correctionId: string; readonly requestId: string; readonly amount: PicoDollars } };

export const budgetEventTypes = ['BudgetLeased', 'BudgetSliceRenewed', 'BudgetReturned', 'BudgetSliceExpired', 'BudgetCorrected'] as const satisfies readonly BudgetEvent['type'][];

export type BudgetCommand =
  /** @property isOut whether the holder thinks that it has a slice: of one that expired it must learn. */
  | { readonly type: 'LeaseBudget'; readonly holder: string; readonly limit: Money; readonly atLeast: Money; readonly isOut: boolean; readonly expiresAt: string }
  | { readonly type: 'RenewSlice'; readonly holder: string; readonly expiresAt: string }
  | { readonly type: 'ReturnBudget'; readonly holder: string; readonly amount: Money; readonly ends: boolean }
  /** @property spent what the requests that the holder served in this period have cost, all of them ended. */
  | { readonly type: 'ExpireSlice'; readonly holder: string; readonly spent: Money; readonly at: string }
  | { readonly type: 'CorrectBudget'; readonly correctionId: string; readonly requestId: string; readonly amount: Money };

export interface BudgetSlice {
  /** Leased and not given back: spent, held or free in its process. */
  readonly funds: Money;
  readonly expiresAt: string | null;
}

export interface BudgetState {
  /** What is out of it: spent, or leased to processes. */
  readonly granted: Money;
  readonly slices: ReadonlyMap<string, BudgetSlice>;
  readonly corrections: ReadonlySet<string>;
}

/** A slice takes this part of what is left, so that a few processes can share a budget down to its end. */
const shareOfRoom = 16n;
/** Appends of a holder that was alive at the end of its slice have landed by then, milliseconds. */
export const sliceGraceMs = 3_000;

export const sliceIsOver = ({ expiresAt }: Pick<BudgetSlice, 'expiresAt'>, at: string): boolean => expiresAt !== null && Date.parse(at) >= Date.parse(expiresAt) + sliceGraceMs;

export const budget: Decider<BudgetState, BudgetCommand, BudgetEvent> = {
  initial: { granted: zero, slices: new Map(), corrections: new Set() },

  decide(command, state) {
    const slice = 'holder' in command ? state.slices.get(command.holder) : undefined;
    switch (command.type) {
      case 'LeaseBudget': {
        const { holder, atLeast, limit, expiresAt } = command;
        const room = subtract(limit, state.granted);
        if ((command.isOut && !slice) || room < atLeast || atLeast <= zero) return [];
        const amount = min(room, max(atLeast, (room / shareOfRoom) as Money));
        return [{ type: 'BudgetLeased', data: { holder, amount: toPico(amount), limit: toPico(limit), expiresAt } }];
      }
      case 'RenewSlice':
        return slice ? [{ type: 'BudgetSliceRenewed', data: { holder: command.holder, expiresAt: command.expiresAt } }] : [];
      case 'ReturnBudget': {
        const { holder, ends } = command;
        const amount = min(state.granted, command.amount);
        return slice && (amount !== zero || ends) ? [{ type: 'BudgetReturned', data: { holder, amount: toPico(amount), ends } }] : [];
      }
      case 'ExpireSlice': {
        const { holder, spent, at } = command;
        if (!slice || !sliceIsOver(slice, at)) return [];
        return [{ type: 'BudgetSliceExpired', data: { holder, spent: toPico(spent), amount: toPico(subtract(slice.funds, spent)) } }];
      }
      case 'CorrectBudget': {
        const { correctionId, requestId } = command;
        const amount = max(command.amount, negate(state.granted));
        return state.corrections.has(correctionId) || amount === zero ? [] : [{ type: 'BudgetCorrected', data: { correctionId, requestId, amount: toPico(amount) } }];
      }
      default:
        return never(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'BudgetLeased': {
        const { holder, amount, expiresAt } = event.data;
        const funds = add(state.slices.get(holder)?.funds ?? zero, fromPico(amount));
        return { ...state, granted: add(state.granted, fromPico(amount)), slices: new Map(state.slices).set(holder, { funds, expiresAt }) };
      }
      case 'BudgetSliceRenewed': {
        const { holder, expiresAt } = event.data;
        return { ...state, slices: new Map(state.slices).set(holder, { funds: state.slices.get(holder)?.funds ?? zero, expiresAt }) };
      }
      case 'BudgetReturned':
        return givenBack(state, event.data);
      case 'BudgetSliceExpired':
        return givenBack(state, { ...event.data, ends: true });
      case 'BudgetCorrected':
        return { ...state, granted: add(state.granted, fromPico(event.data.amount)), corrections: new Set(state.corrections).add(event.data.correctionId) };
      default:
        return state;
    }
  },
};

function givenBack(state: BudgetState, { holder, amount, ends }: BudgetReturned): BudgetState {
  const slices = new Map(state.slices);
  const slice = slices.get(holder);
  if (ends) slices.delete(holder);
  else if (slice) slices.set(holder, { ...slice, funds: subtract(slice.funds, fromPico(amount)) });
  return { ...state, granted: subtract(state.granted, fromPico(amount)), slices };
}

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

export const budgetStream = ({ orgId, scope, period }: Pick<BudgetOfPeriod, 'orgId' | 'scope' | 'period'>): StreamName => `budget-${orgId}+${scope}+${period}`;

/** Every budget that a request would count against, were it set. */
export function budgetStreamsOf({ orgId, keyId, at }: { orgId: OrgId; keyId: KeyId | null; at: string }): readonly StreamName[] {
  const periods = [dayOf(at), monthOf(at)];
  const organization = periods.map((period) => budgetStream({ orgId, scope: 'organization', period }));
  return keyId === null ? organization : [...organization, ...[...periods, 'total'].map((period) => budgetStream({ orgId, scope: keyId, period }))];
}
