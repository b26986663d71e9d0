/**
 * Append 2. When the log does not answer, the ending is kept in memory and tried again until it is durable: the
 * caller is told that it was not (503), and never that it was.
 */
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Appended, CommandContext } from '../../event-sourcing/domain/event.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { LogUnavailable, RevisionConflict } from '../../event-sourcing/log-errors.js';
import { LOGGER, type Logger } from '../../platform/logger.js';
import type { RouteEvent } from '../domain/events.js';
import { isTerminal, revisionOfDecision, routeStream } from '../domain/terminal.js';

const retryEveryMs = 1_000;

@Injectable()
export class TerminalEvents implements OnApplicationShutdown {
  private readonly owed = new Set<Promise<unknown>>();
  private stopped = false;

  constructor(
    private readonly log: EventLog,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws LogUnavailable when it is not durable yet; it is still being tried. */
  async append(requestId: string, events: readonly RouteEvent[], context: CommandContext): Promise<Appended> {
    try {
      return await this.write(requestId, events, context);
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
      this.logger.error({ err: error, requestId }, 'the ending of a request is not durable yet; trying again');
      const later = this.retry(requestId, events, context).finally(() => this.owed.delete(later));
      this.owed.add(later);
      throw error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await Promise.allSettled(this.owed);
  }

  private async retry(requestId: string, events: readonly RouteEvent[], context: CommandContext): Promise<void> {
    while (!this.stopped) {
      await new Promise((resolve) => setTimeout(resolve, retryEveryMs));
      try {
        await this.write(requestId, events, context);
        return;
      } catch (error) {
        if (!(error instanceof LogUnavailable)) return this.logger.error({ err: error, requestId }, 'the ending of a request was refused');
      }
    }
  }

  private async write(requestId: string, events: readonly RouteEvent[], context: CommandContext): Promise<Appended> {
    try {
      return await this.log.append(routeStream(requestId), revisionOfDecision, events, context);
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      // The watchdog took this process for dead and ended the request: that ending stands.
      const ended = await this.endingOf(requestId);
      if (!ended) throw error;
      this.logger.warn({ requestId }, 'the request had been ended already');
      return ended;
    }
  }

  private async endingOf(requestId: string): Promise<Appended | null> {
    for await (const event of this.log.read(routeStream(requestId))) {
      if (isTerminal(event)) return { position: event.position.commit, revision: event.revision };
    }
    return null;
  }
}
