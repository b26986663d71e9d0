/**
 * One purchase at the payment provider, stream purchase-{id}: what it was worth, whose it is, what was given back.
 *
 * The same purchase is told several times: by its checkout, by its order, by each refund, in any order and often
 * twice. It is known by its checkout where it has one, else by its order; an order that came by a checkout only
 * points there (PurchaseLinked), because refunds name nothing but the order.
 */
import { never, type Decider } from '../../event-sourcing/domain/decider.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { add, fromPico, max, min, subtract, toPico, zero, type Money, type PicoDollars } from '../../money/money.js';

export interface PurchaseCredited {
  readonly purchaseId: string;
  readonly orgId: OrgId;
  /** Net of discounts and taxes. */
  readonly amount: PicoDollars;
}

export interface PurchaseReversed {
  readonly purchaseId: string;
  /** The purchase and the sum given back so far: the same reversal twice is one. */
  readonly reversalId: string;
  readonly orgId: OrgId;
  readonly amount: PicoDollars;
}

export const parkingReasons = ['unknown_organization', 'other_currency', 'amount_differs'] as const;
export type ParkingReason = (typeof parkingReasons)[number];

/** Something that is not guessed at: somebody has to look. */
export interface PurchaseParked {
  readonly purchaseId: string;
  readonly reason: ParkingReason;
  /** ISO 4217, lower case. */
  readonly currency: string;
  /** In the smallest unit of the currency. */
  readonly amount: string;
  /** The organization as the purchase names it; null when it names none. */
  readonly organization: string | null;
}

export interface RefundNoted {
  readonly purchaseId: string;
  /** Null when the order told the sum of its refunds. */
  readonly refundId: string | null;
  readonly amount: PicoDollars;
}

/** This order is told under its checkout. */
export interface PurchaseLinked {
  readonly orderId: string;
  readonly purchaseId: string;
}

export type PurchaseEvent =
  | { readonly type: 'PurchaseCredited'; readonly data: PurchaseCredited }
  | { readonly type: 'PurchaseReversed'; readonly data: PurchaseReversed }
  | { readonly type: 'PurchaseParked'; readonly data: PurchaseParked }
  | { readonly type: 'RefundNoted'; readonly data: RefundNoted }
  | { readonly type: 'PurchaseLinked'; readonly data: PurchaseLinked };

export type PurchaseCommand =
  | {
      readonly type: 'NotePayment';
      readonly purchaseId: string;
      /** Null when the organization it names is not known. */
      readonly orgId: OrgId | null;
      readonly organization: string | null;
      readonly currency: string;
      /** Smallest unit of the currency. */
      readonly amount: bigint;
      readonly refunded: bigint;
    }
  | { readonly type: 'NoteRefund'; readonly purchaseId: string; readonly refundId: string; readonly amount: Money }
  | { readonly type: 'LinkOrder'; readonly orderId: string; readonly purchaseId: string }
  /** By hand: whose a parked purchase is. */
  | { readonly type: 'AssignPurchase'; readonly purchaseId: string; readonly orgId: OrgId };

export interface Purchase {
  readonly linkedTo: string | null;
  readonly orgId: OrgId | null;
  readonly credited: Money | null;
  readonly reversed: Money;
  readonly refunds: ReadonlyMap<string, Money>;
  readonly refundedInAll: Money;
  readonly parked: ReadonlyMap<ParkingReason, PurchaseParked>;
}

const picoPerCent = 10_000_000_000n;
export const fromUsCents = (cents: bigint): Money => (cents * picoPerCent) as Money;

export const purchase: Decider<Purchase, PurchaseCommand, PurchaseEvent> = {
  initial: { linkedTo: null, orgId: null, credited: null, reversed: zero, refunds: new Map(), refundedInAll: zero, parked: new Map() },

  decide(command, state) {
    switch (command.type) {
      case 'NotePayment':
        return withReversal(command.purchaseId, state, [...noteRefunded(command, state), ...pay(command, state)]);
      case 'NoteRefund':
        if (state.refunds.has(command.refundId) || command.amount <= zero) return [];
        return withReversal(command.purchaseId, state, [
          { type: 'RefundNoted', data: { purchaseId: command.purchaseId, refundId: command.refundId, amount: toPico(command.amount) } },
        ]);
      case 'LinkOrder':
        return state.linkedTo === null ? [{ type: 'PurchaseLinked', data: { orderId: command.orderId, purchaseId: command.purchaseId } }] : [];
      case 'AssignPurchase':
        return withReversal(command.purchaseId, state, assign(command.purchaseId, command.orgId, state));
      default:
        return never(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'PurchaseCredited':
        return { ...state, orgId: event.data.orgId, credited: fromPico(event.data.amount) };
      case 'PurchaseReversed':
        return { ...state, reversed: add(state.reversed, fromPico(event.data.amount)) };
      case 'PurchaseParked':
        return { ...state, parked: new Map(state.parked).set(event.data.reason, event.data) };
      case 'RefundNoted':
        return event.data.refundId === null
          ? { ...state, refundedInAll: max(state.refundedInAll, fromPico(event.data.amount)) }
          : { ...state, refunds: new Map(state.refunds).set(event.data.refundId, fromPico(event.data.amount)) };
      case 'PurchaseLinked':
        return { ...state, linkedTo: event.data.purchaseId };
      default:
        return state;
    }
  },
};

type Payment = Extract<PurchaseCommand, { type: 'NotePayment' }>;

/** The first telling counts; one that disagrees with it is shown to people. A purchase of nothing is none. */
function pay(payment: Payment, state: Purchase): readonly PurchaseEvent[] {
  const { purchaseId, orgId, currency, amount } = payment;
  if (amount <= 0n) return [];
  if (currency !== 'usd') return park('other_currency', payment, state);
  if (state.credited !== null) return state.credited === fromUsCents(amount) ? [] : park('amount_differs', payment, state);
  if (orgId === null) return park('unknown_organization', payment, state);
  return [{ type: 'PurchaseCredited', data: { purchaseId, orgId, amount: toPico(fromUsCents(amount)) } }];
}

function park(reason: ParkingReason, { purchaseId, currency, amount, organization }: Payment, state: Purchase): readonly PurchaseEvent[] {
  if (state.parked.has(reason)) return [];
  return [{ type: 'PurchaseParked', data: { purchaseId, reason, currency, amount: amount.toString(), organization } }];
}

function noteRefunded({ purchaseId, currency, refunded }: Payment, state: Purchase): readonly PurchaseEvent[] {
  if (currency !== 'usd' || fromUsCents(refunded) <= state.refundedInAll) return [];
  return [{ type: 'RefundNoted', data: { purchaseId, refundId: null, amount: toPico(fromUsCents(refunded)) } }];
}

function assign(purchaseId: string, orgId: OrgId, state: Purchase): readonly PurchaseEvent[] {
  const parked = state.parked.get('unknown_organization');
  if (!parked || state.credited !== null) return [];
  return [{ type: 'PurchaseCredited', data: { purchaseId, orgId, amount: toPico(fromUsCents(BigInt(parked.amount))) } }];
}

/**
 * What was given back is told twice over, by each refund and by the order's sum; the larger of the two is true,
 * whichever telling comes first. Never more than was credited.
 */
function withReversal(purchaseId: string, before: Purchase, events: readonly PurchaseEvent[]): readonly PurchaseEvent[] {
  const state = events.reduce((current, event) => purchase.evolve(current, event), before);
  if (state.credited === null || state.orgId === null) return events;
  const givenBack = min(state.credited, max(state.refundedInAll, add(...state.refunds.values())));
  const amount = subtract(givenBack, state.reversed);
  if (amount <= zero) return events;
  const reversalId = `${purchaseId}/${toPico(givenBack)}`;
  return [...events, { type: 'PurchaseReversed', data: { purchaseId, reversalId, orgId: state.orgId, amount: toPico(amount) } }];
}
