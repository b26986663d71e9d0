import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EventLog } from '../event-sourcing/event-log.js';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { LOGGER, type Logger } from '../platform/logger.js';
import { LeaseExpiry } from './commands/expire-lease.js';
import { LeaseWatch } from './commands/lease-watch.js';
import { Wallets } from './commands/wallets.js';
import { walletReactors } from './reactors.js';

/** Injection token: the reactors of wallets, for the process that runs reactors. */
export const WALLET_REACTORS = Symbol('wallet reactors');

/** The wallets as the worker needs them: debits, credits, and leases whose holder died. */
@Module({
  providers: [
    { provide: Wallets, inject: [EventLog], useFactory: (log: EventLog) => new Wallets(log) },
    { provide: WALLET_REACTORS, inject: [EventLog, Wallets], useFactory: walletReactors },
    { provide: LeaseWatch, inject: [EventLog, Wallets, LiveFolds, LOGGER], useFactory: createLeaseWatch },
  ],
  exports: [WALLET_REACTORS],
})
export class WalletWorkerModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(LeaseWatch) private readonly watch: LeaseWatch) {}

  onApplicationBootstrap(): void {
    this.watch.start();
  }

  onApplicationShutdown(): void {
    this.watch.stop();
  }
}

function createLeaseWatch(log: EventLog, wallets: Wallets, folds: LiveFolds, logger: Logger): LeaseWatch {
  const watch = new LeaseWatch(wallets, new LeaseExpiry(wallets, log), (error) => logger.error({ err: error }, 'a lease could not be expired'));
  folds.register(watch);
  return watch;
}
