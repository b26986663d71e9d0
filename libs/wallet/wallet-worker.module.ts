import { Inject, Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { EventLog } from '../event-sourcing/event-log.js';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { Reactors } from '../event-sourcing/reactors/reactors.js';
import { Config } from '../platform/config.js';
import { LOGGER, type Logger } from '../platform/logger.js';
import { LeaseExpiry } from './commands/expire-lease.js';
import { LeaseWatch } from './commands/lease-watch.js';
import { Wallets } from './commands/wallets.js';
import { walletReactors } from './reactors.js';

/** The wallets as the worker needs them: debits, credits, and leases whose holder died. */
@Module({
  providers: [
    { provide: Wallets, inject: [EventLog], useFactory: (log: EventLog) => new Wallets(log) },
    { provide: Reactors, inject: [Config, LOGGER, EventLog, Wallets], useFactory: createReactors },
    { provide: LeaseWatch, inject: [EventLog, Wallets, LiveFolds, LOGGER], useFactory: createLeaseWatch },
  ],
})
export class WalletWorkerModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(LeaseWatch) private readonly watch: LeaseWatch,
    @Inject(Reactors) private readonly reactors: Reactors,
  ) {}

  onApplicationBootstrap(): void {
    this.watch.start();
    this.reactors.start();
  }

  /** Before the log and the database are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.watch.stop();
    await this.reactors.stop();
  }
}

function createReactors(config: Config, logger: Logger, log: EventLog, wallets: Wallets): Reactors {
  return new Reactors(walletReactors(log, wallets), {
    url: config.databaseUrl!,
    log,
    onFailure: (reactor, error, waitMs) => logger.error({ err: error, reactor, waitMs }, 'a reactor failed and tries again'),
  });
}

function createLeaseWatch(log: EventLog, wallets: Wallets, folds: LiveFolds, logger: Logger): LeaseWatch {
  const watch = new LeaseWatch(wallets, new LeaseExpiry(wallets, log), (error) => logger.error({ err: error }, 'a lease could not be expired'));
  folds.register(watch);
  return watch;
}
