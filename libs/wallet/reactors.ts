/**
 * What the worker does for wallets: debits from the ends of requests, purchases from deliveries, credits from
 * purchases. Each bears being given the same events again, and a reactor that is behind is only late.
 */
import { EventLog } from '../event-sourcing/event-log.js';
import type { Recorded } from '../event-sourcing/domain/event.js';
import type { Reactor } from '../event-sourcing/reactors/reactor.js';
import { lateCostTypes, type BudgetCorrector } from './commands/correct-budgets.js';
import { DeliveryNoter } from './commands/note-delivery.js';
import type { NoticeRaiser } from './commands/raise-notices.js';
import { jobOf, type NoticeJob } from './commands/send-notices.js';
import { PaymentSettler, paymentTypes } from './commands/settle-payments.js';
import { UsageSettler } from './commands/settle-usage.js';
import type { Wallets } from './commands/wallets.js';
import { noticeTypes } from './domain/notice.js';
import { usageTypes } from './domain/usage.js';

/** From the events of wallets to notices, and from notices to whoever sends them. */
export function noticeReactors(raiser: NoticeRaiser, enqueue: (job: NoticeJob) => Promise<unknown>): readonly Reactor[] {
  return [
    { name: 'wallet-notices', types: ['WalletDebited', 'WalletRefunded', 'WalletAdjusted'], handle: (events) => raiser.raise(events) },
    { name: 'notice-sending', types: noticeTypes, handle: oneByOne(async (event) => void (await enqueue(jobOf(event)))) },
  ];
}

/** Costs that came late, against the budgets they belong to. */
export const budgetReactor = (corrector: BudgetCorrector): Reactor => ({ name: 'budget-corrections', types: lateCostTypes, handle: oneByOne((event) => corrector.correct(event)) });

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
