/** Starts every projection of the product in this process. */
import type { EventLog } from '../../libs/event-sourcing/event-log.js';
import { Housekeeping, keptFrom } from '../../libs/event-sourcing/projections/housekeeping.js';
import type { Projection } from '../../libs/event-sourcing/projections/projection.js';
import { Projector } from '../../libs/event-sourcing/projections/projector.js';
import { rebuild } from '../../libs/event-sourcing/projections/rebuild.js';
import { reportingTo } from '../../libs/event-sourcing/projections/reporting.js';
import type { Logger } from '../../libs/platform/logger.js';
import { Db } from '../../libs/platform/postgres.js';
import type { Running } from '../../libs/platform/process.js';
import { projections } from './projections.js';

export interface ProjectorOptions {
  readonly databaseUrl: string;
  /** Not closed by `stop`: it may be shared with the rest of the process. */
  readonly log: EventLog;
  readonly logger: Logger;
  readonly retentionDays: number;
}

export function startProjector({ databaseUrl, log, logger, retentionDays }: ProjectorOptions): Running {
  const db = new Db(databaseUrl, 1);
  const remake = async (projection: Projection, signal: AbortSignal) => {
    const { name, version } = projection;
    logger.info({ projection: name, version }, 'an earlier version made the projection: it is made anew from the log');
    const keepFrom = keptFrom(Date.now(), retentionDays);
    const { events, seconds } = await rebuild({ url: databaseUrl, log, storeId: await log.identity(), projection, swap: 'if-same', keepFrom, onProgress: () => signal.throwIfAborted() });
    logger.info({ projection: name, version, events, seconds }, 'made the projection anew');
  };
  const projector = new Projector(projections, { url: databaseUrl, log, storeId: () => log.identity(), observer: reportingTo(logger), remake });
  const housekeeping = new Housekeeping({
    db,
    projections,
    retentionDays,
    report: (dropped, error) => (error ? logger.warn({ err: error }, 'tidying failed and will be tried again') : logger.info({ dropped }, 'dropped what is no longer kept')),
  });
  projector.start();
  housekeeping.start();
  return {
    async stop() {
      await Promise.all([projector.stop(), housekeeping.stop()]);
      await db.close();
    },
  };
}
