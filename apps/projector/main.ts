/** The process that keeps the read models: follows the log and fills the tables until it is told to stop. */
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import type { Config } from '../../libs/platform/config.js';
import { createLogger } from '../../libs/platform/logger.js';
import { runProcess } from '../../libs/platform/process.js';
import { startProjector } from './projector.js';

export function runProjector(config: Config): Promise<void> {
  const logger = createLogger(config.logLevel, 'projector');
  const start = async () => {
    const log = new EventLog(config.eventStoreUrl!);
    const projector = startProjector({ databaseUrl: config.databaseUrl!, log, logger, retentionDays: config.logRetentionDays });
    return { stop: () => projector.stop().then(() => log.close()) };
  };
  return runProcess(logger, start);
}
