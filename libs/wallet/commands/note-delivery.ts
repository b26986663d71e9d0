/**
 * From verified deliveries of the payment provider to purchases. Each step may be done again: a purchase knows what it
 * was told, so the same delivery twice, late, or in another order comes to the same sum.
 */
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { CommandContext, Recorded, StreamName } from '../../event-sourcing/domain/event.js';
import type { OrgId } from '../../identity/domain/caller.js';
import type { PaymentTold, PolarDeliveryReceived, RefundTold } from '../domain/polar.js';
import { fromUsCents, purchase, type Purchase, type PurchaseCommand, type PurchaseEvent } from '../domain/purchase.js';

type PurchaseLog = Pick<EventLog, 'decide' | 'exists'>;

const purchaseOf = (purchaseId: string): StreamName => `purchase-${purchaseId}`;

export class DeliveryNoter {
  constructor(private readonly log: PurchaseLog) {}

  async note(event: Recorded): Promise<void> {
    const { facts } = event.data as PolarDeliveryReceived;
    if (facts.kind === 'payment') await this.payment(facts, event);
    else await this.refund(facts, event);
  }

  private async payment(told: PaymentTold, event: Recorded): Promise<void> {
    const purchaseId = told.checkoutId ?? told.orderId!;
    const waiting = told.checkoutId !== null && told.orderId !== null ? await this.link(told.orderId, told.checkoutId, event) : null;
    await this.tell(purchaseId, event, {
      type: 'NotePayment',
      purchaseId,
      orgId: await this.known(told.organization),
      organization: told.organization,
      currency: told.currency,
      amount: BigInt(told.amount),
      refunded: BigInt(told.refunded),
    });
    for (const [refundId, amount] of waiting?.refunds ?? []) await this.tell(purchaseId, event, { type: 'NoteRefund', purchaseId, refundId, amount });
  }

  /** An order that came by a checkout points to it from now on; refunds that came before it are told there. */
  private link(orderId: string, checkoutId: string, event: Recorded): Promise<Purchase> {
    return this.tell(orderId, event, { type: 'LinkOrder', orderId, purchaseId: checkoutId });
  }

  private async refund(told: RefundTold, event: Recorded): Promise<void> {
    if (told.currency !== 'usd') return;
    const command = (purchaseId: string): PurchaseCommand => ({ type: 'NoteRefund', purchaseId, refundId: told.refundId, amount: fromUsCents(BigInt(told.amount)) });
    const { linkedTo } = await this.tell(told.orderId, event, command(told.orderId));
    if (linkedTo !== null) await this.tell(linkedTo, event, command(linkedTo));
  }

  private async tell(purchaseId: string, event: Recorded, command: PurchaseCommand): Promise<Purchase> {
    const context: CommandContext = {
      orgId: null,
      actor: 'system:payments',
      commandId: `${event.id} ${command.type} ${'refundId' in command ? command.refundId : ''}`,
      correlationId: event.metadata.$correlationId,
      causationId: event.id,
      at: event.metadata.at,
    };
    const { state } = await this.log.decide<Purchase, PurchaseCommand, PurchaseEvent>(purchaseOf(purchaseId), purchase, command, context);
    return state;
  }

  /** The organization, when there is one of that name: its stream has a beginning. */
  private async known(organization: string | null): Promise<OrgId | null> {
    return organization !== null && (await this.log.exists(`org-${organization}`)) ? (organization as OrgId) : null;
  }
}
