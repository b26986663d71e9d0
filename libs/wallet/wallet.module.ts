import { randomUUID } from 'node:crypto';
import { Inject, Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PointsOfThePast } from '../event-sourcing/as-of.js';
import { EventLog } from '../event-sourcing/event-log.js';
import { RecentWrites } from '../event-sourcing/projections/recent-writes.js';
import { LiveFolds, type LiveFold } from '../event-sourcing/live-folds.js';
import { Config } from '../platform/config.js';
import { LOGGER, type Logger } from '../platform/logger.js';
import { thisProcess } from '../platform/served-by.js';
import { Budgets, BudgetTerms } from './budgets.js';
import { LeaseExpiry } from './commands/expire-lease.js';
import { DeliveryReceiver } from './commands/receive-delivery.js';
import { Wallets } from './commands/wallets.js';
import { walletEventTypes } from './domain/events.js';
import { Holds } from './holds.js';
import { BillingController } from './http/billing.controller.js';
import { PolarSignatures } from './http/polar-signature.js';
import { PolarWebhookController } from './http/polar-webhook.controller.js';
import { WalletController } from './http/wallet.controller.js';
import { walletProjection } from './read-model/ledger.js';
import { ParkedPurchases } from './read-model/parked-purchases.js';
import { PastWallets } from './read-model/past-wallets.js';
import { SpendingQuery } from './read-model/spending.js';
import { WalletQuery } from './read-model/wallet-query.js';

/** How long a lease outlives a silent process: what a kill -9 keeps away from the wallet, at most. */
const leaseMs = 20_000;
/** How long a request waits for money that others are about to give back, before it is refused. */
const patienceMs = 1_000;
/** How long a slice of a budget outlives a silent process. Longer, as a budget has many: a wallet has one lease. */
const sliceMs = 60_000;
/** This process, and this start of it. */
const holder = `api-${randomUUID()}`;

/** The wallets as the API process needs them: holds for requests, reads, and the deliveries of the payment provider. */
@Module({
  controllers: [WalletController, BillingController, PolarWebhookController],
  providers: [
    WalletQuery,
    PastWallets,
    PointsOfThePast,
    ParkedPurchases,
    SpendingQuery,
    DeliveryReceiver,
    { provide: PolarSignatures, inject: [Config], useFactory: (config: Config) => new PolarSignatures(config.polarWebhookSecrets) },
    { provide: Wallets, inject: [EventLog], useFactory: (log: EventLog) => new Wallets(log) },
    { provide: LeaseExpiry, inject: [Wallets, EventLog], useFactory: (wallets: Wallets, log: EventLog) => new LeaseExpiry(wallets, log) },
    { provide: BudgetTerms, inject: [LiveFolds], useFactory: createBudgetTerms },
    { provide: Budgets, inject: [EventLog, BudgetTerms, LOGGER], useFactory: createBudgets },
    { provide: Holds, inject: [Config, LOGGER, Wallets, LeaseExpiry, Budgets, LiveFolds], useFactory: createHolds },
  ],
  exports: [Holds, Wallets, WalletQuery],
})
export class WalletModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(Holds) private readonly holds: Holds,
    recent: RecentWrites,
  ) {
    recent.watch(walletProjection);
  }

  onApplicationBootstrap(): void {
    this.holds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.holds.stop();
  }
}

 
function createBudgetTerms(folds: LiveFolds): BudgetTerms {
  const terms = new BudgetTerms();
  folds.register(terms);
  return terms;
}

function createBudgets(log: EventLog, terms: BudgetTerms, logger: Logger): Budgets {
  return new Budgets(log, terms, { holder: thisProcess, sliceMs, idleMs: leaseMs, now: Date.now, onError: (error) => logger.error({ err: error }, 'a budget could not be given back') });
}

 
function createHolds(config: Config, logger: Logger, wallets: Wallets, expiry: LeaseExpiry, budgets: Budgets, folds: LiveFolds): Holds {
  const holds = new Holds(wallets, budgets, {
    billing: config.billing,
    holder,
    leaseMs,
    patienceMs,
    now: Date.now,
    after: (ms, work) => void setTimeout(work, ms).unref(),
    reclaim: (orgId, state) => {
      const commandId = randomUUID();
      return expiry.expireAll(orgId, state, { orgId, actor: 'system:holds', commandId, correlationId: commandId, at: new Date().toISOString() });
    },
    onError: (error) => logger.error({ err: error }, 'a lease could not be looked after'),
  });
  // Without a snapshot: a fold is told of nothing older than its process needs, for wallets are read when they are asked for.
  const fold: LiveFold = { name: 'holds', version: '1', types: walletEventTypes, apply: (event) => holds.apply(event), snapshot: () => null, restore: () => undefined };
  folds.register(fold);
  return holds;
}
