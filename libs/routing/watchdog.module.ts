import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EventLog } from '../event-sourcing/event-log.js';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { LOGGER, type Logger } from '../platform/logger.js';
import { isGone } from '../platform/served-by.js';
import { endOrphan, OpenRequests, orphans } from './watchdog.js';

const lookEveryMs = 2_000;

/** Looks for orphaned requests, every two seconds, in the worker. */
@Module({ providers: [OpenRequests] })
export class WatchdogModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    folds: LiveFolds,
    private readonly open: OpenRequests,
    private readonly log: EventLog,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    folds.register(open);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => (this.looking = this.looking.then(() => this.look())), lookEveryMs);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    for (const orphan of orphans(this.open.all(), Date.now(), isGone)) {
      try {
        const ended = await endOrphan(this.log, orphan, new Date().toISOString());
        if (ended) this.logger.warn({ requestId: orphan.requestId, servedBy: orphan.servedBy }, 'ended a request whose process is gone');
      } catch (error) {
        this.logger.error({ err: error, requestId: orphan.requestId }, 'an orphaned request could not be ended');
      }
    }
  }
}
