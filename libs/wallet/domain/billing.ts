/** What an organization wants of its money: how much may be spent, and when it is to be told. Stream billing-{orgId}. */
import { never, Refused, type Decider } from '../../event-sourcing/domain/decider.js';
import type { PicoDollars } from '../../money/money.js';

/** What all keys together may spend, by UTC day and month; null: as much as the wallet gives. */
export interface OrganizationBudget {
  readonly perDay: PicoDollars | null;
  readonly perMonth: PicoDollars | null;
}

export interface NoticeTerms {
  /** Where notices are posted, signed; null: nowhere. */
  readonly url: string | null;
  /** A balance below it is told, once until money comes in; null: never. */
  readonly lowBalance: PicoDollars | null;
  /** What the notice proposes to buy; null: no proposal. */
  readonly topUp: PicoDollars | null;
}

export type BillingEvent =
  | { readonly type: 'OrganizationBudgetSet'; readonly data: OrganizationBudget }
  | { readonly type: 'NoticeTermsSet'; readonly data: NoticeTerms };

export type BillingCommand =
  | ({ readonly type: 'SetOrganizationBudget' } & OrganizationBudget)
  | ({ readonly type: 'SetNoticeTerms' } & NoticeTerms);

export interface Billing {
  readonly budget: OrganizationBudget;
  readonly notices: NoticeTerms;
}

export const billing: Decider<Billing, BillingCommand, BillingEvent> = {
  initial: { budget: { perDay: null, perMonth: null }, notices: { url: null, lowBalance: null, topUp: null } },

  decide(command, { budget, notices }) {
    switch (command.type) {
      case 'SetOrganizationBudget': {
        const { perDay, perMonth } = command;
        return budget.perDay === perDay && budget.perMonth === perMonth ? [] : [{ type: 'OrganizationBudgetSet', data: { perDay, perMonth } }];
      }
      case 'SetNoticeTerms': {
        const { url, lowBalance, topUp } = command;
        if (url !== null && !/^https?:\/\/[^\s@]+$/.test(url)) throw new Refused('invalid_value', 'The address must begin with https:// and carry no password.', 'url');
        return notices.url === url && notices.lowBalance === lowBalance && notices.topUp === topUp ? [] : [{ type: 'NoticeTermsSet', data: { url, lowBalance, topUp } }];
      }
      default:
        return never(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'OrganizationBudgetSet':
        return { ...state, budget: event.data };
      case 'NoticeTermsSet':
        return { ...state, notices: event.data };
      default:
        return state;
    }
  },
};
