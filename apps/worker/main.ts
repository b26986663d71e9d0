/** The process that acts on events: reactors, jobs and the watchdog. */
import { NestFactory } from '@nestjs/core';
import { LiveFolds } from '../../libs/event-sourcing/live-folds.js';
import type { Config } from '../../libs/platform/config.js';
import { createLogger } from '../../libs/platform/logger.js';
import { NestLogger } from '../../libs/platform/nest-logger.js';
import { runProcess } from '../../libs/platform/process.js';
import { WorkerModule } from './worker.module.js';

export function runWorker(config: Config): Promise<void> {
  const logger = createLogger(config.logLevel, 'worker');
  const start = async () => {
    const app = await NestFactory.createApplicationContext(WorkerModule.with(config, logger), { logger: new NestLogger(logger), abortOnError: false });
    await app.get(LiveFolds).start();
    return { stop: () => app.close() };
  };
  return runProcess(logger, start);
}
