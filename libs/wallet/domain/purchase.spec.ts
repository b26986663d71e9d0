import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decider } from '../../event-sourcing/testing/given.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { dollars, toPico, type Money } from '../../money/money.js';
import { fromUsCents, purchase, type PurchaseCommand, type PurchaseEvent } from './purchase.js';

const { given, nothing } = decider(purchase);
const orgId = 'org_acme' as OrgId;
const paid = (change: Partial<Extract<PurchaseCommand, { type: 'NotePayment' }>> = {}): PurchaseCommand => ({
  type: 'NotePayment', purchaseId: 'p1', orgId, organization: orgId, currency: 'usd', amount: 1_000n, refunded: 0n, ...change,
});
const credited: PurchaseEvent = { type: 'PurchaseCredited', data: { purchaseId: 'p1', orgId, amount: toPico(dollars('10')) } };
const noted = (refundId: string | null, amount: string): PurchaseEvent => ({ type: 'RefundNoted', data: { purchaseId: 'p1', refundId, amount: toPico(dollars(amount)) } });
const reversed = (amount: string, sum = amount): PurchaseEvent => ({
  type: 'PurchaseReversed', data: { purchaseId: 'p1', reversalId: `p1/${toPico(dollars(sum))}`, orgId, amount: toPico(dollars(amount)) },
});
const parked = (reason: 'unknown_organization' | 'other_currency' | 'amount_differs', change: object = {}): PurchaseEvent => ({
  type: 'PurchaseParked', data: { purchaseId: 'p1', reason, currency: 'usd', amount: '1000', organization: orgId, ...change },
});
const refund = (refundId: string, amount: string): PurchaseCommand => ({ type: 'NoteRefund', purchaseId: 'p1', refundId, amount: dollars(amount) });

describe('a purchase', () => {
  it('credits its net amount', () => nothing.when(paid()).then(credited));
  it('credits once', () => given([credited]).when(paid()).thenNothing());
  it('of nothing is none', () => nothing.when(paid({ amount: 0n })).thenNothing());
  it('in another currency is parked', () => nothing.when(paid({ currency: 'eur' })).then(parked('other_currency', { currency: 'eur' })));
  it('of an unknown organization is parked, once', () => {
    nothing.when(paid({ orgId: null })).then(parked('unknown_organization'));
    given([parked('unknown_organization')]).when(paid({ orgId: null })).thenNothing();
  });
  it('is credited when its organization has come to be known', () => given([parked('unknown_organization')]).when(paid()).then(credited));
  it('can be given to an organization by hand', () => given([parked('unknown_organization')]).when({ type: 'AssignPurchase', purchaseId: 'p1', orgId }).then(credited));
  it('is not given away twice', () => given([parked('unknown_organization'), credited]).when({ type: 'AssignPurchase', purchaseId: 'p1', orgId }).thenNothing());
  it('told with another amount is shown, not counted', () => given([credited]).when(paid({ amount: 1_200n })).then(parked('amount_differs', { amount: '1200' })));
});

describe('a refund', () => {
  it('takes back what was credited', () => given([credited]).when(refund('r1', '4')).then(noted('r1', '4'), reversed('4')));
  it('counts once, by its refund and by the sum of its order', () =>
    given([credited, noted('r1', '4'), reversed('4')]).when(paid({ refunded: 400n })).then(noted(null, '4')));
  it('that came before its purchase waits for it', () => given([noted('r1', '4')]).when(paid()).then(credited, reversed('4')));
  it('never takes back more than was credited', () => given([credited]).when(refund('r1', '40')).then(noted('r1', '40'), reversed('10')));
  it('of an order that points elsewhere is left to where it points', () =>
    given([{ type: 'PurchaseLinked', data: { orderId: 'o1', purchaseId: 'p1' } }]).when({ ...refund('r1', '4'), purchaseId: 'o1' } as PurchaseCommand).then({
      type: 'RefundNoted', data: { purchaseId: 'o1', refundId: 'r1', amount: toPico(dollars('4')) },
    }));
});

it('comes to the same sum in whatever order and however often it is told', () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 4 }), fc.infiniteStream(fc.nat()), (cents, chance) => {
      const sums = cents.map((_, index) => cents.slice(0, index + 1).reduce((a, b) => a + b, 0));
      const told: PurchaseCommand[] = [
        paid(),
        ...cents.map((amount, index): PurchaseCommand => ({ type: 'NoteRefund', purchaseId: 'p1', refundId: `r${index}`, amount: fromUsCents(BigInt(amount)) })),
        ...sums.map((sum) => paid({ refunded: BigInt(sum) })),
      ];
      const twice = [...told, ...told].map((command) => [chance.next().value, command] as const).sort(([a], [b]) => a - b).map(([, command]) => command);
      let state = purchase.initial;
      for (const command of twice) state = purchase.decide(command, state).reduce((current, event) => purchase.evolve(current, event), state);
      expect(state.credited).toBe(dollars('10'));
      expect(state.reversed).toBe(fromUsCents(BigInt(Math.min(1_000, sums.at(-1) ?? 0))) as Money);
    }),
  ));
