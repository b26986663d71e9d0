import { describe, expect, it } from '@jest/globals';
import { factsOf } from './polar.js';

const order = { id: 'o1', checkout_id: 'c1', status: 'paid', paid: true, billing_reason: 'purchase', net_amount: 1000, tax_amount: 190, total_amount: 1190, refunded_amount: 0, currency: 'usd', metadata: { organization_id: 'org_acme' }, customer: { external_id: 'org_other', email: 'a@example.com' } };
const checkout = { id: 'c1', status: 'succeeded', net_amount: 1000, total_amount: 1190, currency: 'usd', metadata: {}, external_customer_id: 'org_acme' };
const payment = { kind: 'payment', checkoutId: 'c1', orderId: 'o1', currency: 'usd', amount: '1000', refunded: '0', organization: 'org_acme' };

describe('deliveries of Polar', () => {
  it('a paid order is a payment of its net amount', () => expect(factsOf({ type: 'order.paid', data: order })).toEqual(payment));
  it('a checkout that is through is the same payment', () => expect(factsOf({ type: 'checkout.updated', data: checkout })).toEqual({ ...payment, orderId: null }));
  it('an order with a refund tells its sum', () =>
    expect(factsOf({ type: 'order.refunded', data: { ...order, status: 'partially_refunded', refunded_amount: 300 } })).toEqual({ ...payment, refunded: '300' }));
  it('a refund that went through names its order', () =>
    expect(factsOf({ type: 'refund.created', data: { id: 'r1', order_id: 'o1', status: 'succeeded', amount: 300, tax_amount: 57, currency: 'USD' } })).toEqual({
      kind: 'refund', refundId: 'r1', orderId: 'o1', currency: 'usd', amount: '300',
    }));
  it('a renewal is a purchase of its own', () => expect(factsOf({ type: 'order.paid', data: { ...order, billing_reason: 'subscription_cycle' } })).toEqual({ ...payment, checkoutId: null }));
  it('keeps nothing of the buyer', () => expect(JSON.stringify(factsOf({ type: 'order.paid', data: order }))).not.toContain('example.com'));

  it.each([
    ['another type', { type: 'subscription.active', data: order }],
    ['an open checkout', { type: 'checkout.updated', data: { ...checkout, status: 'open' } }],
    ['an order that is not paid', { type: 'order.created', data: { ...order, status: 'pending', paid: false } }],
    ['a refund that is pending', { type: 'refund.created', data: { id: 'r1', order_id: 'o1', status: 'pending', amount: 300, currency: 'usd' } }],
    ['an amount that is no whole number', { type: 'order.paid', data: { ...order, net_amount: 10.5 } }],
    ['a negative amount', { type: 'order.paid', data: { ...order, net_amount: -5 } }],
    ['an id that is no name', { type: 'order.paid', data: { ...order, id: '../../etc' } }],
    ['no object', 'order.paid'],
    ['nothing', null],
  ])('%s moves no money', (_, delivery) => expect(factsOf(delivery)).toBeNull());
});
