/** The process that keeps the read models: follows the log and fills the tables until it is told to stop. */
import { EventLog, isLateAppendAnswer } from '../../libs/event-sourcing/event-log.js';
import { readConfig } from '../../libs/platform/config.js';
import { createLogger } from '../../libs/platform/logger.js';
import { runProcess } from '../../libs/platform/process.js';
import { startProjector } from './projector.js';

const config = readConfig(process.env);
const logger = createLogger(config.logLevel, 'projector');
if (!config.eventStoreUrl || !config.databaseUrl) {
  logger.fatal('set EVENTSTORE_URL and DATABASE_URL, or start everything with greatrouter up');
  process.exit(1);
}
const { eventStoreUrl, databaseUrl } = config;

await runProcess(
  logger,
  async () => {
    const log = new EventLog(eventStoreUrl);
    const projector = startProjector({ databaseUrl, log, logger });
    return { stop: () => projector.stop().then(() => log.close()) };
  },
  isLateAppendAnswer,
);
