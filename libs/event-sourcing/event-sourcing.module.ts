import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { join } from 'node:path';
import { Config } from '../platform/config.js';
import { LOGGER, type Logger } from '../platform/logger.js';
import { EventLog } from './event-log.js';
import { LiveFolds } from './live-folds.js';

/** How often the folds' snapshots are written, so that a start after a crash refolds a minute's events. */
const snapshotEveryMs = 60_000;

/** The log and this process's live folds. `config.eventStoreUrl` must be set by now. One per process. */
@Global()
@Module({
  providers: [
    { provide: EventLog, inject: [Config], useFactory: (config: Config) => new EventLog(config.eventStoreUrl!) },
    {
      provide: LiveFolds,
      inject: [EventLog, Config, LOGGER],
      useFactory: (log: EventLog, config: Config, logger: Logger) =>
        new LiveFolds(log, join(config.dataDir, 'snapshots'), (error) => logger.error({ err: error }, 'a live fold failed')),
    },
  ],
  exports: [EventLog, LiveFolds],
})
export class EventSourcingModule implements OnApplicationShutdown {
  private readonly snapshots: NodeJS.Timeout;

  constructor(
    private readonly log: EventLog,
    private readonly folds: LiveFolds,
  ) {
    this.snapshots = setInterval(() => void this.folds.save().catch(() => {}), snapshotEveryMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.snapshots);
    await this.folds.stop();
    await this.log.close();
  }
}
