/**
 * Leads projections: for each one a connection that holds the advisory lock of its name and also makes its commits,
 * so losing the lock and losing the ability to write are one event. Several processes share the projections; when
 * one dies, PostgreSQL lets its locks go and another takes over at its next look.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Subscription, SubscriptionStart } from '../subscription.js';
import { realTimer } from '../timer.js';
import type { BatchLimits } from './batches.js';
import { CommitGroup } from './commit-group.js';
import type { Environment, Observer } from './committer.js';
import { backoffMs, CannotRun, failureClass, Outdated } from './failure.js';
import { PostgresStore } from './postgres-store.js';
import type { Projection } from './projection.js';
import { run } from './run.js';

/** The log as projections need it; EventLog is one. */
export interface ProjectionLog {
  /** A subscription of its own. */
  subscribe(options: SubscriptionStart): Subscription;
  /** The one that this process shares among its readers. */
  follow(options: SubscriptionStart): Subscription;
}

/** What a projector tells the outside: metrics and logs. */
export interface ProjectorObserver {
  of(projection: string): Observer;
  /** It leads from here on, or no longer. */
  leading(projection: string, leads: boolean): void;
  /** The run ended; it starts again after the wait. */
  failed(projection: string, error: unknown, waitMs: number): void;
}

export interface ProjectorOptions {
  readonly url: string;
  readonly log: ProjectionLog;
  /** Identity of the log, read when a run starts; null while it is empty. */
  readonly storeId: () => Promise<string | null>;
  readonly observer: ProjectorObserver;
  /** Makes tables of an earlier version anew, at once; called by whoever leads the projection. Rejects when the signal ends it. */
  remake(projection: Projection, signal: AbortSignal): Promise<void>;
  readonly limits?: BatchLimits;
}

/** How often a process that does not lead looks again. */
const lookAgainMs = 1_000;
/** Every projection already led makes a process hesitate a little, so that several share them. */
const hesitationMs = 200;
const mostHesitationMs = 2_000;
/** How long the database keeps the lock of a machine that vanished: idle, then three unanswered probes, a second apart. */
const keepalives = { idleS: 3, intervalS: 1, count: 3 };
const heartbeatMs = 2_000;
const heartbeatPatienceMs = 15_000;

export class Projector {
  private readonly stopping = new AbortController();
  private readonly group = new CommitGroup(() => Session.connect(this.options.url));
  private running: Promise<unknown> = Promise.resolve();
  private leads = 0;

  constructor(
    private readonly projections: readonly Projection[],
    private readonly options: ProjectorOptions,
  ) {}

  start(): void {
    this.running = Promise.all(this.projections.map((projection) => this.keepRunning(projection)));
  }

  /** Resolves when nothing of it runs any more. A batch that is being committed is committed. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.group.close();
  }

  private async keepRunning(projection: Projection): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted; ) {
      const startedAt = performance.now();
      try {
        await this.leadOnce(projection);
      } catch (error) {
        failures = performance.now() - startedAt > 30_000 ? 0 : failures + 1;
        const waitMs = error instanceof CannotRun ? 5_000 : backoffMs(failures, Math.random());
        this.options.observer.failed(projection.name, error, waitMs);
        await this.sleep(waitMs);
      }
    }
  }

  private async leadOnce(projection: Projection): Promise<void> {
    const session = await Session.connect(this.options.url);
    try {
      while (!this.stopping.signal.aborted) {
        if (await session.tryLock(`projection ${projection.name}`)) return await this.lead(projection, session);
        await this.sleep(lookAgainMs + hesitation(this.leads));
      }
    } finally {
      await session.end();
    }
  }

  private async lead(projection: Projection, session: Session): Promise<void> {
    this.leads += 1;
    this.options.observer.leading(projection.name, true);
    const ended = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, ended.signal]);
    const beating = session.beat(signal);
    session.onLost(() => ended.abort());
    try {
      const storeId = await this.options.storeId();
      await run({
        projection,
        store: new PostgresStore(session.client, { projection, slot: 'live', storeId, group: this.group }),
        subscribe: (from, types) => this.options.log.follow({ types, ...(from ? { from } : {}) }),
        observer: this.options.observer.of(projection.name),
        environment: { ...realEnvironment, sleep: (ms) => sleepUntil(ms, signal) },
        timer: realTimer,
        signal,
        ...(this.options.limits ? { limits: this.options.limits } : {}),
      });
      if (session.lost) throw session.lost;
    } catch (error) {
      if (error instanceof Outdated) return await this.remake(projection, signal);
      // Somebody else took the epoch: the draining of parked events, or a rebuild. Look at the checkpoint again.
      if (failureClass(error) !== 'fenced') throw error;
    } finally {
      ended.abort();
      await beating;
      this.leads -= 1;
      this.options.observer.leading(projection.name, false);
    }
  }

  private async remake(projection: Projection, signal: AbortSignal): Promise<void> {
    try {
      await this.options.remake(projection, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  private sleep(ms: number): Promise<void> {
    return sleepUntil(ms, this.stopping.signal);
  }
}

const hesitation = (leads: number): number => Math.min(leads * hesitationMs, mostHesitationMs);

/**
 * The longest that a projection is led by nobody, milliseconds, as the settings have it: the database notices that the
 * leader's machine is gone (a process that dies is noticed at once), and a standby looks once more.
 * @param led how many projections the standby leads already.
 */
export const mostTakeoverMs = (led: number): number => (keepalives.idleS + keepalives.intervalS * keepalives.count) * 1_000 + lookAgainMs + hesitation(led);

const sleepUntil = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, undefined, { signal }).then(
  () => undefined,
  () => undefined,
);

export const realEnvironment: Omit<Environment, 'sleep'> = { chance: Math.random, now: () => performance.now() };

/** One connection of a projection: its lock, its commits, its heartbeat. */
export class Session {
  lost: Error | null = null;
  private listener = (): void => undefined;

  private constructor(readonly client: pg.Client) {
    client.on('error', (error) => this.lose(error));
    client.on('end', () => this.lose(new Error('Connection terminated')));
  }

  static async connect(url: string): Promise<Session> {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      application_name: 'greatrouter projector',
      // Commits do not wait for the disk: what a crash of the server takes back, the log gives again from the checkpoint
      // that was taken back with it (docs/decisions/0008-read-models-without-waiting.md).
      // The server notices a machine that vanished within six seconds and lets its lock go.
      options: `-c TimeZone=UTC -c synchronous_commit=off -c tcp_keepalives_idle=${keepalives.idleS} -c tcp_keepalives_interval=${keepalives.intervalS} -c tcp_keepalives_count=${keepalives.count} -c idle_in_transaction_session_timeout=30000`,
    });
    const session = new Session(client);
    await client.connect();
    return session;
  }

  async tryLock(name: string): Promise<boolean> {
    const { rows } = await this.client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [name]);
    return rows[0]!.locked;
  }

  onLost(listener: () => void): void {
    this.listener = listener;
    if (this.lost) listener();
  }

  /** Asks the server now and then whether it is there, so that a silent loss is noticed. A commit may come before. */
  async beat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleepUntil(heartbeatMs, signal);
      if (signal.aborted) return;
      const answered = new AbortController();
      const silence = sleepUntil(heartbeatPatienceMs, AbortSignal.any([signal, answered.signal]));
      const answer = this.client.query('SELECT 1').then(
        () => 'answer',
        () => 'answer',
      );
      if ((await Promise.race([answer, silence])) !== 'answer' && !signal.aborted) this.lose(new Error('Connection terminated: no heartbeat'));
      answered.abort();
    }
  }

  async end(): Promise<void> {
    this.listener = () => undefined;
    await this.client.end().catch(() => undefined);
  }

  private lose(error: Error): void {
    if (this.lost) return;
    this.lost = error;
    this.listener();
  }
}
