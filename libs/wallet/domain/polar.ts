/**
 * What a delivery of Polar says about money, read from its JSON; nothing of the buyer is kept but who is to be
 * credited. Shapes: docs.polar.sh, API reference, schemas Checkout, Order and Refund. Amounts are in the smallest
 * unit of the currency; `net_amount` is after discounts and before taxes, as is a refund's `amount`.
 */
export interface PaymentTold {
  readonly kind: 'payment';
  readonly checkoutId: string | null;
  readonly orderId: string | null;
  readonly currency: string;
  readonly amount: string;
  /** The sum the order says was given back; 0 when it is a checkout. */
  readonly refunded: string;
  /** The organization named in the metadata, else the customer's external id. */
  readonly organization: string | null;
}

export interface RefundTold {
  readonly kind: 'refund';
  readonly refundId: string;
  readonly orderId: string;
  readonly currency: string;
  readonly amount: string;
}

export type PolarFacts = PaymentTold | RefundTold;

/** Stream polar-{delivery}: a verified delivery, before anything is made of it. */
export interface PolarDeliveryReceived {
  readonly deliveryId: string;
  readonly eventType: string;
  readonly facts: PolarFacts;
  /** SHA-256 of the raw body, hex. */
  readonly bodyHash: string;
}

export type PolarEvent = { readonly type: 'PolarDeliveryReceived'; readonly data: PolarDeliveryReceived };

type Json = Record<string, unknown>;

/** Null for deliveries that move no money: other types, checkouts that are not through, refunds that are pending. */
export function factsOf(delivery: unknown): PolarFacts | null {
  const { type, data } = asObject(delivery);
  const subject = asObject(data);
  switch (type) {
    case 'checkout.updated':
    case 'checkout.created':
      return subject['status'] === 'succeeded' ? checkout(subject) : null;
    case 'order.paid':
    case 'order.refunded':
    case 'order.updated':
    case 'order.created':
      return isPaid(subject) ? order(subject) : null;
    case 'refund.created':
    case 'refund.updated':
      return subject['status'] === 'succeeded' ? refund(subject) : null;
    default:
      return null;
  }
}

function checkout(subject: Json): PaymentTold | null {
  const checkoutId = text(subject['id']);
  const amount = whole(subject['net_amount']) ?? whole(subject['amount']);
  if (checkoutId === null || amount === null) return null;
  return { kind: 'payment', checkoutId, orderId: null, currency: currencyOf(subject), amount, refunded: '0', organization: organizationOf(subject) };
}

/** Renewals of a subscription carry the checkout that began it: only the first order of it is that purchase. */
function order(subject: Json): PaymentTold | null {
  const orderId = text(subject['id']);
  const amount = whole(subject['net_amount']);
  if (orderId === null || amount === null) return null;
  const isRenewal = ['subscription_cycle', 'subscription_update'].includes(String(subject['billing_reason']));
  return {
    kind: 'payment',
    orderId,
    checkoutId: isRenewal ? null : text(subject['checkout_id']),
    currency: currencyOf(subject),
    amount,
    refunded: whole(subject['refunded_amount']) ?? '0',
    organization: organizationOf(subject),
  };
}

const isPaid = (subject: Json): boolean => subject['paid'] === true || ['paid', 'refunded', 'partially_refunded'].includes(String(subject['status']));

function refund(subject: Json): RefundTold | null {
  const refundId = text(subject['id']);
  const orderId = text(subject['order_id']);
  const amount = whole(subject['amount']);
  if (refundId === null || orderId === null || amount === null) return null;
  return { kind: 'refund', refundId, orderId, currency: currencyOf(subject), amount };
}

const organizationOf = (subject: Json): string | null =>
  text(asObject(subject['metadata'])['organization_id']) ??
  text(asObject(subject['customer'])['external_id']) ??
  text(subject['external_customer_id']) ??
  text(subject['customer_external_id']);

const currencyOf = (subject: Json): string => (text(subject['currency']) ?? 'unknown').toLowerCase();

const asObject = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});

/** Names become parts of stream names, so they are short and plain, or they are none. */
const text = (value: unknown): string | null => (typeof value === 'string' && /^[\w.:@+-]{1,128}$/.test(value) ? value : null);

const whole = (value: unknown): string | null => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? String(value) : null);
