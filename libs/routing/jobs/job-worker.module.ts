/** The worker's part of jobs: works them off, finds forgotten ones again, tells their organizations, forgets old results. */
import { Inject, Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ConfiguredHosts, MediaGateway, mediaOnlyHosts } from '../../inference/exports.js';
import { Config } from '../../platform/config.js';
import { LOGGER, type Logger } from '../../platform/logger.js';
import { Queues } from '../../platform/queues.js';
import { RequestRecord } from '../commands/request-record.js';
import { TerminalEvents } from '../commands/terminal-events.js';
import { LongWorkIntake } from './defer-work.js';
import { JobNotices } from './job-notices.js';
import { JobQueue, jobQueue, type JobWake } from './job-queue.js';
import { JobStore } from './job-store.js';
import { JobRunner } from './run-job.js';

const jobsAtOnce = 8;
/** Longest that one model may take. */
const attemptMs = 20 * 60_000;
const lookEveryMs = 30_000;
/** A worker that is silent for so long is dead: its jobs are given to the next. */
const silenceMs = 10_000;

@Module({
  providers: [
    JobStore,
    JobQueue,
    JobNotices,
    JobRunner,
    LongWorkIntake,
    TerminalEvents,
    RequestRecord,
    { provide: MediaGateway, inject: [Config], useFactory: ({ providers }: Config) => new MediaGateway(new ConfiguredHosts(providers, mediaOnlyHosts), { attemptMs }) },
  ],
})
export class JobWorkerModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly runner: JobRunner,
    private readonly jobs: JobStore,
    private readonly queue: JobQueue,
    private readonly queues: Queues,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.queues.worker<JobWake>(jobQueue, ({ data }) => this.runner.run(data.jobId, this.stopping.signal), jobsAtOnce, silenceMs);
    this.timer = setInterval(() => this.look(), lookEveryMs);
    this.look();
  }

  /** Before the queues wait for what is being worked at. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    await this.looking;
  }

  private look(): void {
    this.looking = this.looking
      .then(() => this.wakeForgotten())
      .catch((error: unknown) => this.logger.warn({ err: error }, 'forgotten jobs could not be looked for'));
  }

  private async wakeForgotten(): Promise<void> {
    await this.jobs.forgetExpired();
    for (const jobId of await this.jobs.unfinished()) await this.queue.wake(jobId);
  }
}
