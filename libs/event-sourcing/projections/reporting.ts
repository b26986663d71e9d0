/** Tells the process's log what its projections do; their figures are in the database (status.ts). */
import type { Logger } from '../../platform/logger.js';
import type { ProjectorObserver } from './projector.js';

export const reportingTo = (logger: Logger): ProjectorObserver => ({
  of: (projection) => ({
    opened: (epoch) => logger.debug({ projection, epoch: String(epoch) }, 'opened the checkpoint'),
    applied: ({ events, commitMs }) => logger.trace({ projection, events, commitMs }, 'applied a batch'),
    retrying: (error, waitMs) => logger.warn({ projection, waitMs, err: error }, 'a batch is tried again'),
    parked: ({ stream, revision, type }, error) =>
      logger.error({ projection, stream, revision: String(revision), type, err: error }, 'parked an event and what follows in its stream'),
    caughtUp: () => undefined,
  }),
  leading: (projection, leads) => logger.info({ projection }, leads ? 'leads the projection' : 'no longer leads the projection'),
  failed: (projection, error, waitMs) => logger.error({ projection, waitMs, err: error }, 'the projection stopped and will start again'),
});
