/** Runs what-if replays in the worker, one at a time. */
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EventLog } from '../../event-sourcing/event-log.js';
import { Config } from '../../platform/config.js';
import { Queues } from '../../platform/queues.js';
import { Vault } from '../../platform/vault.js';
import { DeciderRegistry } from '../../routing/exports.js';
import { Replays } from '../read-model/replays.js';
import { runReplay } from './replay-job.js';
import { PastViews } from './past-views.js';
import { ReplayQueue, replayQueue, type ReplayWake } from './replay-queue.js';
import { Texts } from './texts.js';

@Injectable()
export class ReplayWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();

  constructor(
    private readonly log: EventLog,
    private readonly vault: Vault,
    private readonly queues: Queues,
    private readonly replays: Replays,
    private readonly queue: ReplayQueue,
    private readonly config: Config,
  ) {}

  /** Replays that were under way when the last worker ended are taken up again. */
  async onApplicationBootstrap(): Promise<void> {
    const replayer = { log: this.log, texts: new Texts(this.vault), deciders: new DeciderRegistry(), views: new PastViews(this.log, this.config) };
    this.queues.worker<ReplayWake>(replayQueue, ({ data }) => runReplay(replayer, this.replays, data.replayId, this.stopping.signal));
    for (const replayId of await this.replays.unfinished()) await this.queue.wake(replayId);
  }

  onApplicationShutdown(): void {
    this.stopping.abort();
  }
}
