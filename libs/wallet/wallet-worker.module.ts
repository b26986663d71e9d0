import { Inject, Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { EventLog } from '../event-sourcing/event-log.js';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { ProjectionProgress } from '../event-sourcing/projections/progress.js';
import { Reactors } from '../event-sourcing/reactors/reactors.js';
import { Config } from '../platform/config.js';
import { LOGGER, type Logger } from '../platform/logger.js';
import { publicAddresses } from '../platform/public-address.js';
import { Queues } from '../platform/queues.js';
import { BudgetTerms } from './budgets.js';
import { BudgetWatch } from './commands/budget-watch.js';
import { BudgetCorrector } from './commands/correct-budgets.js';
import { LeaseExpiry } from './commands/expire-lease.js';
import { LeaseWatch } from './commands/lease-watch.js';
import { NoticeRaiser } from './commands/raise-notices.js';
import { noticeQueue, noticeRetries, NoticeSender, type NoticeJob } from './commands/send-notices.js';
import { Wallets } from './commands/wallets.js';
import { NoticeSettings } from './notice-settings.js';
import { budgetReactor, noticeReactors, walletReactors } from './reactors.js';
import { SpendingQuery, spendingProjection } from './read-model/spending.js';

const noticesAtOnce = 4;
/** How long a warning waits for the spending to be counted, and for what is set to be known, before it is tried again. */
const countingPatienceMs = 5_000;

/** The wallets as the worker needs them: debits, credits, and leases whose holder died. */
@Module({
  providers: [
    { provide: Wallets, inject: [EventLog], useFactory: (log: EventLog) => new Wallets(log) },
    ProjectionProgress,
    SpendingQuery,
    { provide: BudgetTerms, inject: [LiveFolds], useFactory: createBudgetTerms },
    { provide: NoticeRaiser, inject: [EventLog, Wallets, BudgetTerms, SpendingQuery, ProjectionProgress, LiveFolds], useFactory: createNoticeRaiser },
    { provide: Reactors, inject: [Config, LOGGER, EventLog, Wallets, NoticeRaiser, BudgetTerms, Queues], useFactory: createReactors },
    { provide: LeaseWatch, inject: [EventLog, Wallets, LiveFolds, LOGGER], useFactory: createLeaseWatch },
    { provide: BudgetWatch, inject: [EventLog, LiveFolds, LOGGER], useFactory: createBudgetWatch },
  ],
})
export class WalletWorkerModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(LeaseWatch) private readonly leases: LeaseWatch,
    @Inject(BudgetWatch) private readonly budgets: BudgetWatch,
    @Inject(Reactors) private readonly reactors: Reactors,
  ) {}

  onApplicationBootstrap(): void {
    this.leases.lookout.start();
    this.budgets.lookout.start();
    this.reactors.start();
  }

  /** Before the log and the database are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.leases.lookout.stop();
    this.budgets.lookout.stop();
    await this.reactors.stop();
  }
}

// eslint-disable-next-line max-params -- a factory is given what it needs.
function createReactors(config: Config, logger: Logger, log: EventLog, wallets: Wallets, raiser: NoticeRaiser, terms: BudgetTerms, queues: Queues): Reactors {
  const queue = queues.queue<NoticeJob>(noticeQueue, noticeRetries);
  const sender = new NoticeSender(log, config.masterKey, publicAddresses(config.webhookAllow));
  queues.worker<NoticeJob>(noticeQueue, ({ data }) => sender.send(data), noticesAtOnce);
  const corrections = budgetReactor(new BudgetCorrector(log, (about) => terms.of(about)));
  return new Reactors([...walletReactors(log, wallets), corrections, ...noticeReactors(raiser, (job) => queue.add('notice', job, { jobId: job.id }))], {
    url: config.databaseUrl!,
    log,
    onFailure: (reactor, error, waitMs) => logger.error({ err: error, reactor, waitMs }, 'a reactor failed and tries again'),
  });
}

function createBudgetTerms(folds: LiveFolds): BudgetTerms {
  const terms = new BudgetTerms('budget-terms-of-worker');
  folds.register(terms);
  return terms;
}

function createNoticeRaiser(log: EventLog, wallets: Wallets, terms: BudgetTerms, spending: SpendingQuery, progress: ProjectionProgress, folds: LiveFolds): NoticeRaiser {
  const settings = new NoticeSettings();
  folds.register(settings);
  return new NoticeRaiser({
    log, wallets, spending,
    budgetsOf: (about) => terms.of(about),
    noticeTermsOf: async (orgId, asOf) => {
      if (!(await folds.waitFor(asOf, countingPatienceMs))) throw new Error('what is set for notices is not known yet');
      return settings.of(orgId);
    },
    counted: (position) => progress.reached(spendingProjection.name, position, countingPatienceMs),
  });
}

function createLeaseWatch(log: EventLog, wallets: Wallets, folds: LiveFolds, logger: Logger): LeaseWatch {
  const watch = new LeaseWatch(wallets, new LeaseExpiry(wallets, log), (error) => logger.error({ err: error }, 'a lease could not be expired'));
  folds.register(watch);
  return watch;
}

function createBudgetWatch(log: EventLog, folds: LiveFolds, logger: Logger): BudgetWatch {
  const caughtUp = async () => folds.waitFor(await log.head(), countingPatienceMs);
  const watch = new BudgetWatch(log, caughtUp, (error) => logger.error({ err: error }, 'a slice of a budget could not be expired'));
  folds.register(watch);
  return watch;
}
