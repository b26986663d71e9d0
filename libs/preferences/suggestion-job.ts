/** Computes the suggestions of every active organization again, now and then; one worker at a time does it. */
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, type Logger } from '../platform/logger.js';
import { Db } from '../platform/postgres.js';
import { Suggestions } from './read-model/suggestions.js';

const everyMs = 10 * 60_000;
/** Looked back a little further than the time between two runs, so that nothing falls between them. */
const activeMs = 2 * everyMs;

@Injectable()
export class SuggestionJob implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Db,
    private readonly suggestions: Suggestions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => (this.running = this.run()), everyMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** What another worker is doing already is left to it. */
  async run(): Promise<void> {
    try {
      await this.db.transaction(async (tx) => {
        const [lock] = await tx.query<{ mine: boolean }>(`SELECT pg_try_advisory_xact_lock(hashtextextended('preference suggestions', 0)) AS mine`);
        if (!lock!.mine) return;
        for (const orgId of await this.suggestions.active(new Date(Date.now() - activeMs))) await this.suggestions.compute(orgId);
      });
    } catch (error) {
      this.logger.warn({ err: error }, 'preference suggestions were not computed');
    }
  }
}
