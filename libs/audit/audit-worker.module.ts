/** The worker's part of audit: grows the Merkle tree, signs its heads, keeps snapshots for replays. */
import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EventLog } from '../event-sourcing/event-log.js';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { Config } from '../platform/config.js';
import { LOGGER, type Logger } from '../platform/logger.js';
import { Vault } from '../platform/vault.js';
import { ForgottenKeys } from './read-model/forgotten-keys.js';
import { Replays } from './read-model/replays.js';
import { ReplayQueue } from './replay/replay-queue.js';
import { ReplayWorker } from './replay/replay-worker.js';
import { SnapshottedView } from './replay/snapshotted-view.js';
import { HeadSigner } from './tree/head-signer.js';
import { TileStore } from './tree/tile-store.js';
import { TreeKeeper } from './tree/tree-keeper.js';

const lookEveryMs = 1_000;
const signEveryMs = 60_000;

@Module({ providers: [TileStore, Replays, ReplayQueue, ReplayWorker] })
export class AuditWorkerModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly keeper: TreeKeeper;
  private readonly signer: HeadSigner;
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private growing: Promise<void> = Promise.resolve();
  private signedAt = -Infinity;

  constructor(
    log: EventLog,
    store: TileStore,
    folds: LiveFolds,
    config: Config,
    vault: Vault,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.keeper = new TreeKeeper(log, store);
    this.signer = new HeadSigner(log, config.masterKey, config.auditCheckpoint);
    folds.register(new ForgottenKeys(vault));
    folds.register(new SnapshottedView(log, config.dataDir));
  }

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.growing;
  }

  private schedule(): void {
    if (this.stopping.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.growing = this.grow()
        .catch((error: unknown) => this.logger.error({ err: error }, 'the Merkle tree could not grow'))
        .then(() => this.schedule());
    }, lookEveryMs);
  }

  private async grow(): Promise<void> {
    const tree = await this.keeper.catchUp(this.stopping.signal);
    if (tree.size === 0 || performance.now() - this.signedAt < signEveryMs) return;
    const head = await this.signer.sign(tree, new Date().toISOString());
    this.signedAt = performance.now();
    if (head) this.logger.info({ size: head.size, root: head.rootHash }, 'signed a tree head');
  }
}
