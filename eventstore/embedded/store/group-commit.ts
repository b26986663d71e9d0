/**
 * Group commit. Writes gather in a group while the one before is on its way to the disk; a group is one LMDB
 * transaction, so it is there whole or not at all. Nobody hears of an event before its group is on disk.
 */
import type { Environment, Table } from './environment.js';
import type { Position } from './keys.js';

/** What remembers unflushed writes and may forget them once they are on disk. */
export interface Unflushed {
  flushed(durable: Position): void;
}

interface Put {
  readonly table: Table;
  readonly key: Buffer;
  readonly value: Buffer | undefined;
  readonly append: boolean;
}

interface Group {
  readonly puts: Put[];
  readonly touched: Unflushed[];
  /** Newest position in the group. */
  last: Position;
  sealed: boolean;
  readonly done: Promise<void>;
  readonly settle: { resolve(): void; reject(error: Error): void };
}

/** A group takes no further append beyond so many puts: one transaction must not keep everybody waiting. */
const GROUP_PUTS = 8_192;

/** The log takes no more: it closes, or a commit failed and memory is ahead of the disk, so nothing more may be answered from it. */
export class LogFailed extends Error {
  override name = 'LogFailed';
}

/** lmdb types `put` without the options that it takes for keys in ascending order. */
type PutWithOptions = (key: Buffer, value: Buffer, options: { append: true }) => Promise<boolean>;

export class GroupCommit {
  /** The first may be on its way to the disk, the last gathers. */
  private readonly groups: Group[] = [];
  private readonly listeners = new Set<() => void>();
  private failure: LogFailed | undefined;
  private closing = false;
  private committing = false;

  /** `onFailure` is called once, when a commit failed and the node must stop. */
  constructor(
    private readonly env: Environment,
    public durable: Position,
    private readonly onFailure: (error: LogFailed) => void,
  ) {}

  /** Throws once a commit has failed or the log closes. Called before every decision that reads memory. */
  assertRunning(): void {
    if (this.failure !== undefined) throw this.failure;
    if (this.closing) throw new LogFailed('the event log is shutting down');
  }

  get failed(): boolean {
    return this.failure !== undefined;
  }

  put(table: Table, key: Buffer, value: Buffer): void {
    this.gathering().puts.push({ table, key, value, append: false });
  }

  /**
   * Puts behind all keys of the table. MDB_APPEND fills pages to the brim and fails on a key out of order, which only a
   * second writer or a broken file can cause.
   */
  append(table: Table, key: Buffer, value: Buffer): void {
    this.gathering().puts.push({ table, key, value, append: true });
  }

  remove(table: Table, key: Buffer): void {
    this.gathering().puts.push({ table, key, value: undefined, append: false });
  }

  /** Ends one write that reaches up to `last`: its puts are in one group. Resolves when they are on disk. */
  enter(last: Position, touched?: Unflushed): Promise<void> {
    const group = this.gathering();
    group.last = last;
    if (touched !== undefined) group.touched.push(touched);
    if (group.puts.length >= GROUP_PUTS) group.sealed = true;
    return group.done;
  }

  /** Resolves when everything up to `position` is on disk. */
  async whenDurable(position: Position): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    if (position > this.durable) await this.groups.find((group) => group.last >= position)?.done;
  }

  /** Calls `wake` after each commit until the returned function is called. */
  onCommit(wake: () => void): () => void {
    this.listeners.add(wake);
    return () => this.listeners.delete(wake);
  }

  /** Takes no more writes; resolves when those on their way are on disk or have failed. */
  async close(): Promise<void> {
    this.closing = true;
    await this.groups.at(-1)?.done.catch(() => undefined);
  }

  fail(cause: unknown): void {
    if (this.failure !== undefined) return;
    const detail = cause instanceof Error ? cause.message : String(cause);
    this.failure = new LogFailed(`the event log could not be written and has stopped: ${detail}`, { cause });
    for (const group of this.groups.splice(0)) group.settle.reject(this.failure);
    this.onFailure(this.failure);
  }

  private gathering(): Group {
    const open = this.groups.at(-1);
    if (open !== undefined && !open.sealed) return open;
    if (this.groups.length === 0) setImmediate(() => this.commitNext());
    const group = newGroup(open?.last ?? this.durable);
    this.groups.push(group);
    return group;
  }

  private commitNext(): void {
    const group = this.groups[0];
    if (group === undefined || this.committing || this.failure !== undefined) return;
    this.committing = true;
    group.sealed = true;
    this.transact(group).then(
      () => {
        this.committing = false;
        this.committed(group);
        this.commitNext();
      },
      (error: unknown) => this.fail(error),
    );
  }

  private async transact({ puts }: Group): Promise<void> {
    const inOrder: Promise<boolean>[] = [];
    const committed = this.env.root.batch(() => {
      for (const { table, key, value, append } of puts) {
        if (value === undefined) void table.remove(key);
        else if (append) inOrder.push((table.put as PutWithOptions)(key, value, { append: true }));
        else void table.put(key, value);
      }
    });
    const [outcome, ...orders] = await Promise.allSettled([committed, ...inOrder]);
    if (outcome.status === 'rejected') throw await causeOf(outcome.reason);
    if (orders.some((order) => order.status === 'rejected' || !order.value)) throw new Error('a position is already taken: something else writes this log');
  }

  private committed(group: Group): void {
    if (this.failure !== undefined) return;
    this.groups.shift();
    this.durable = group.last;
    for (const each of group.touched) each.flushed(group.last);
    group.settle.resolve();
    for (const wake of this.listeners) wake();
  }
}

function newGroup(last: Position): Group {
  let settle: Group['settle'] | undefined;
  const done = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  // A write whose caller went away must not end the process when its commit fails.
  done.catch(() => undefined);
  return { puts: [], touched: [], last, sealed: false, done, settle: settle! };
}

/** lmdb rejects with a generic error that carries a promise of the real one. */
async function causeOf(error: unknown): Promise<unknown> {
  const commitError = (error as { commitError?: Promise<never> }).commitError;
  if (commitError === undefined) return error;
  const given = commitError.catch((cause: unknown) => cause);
  return Promise.race([given, new Promise((resolve) => setTimeout(resolve, 100, error))]);
}
