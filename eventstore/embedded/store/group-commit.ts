/**
 * Group commit. LMDB puts everything written in one turn of the event loop into one transaction and commits it on its
 * own thread; what is written meanwhile makes the next group. Nobody hears of an event before its group is on disk.
 */
import type { Position } from './keys.js';

/** What remembers unflushed writes and may forget them once they are on disk. */
export interface Unflushed {
  flushed(durable: Position): void;
}

interface Group {
  readonly committed: Promise<boolean>;
  readonly done: Promise<void>;
  last: Position;
  readonly touched: Unflushed[];
}

/** The log takes no more: it closes, or a commit failed and memory is ahead of the disk, so nothing more may be answered from it. */
export class LogFailed extends Error {
  override name = 'LogFailed';
}

export class GroupCommit {
  private readonly groups: Group[] = [];
  private readonly listeners = new Set<() => void>();
  private failure: LogFailed | undefined;
  private closing = false;

  /** `onFailure` is called once, when a commit failed and the node must stop. */
  constructor(
    public durable: Position,
    private readonly onFailure: (error: LogFailed) => void,
  ) {}

  /** Throws once a commit has failed or the log closes. Called before every decision that reads memory. */
  assertRunning(): void {
    if (this.failure !== undefined) throw this.failure;
    if (this.closing) throw new LogFailed('the event log is shutting down');
  }

  /** Takes no more writes; resolves when those on their way are on disk or have failed. */
  async close(): Promise<void> {
    this.closing = true;
    await this.groups.at(-1)?.done.catch(() => undefined);
  }

  /** Enters a write that reaches up to `last` and belongs to the transaction of `committed`; resolves when it is on disk. */
  enter(last: Position, committed: Promise<boolean>, touched: Unflushed): Promise<void> {
    const open = this.groups.at(-1);
    if (open?.committed === committed) {
      open.last = last;
      open.touched.push(touched);
      return open.done;
    }
    const group: Group = { committed, last, touched: [touched], done: committed.then(() => this.committed(group)) };
    group.done.catch((error: unknown) => this.fail(error));
    this.groups.push(group);
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

  fail(cause: unknown): void {
    if (this.failure !== undefined) return;
    const detail = cause instanceof Error ? cause.message : String(cause);
    this.failure = new LogFailed(`the event log could not be written and has stopped: ${detail}`, { cause });
    this.onFailure(this.failure);
  }

  private committed(group: Group): void {
    if (this.failure !== undefined) throw this.failure;
    this.groups.shift();
    this.durable = group.last;
    for (const each of group.touched) each.flushed(group.last);
    for (const wake of this.listeners) wake();
  }
}
