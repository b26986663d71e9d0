/** `greatrouter eventstore`: the embedded event log in a process of its own. */
import { join } from 'node:path';
import { create } from '../../eventstore/embedded/index.js';
import type { Config } from '../../libs/platform/config.js';
import { createLogger, type Logger } from '../../libs/platform/logger.js';
import { runProcess } from '../../libs/platform/process.js';

/** Set by a supervisor that starts the node again where its clients look for it. */
const portSetting = 'EVENTSTORE_PORT';

export function runEventStore(config: Config): Promise<void> {
  const logger = createLogger(config.logLevel, 'eventstore');
  return runProcess(logger, async () => {
    const node = await create({ dir: join(config.dataDir, 'eventstore'), port: Number(process.env[portSetting] ?? 0), mode: 'same-thread' }).listen();
    logger.info({ connectionString: node.connectionString }, 'listening');
    // A failed commit stops the node; whoever supervises this process starts another.
    void node.stopped.then((error) => error instanceof Error && fail(logger, error));
    return { stop: () => node.close(), details: { connectionString: node.connectionString } };
  });
}

function fail(logger: Logger, error: Error): void {
  logger.fatal({ err: error }, 'the event log has failed');
  process.exit(1);
}
