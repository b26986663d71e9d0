/**
 * What the worker does for wallets. Each reactor is given events of its types in the order of the log, at least once,
 * with its own checkpoint: a rebuild of a read model never debits twice, and a reactor that is behind is only late.
 */
import { EventLog } from '../event-sourcing/event-log.js';
import type { Recorded } from '../event-sourcing/domain/event.js';
import { DeliveryNoter } from './commands/note-delivery.js';
import { PaymentSettler, paymentTypes } from './commands/settle-payments.js';
import { UsageSettler } from './commands/settle-usage.js';
import type { Wallets } from './commands/wallets.js';
import { usageTypes } from './domain/usage.js';

export interface Reactor {
  /** Also the name of its checkpoint. */
  readonly name: string;
  readonly types: readonly string[];
  /** Must have done everything when it resolves; may be given the same events again. */
  handle(events: readonly Recorded[]): Promise<void>;
}

export function walletReactors(log: EventLog, wallets: Wallets): readonly Reactor[] {
  const usage = new UsageSettler(wallets, log);
  const deliveries = new DeliveryNoter(log);
  const payments = new PaymentSettler(wallets, log);
  return [
    { name: 'wallet-usage', types: usageTypes, handle: (events) => usage.settle(events) },
    { name: 'wallet-deliveries', types: ['PolarDeliveryReceived'], handle: oneByOne((event) => deliveries.note(event)) },
    { name: 'wallet-payments', types: paymentTypes, handle: oneByOne((event) => payments.settle(event)) },
  ];
}

const oneByOne = (handle: (event: Recorded) => Promise<void>) => async (events: readonly Recorded[]): Promise<void> => {
  for (const event of events) await handle(event);
};
