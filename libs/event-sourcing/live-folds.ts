/**
 * The in-memory state of a process, kept live by one subscription: the routing view, the catalogue, the key
 * directory. The request path reads these and no database. Each fold resumes from its own snapshot on disk, so a
 * start does not refold the whole log.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recorded } from './domain/event.js';
import type { EventLog } from './event-log.js';
import type { LogMessage, Subscription } from './subscription.js';

export interface LiveFold {
  readonly name: string;
  /** Changes when the fold's meaning or the shape of its snapshot does: an older snapshot is then ignored. */
  readonly version: string;
  readonly types: readonly string[];
  apply(event: Recorded): void;
  /** Plain JSON from which `restore` gives the same state. A fold without it is refolded from the start. */
  snapshot?(): unknown;
  restore?(snapshot: unknown): void;
}

interface Registered {
  readonly fold: LiveFold;
  readonly types: ReadonlySet<string>;
  /** What its snapshot already contains. */
  since: bigint;
}

interface Waiting {
  readonly position: bigint;
  readonly resolve: (reached: boolean) => void;
}

export class LiveFolds {
  private readonly registered: Registered[] = [];
  private waiting: Waiting[] = [];
  private subscription: Subscription | undefined;
  private running: Promise<void> = Promise.resolve();
  private reached = 0n;
  private caughtUp = false;
  private readonly onCaughtUp: (() => void)[] = [];

  /** @param snapshots folder for the snapshots; none are kept when it is null. */
  constructor(
    private readonly log: EventLog,
    private readonly snapshots: string | null,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Before `start`. */
  register(fold: LiveFold): void {
    this.registered.push({ fold, types: new Set(fold.types), since: 0n });
  }

  /** Resolves once every fold has seen what was in the log when this was called. */
  async start(): Promise<void> {
    await Promise.all(this.registered.map((entry) => this.restore(entry)));
    const since = this.registered.reduce((least, { since: at }) => (at < least ? at : least), this.registered[0]?.since ?? 0n);
    const types = [...new Set(this.registered.flatMap(({ fold }) => fold.types))].sort();
    this.reached = since;
    this.subscription = this.log.follow({ types, from: since > 0n ? { commit: since, prepare: since } : undefined });
    this.running = this.follow(this.subscription);
    await new Promise<void>((resolve) => (this.caughtUp ? resolve() : this.onCaughtUp.push(resolve)));
  }

  /** Everything up to this commit position is in the folds. */
  position(): bigint {
    return this.reached;
  }

  /** Whether the position was reached in time: what makes a client's own write visible to its next request. */
  waitFor(position: bigint, timeoutMs: number): Promise<boolean> {
    if (this.reached >= position) return Promise.resolve(true);
    return new Promise((resolve) => {
      const entry: Waiting = {
        position,
        resolve: (reached) => {
          clearTimeout(timer);
          resolve(reached);
        },
      };
      const timer = setTimeout(() => {
        this.waiting = this.waiting.filter((other) => other !== entry);
        resolve(false);
      }, timeoutMs);
      this.waiting.push(entry);
    });
  }

  async stop(): Promise<void> {
    await this.subscription?.unsubscribe();
    await this.running;
    for (const entry of this.waiting.splice(0)) entry.resolve(false);
    await this.save();
  }

  /** Writes the snapshots; called on a timer and at stop. A crash between two only costs a longer refold. */
  async save(): Promise<void> {
    if (!this.snapshots || !this.caughtUp) return;
    await mkdir(this.snapshots, { recursive: true });
    const position = this.reached.toString();
    const log = await this.log.identity();
    for (const { fold } of this.registered) {
      if (!fold.snapshot) continue;
      const path = this.pathOf(fold);
      const text = JSON.stringify({ log, version: fold.version, position, state: fold.snapshot() });
      // Another process of the same data folder may write its own, equally true, at the same time.
      const fresh = `${path}.${process.pid}`;
      await writeFile(fresh, text, { mode: 0o600 });
      await rename(fresh, path);
    }
  }

  private async restore(entry: Registered): Promise<void> {
    const { fold } = entry;
    if (!this.snapshots || !fold.restore) return;
    try {
      const { log, version, position, state } = JSON.parse(await readFile(this.pathOf(fold), 'utf8'));
      // Positions mean something in one log only: a snapshot of another, or ahead of a log restored from a backup, is void.
      if (version !== fold.version || log !== (await this.log.identity()) || BigInt(position) > (await this.log.head())) return;
      fold.restore(state);
      entry.since = BigInt(position);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.onError(error);
    }
  }

  private pathOf(fold: LiveFold): string {
    return join(this.snapshots!, `${fold.name}.json`);
  }

  private async follow(subscription: Subscription): Promise<void> {
    for await (const chunk of subscription.chunks()) for (const message of chunk) this.take(message);
  }

  private take(message: LogMessage): void {
    switch (message.kind) {
      case 'event':
        this.applyToAll(message.event);
        this.advance(message.event.position.commit);
        break;
      case 'checkpoint':
        this.advance(message.position.commit);
        break;
      case 'caught-up':
        this.caughtUp = true;
        for (const resolve of this.onCaughtUp.splice(0)) resolve();
        break;
    }
  }

  private applyToAll(event: Recorded): void {
    for (const { fold, types, since } of this.registered) {
      if (event.position.commit <= since || !types.has(event.type)) continue;
      try {
        fold.apply(event);
      } catch (error) {
        // What is in the log has happened: one fold's fault must not stop the others.
        this.onError(error);
      }
    }
  }

  private advance(position: bigint): void {
    if (position <= this.reached) return;
    this.reached = position;
    if (this.waiting.length === 0) return;
    const due = this.waiting.filter((entry) => entry.position <= position);
    this.waiting = this.waiting.filter((entry) => entry.position > position);
    for (const entry of due) entry.resolve(true);
  }
}
