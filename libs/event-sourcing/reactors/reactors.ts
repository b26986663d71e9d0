/**
 * Runs reactors: for each a connection that holds the advisory lock of its name, a subscription from its checkpoint,
 * and a checkpoint that moves when a batch is done. Several workers share them; when one dies, another takes over.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Position } from '../domain/event.js';
import type { Subscription, SubscriptionStart } from '../subscription.js';
import { realTimer } from '../timer.js';
import { batches, usualLimits, type Batch, type BatchLimits } from '../projections/batches.js';
import { backoffMs, CannotRun, Fenced } from '../projections/failure.js';
import { Session } from '../projections/projector.js';
import type { Reactor } from './reactor.js';

export interface ReactorLog {
  follow(options: SubscriptionStart): Subscription;
  /** What positions belong to; null while the log is empty. */
  identity(): Promise<string | null>;
}

export interface ReactorsOptions {
  /** The database of the checkpoints. */
  readonly url: string;
  readonly log: ReactorLog;
  /** Something failed; it is tried again after the wait, milliseconds. */
  onFailure(reactor: string, error: unknown, waitMs: number): void;
}

/**
 * The first event after a pause is handled at once. Under load, batches are so far apart that what each costs (an append
 * for every wallet in it, and what follows from that) is shared by many events: nobody is promised a debit sooner, and
 * what may be spent is guarded by leases, not by debits.
 */
const limits: BatchLimits = { ...usualLimits, events: 500, quietMs: 2, paceMs: 150 };
const lookAgainMs = 1_000;
/** What a worker that dies may bring again; effects bear that, and a write for every batch costs more than most of them. */
const checkpointEveryMs = 250;

export class Reactors {
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly reactors: readonly Reactor[],
    private readonly options: ReactorsOptions,
  ) {}

  start(): void {
    this.running = Promise.all(this.reactors.map((reactor) => this.keepRunning(reactor)));
  }

  /** Resolves when nothing of it runs any more. A batch that is being handled is finished. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async keepRunning(reactor: Reactor): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted; failures++) {
      const startedAt = performance.now();
      try {
        await this.leadOnce(reactor);
      } catch (error) {
        if (performance.now() - startedAt > 30_000) failures = 0;
        const waitMs = backoffMs(failures, Math.random());
        this.options.onFailure(reactor.name, error, waitMs);
        await this.sleep(waitMs);
      }
    }
  }

  private async leadOnce(reactor: Reactor): Promise<void> {
    const session = await Session.connect(this.options.url);
    try {
      while (!this.stopping.signal.aborted) {
        if (await session.tryLock(`reactor ${reactor.name}`)) return await this.lead(reactor, session);
        await this.sleep(lookAgainMs);
      }
    } finally {
      await session.end();
    }
  }

  private async lead(reactor: Reactor, session: Session): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, ended.signal]);
    const beating = session.beat(signal);
    session.onLost(() => ended.abort());
    let failure: unknown;
    const checkpoint = await Checkpoint.open(session.client, { reactor: reactor.name, storeId: await this.options.log.identity() }, (error) => {
      failure = error;
      ended.abort();
    });
    const subscription = this.options.log.follow({ types: reactor.types, ...(checkpoint.position ? { from: checkpoint.position } : {}) });
    const stop = () => void subscription.unsubscribe();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const batch of batches(subscription.chunks(), limits, realTimer)) {
        if (signal.aborted) break;
        await this.handle(reactor, batch, checkpoint);
      }
      await checkpoint.save();
    } finally {
      checkpoint.close();
      signal.removeEventListener('abort', stop);
      await subscription.unsubscribe();
      ended.abort();
      await beating;
    }
    if (failure !== undefined) throw failure;
    if (session.lost) throw session.lost;
  }

  private async handle(reactor: Reactor, { events, position }: Batch, checkpoint: Checkpoint): Promise<void> {
    if (events.length > 0) await reactor.handle(events);
    if (position) checkpoint.reach(position, checkpointEveryMs);
  }

  private sleep(ms: number): Promise<void> {
    return pause(ms, undefined, { signal: this.stopping.signal }).then(
      () => undefined,
      () => undefined,
    );
  }
}

/** How far a reactor has come. Whoever opens it shuts out whoever had it before. */
class Checkpoint {
  private saved: Position | null;
  private timer: NodeJS.Timeout | null = null;

  private constructor(
    private readonly client: pg.Client,
    private readonly reactor: string,
    private readonly epoch: string,
    public position: Position | null,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.saved = position;
  }

  /** @param onFailure a position could not be saved: somebody else has the reactor, or the connection is gone. */
  static async open(client: pg.Client, { reactor, storeId }: { reactor: string; storeId: string | null }, onFailure: (error: unknown) => void): Promise<Checkpoint> {
    const { rows } = await client.query<{ store_id: string | null; epoch: string; commit_position: string | null; prepare_position: string | null }>(
      `INSERT INTO reactor_checkpoints AS c (reactor, store_id) VALUES ($1, $2)
       ON CONFLICT (reactor) DO UPDATE SET epoch = c.epoch + 1, store_id = coalesce(c.store_id, excluded.store_id)
       RETURNING store_id, epoch, commit_position, prepare_position`,
      [reactor, storeId],
    );
    const { store_id: filledFrom, epoch, commit_position: commit, prepare_position: prepare } = rows[0]!;
    if (storeId !== null && filledFrom !== storeId) {
      throw new CannotRun(`reactor ${reactor} stands in another event log (${filledFrom}) than this one (${storeId}): use that log, or another database`);
    }
    return new Checkpoint(client, reactor, epoch, commit === null ? null : { commit: BigInt(commit), prepare: BigInt(prepare!) }, onFailure);
  }

  /** Notes a position, which is saved before long. */
  reach(position: Position, withinMs: number): void {
    this.position = position;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.save().catch((error: unknown) => this.onFailure(error));
    }, withinMs);
  }

  /** @throws Fenced when another worker has it. */
  async save(): Promise<void> {
    const { position } = this;
    if (!position || position === this.saved) return;
    const { rowCount } = await this.client.query('UPDATE reactor_checkpoints SET commit_position = $3, prepare_position = $4, updated_at = now() WHERE reactor = $1 AND epoch = $2', [
      this.reactor,
      this.epoch,
      position.commit.toString(),
      position.prepare.toString(),
    ]);
    if (rowCount !== 1) throw new Fenced(this.reactor);
    this.saved = position;
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
  }
}
