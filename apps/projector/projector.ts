/** Starts every projection of the product in this process. */
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import { Projector } from '../../libs/event-sourcing/projections/projector.js';
import { reportingTo } from '../../libs/event-sourcing/projections/reporting.js';
import type { Logger } from '../../libs/platform/logger.js';
import type { Running } from '../../libs/platform/process.js';
import { projections } from './projections.js';

/** @param log is not closed by `stop`: it may be shared with the rest of the process. */
export function startProjector({ databaseUrl, log, logger }: { databaseUrl: string; log: EventLog; logger: Logger }): Running {
  const projector = new Projector(projections, { url: databaseUrl, log, storeId: () => log.identity(), observer: reportingTo(logger) });
  projector.start();
  return { stop: () => projector.stop() };
}
