/** The log: every record in the order of its position. Reads copy a bounded page and never hold a cursor. */
import type { Environment, Table } from './environment.js';
import type { GroupCommit } from './group-commit.js';
import { positionKey, positionOfKey, type Position } from './keys.js';
import type { StoredRecord } from './record.js';

export interface LogEntry {
  readonly position: Position;
  readonly record: StoredRecord;
}

/** Bounds of one page: the caller may be slow, so what is copied out of LMDB before it drains is limited. */
export interface PageSize {
  readonly count: number;
  readonly bytes: number;
}

export class Log {
  private readonly table: Table;

  constructor({ log }: Environment) {
    this.table = log;
  }

  /** Position of the newest record on disk, 0 for an empty log. */
  last(): Position {
    for (const key of this.table.getKeys({ reverse: true, limit: 1 })) return positionOfKey(key);
    return 0;
  }

  first(): Position {
    for (const key of this.table.getKeys({ limit: 1 })) return positionOfKey(key);
    return 0;
  }

  at(position: Position): StoredRecord | undefined {
    return this.table.get(positionKey(position));
  }

  /** Writes a record behind all others, in the group that gathers. */
  put(commits: GroupCommit, position: Position, record: StoredRecord): void {
    commits.append(this.table, positionKey(position), record);
  }

  /** Records at `from` and above, oldest first. */
  forward(from: Position, size: PageSize): LogEntry[] {
    return this.page({ start: positionKey(from), limit: size.count }, size.bytes);
  }

  /** Records below `before`, newest first. */
  backward(before: Position, size: PageSize): LogEntry[] {
    if (before <= 1) return [];
    return this.page({ start: positionKey(before - 1), limit: size.count, reverse: true }, size.bytes);
  }

  private page(range: { start: Buffer; limit: number; reverse?: boolean }, maxBytes: number): LogEntry[] {
    const page: LogEntry[] = [];
    let bytes = 0;
    for (const { key, value } of this.table.getRange(range)) {
      page.push({ position: positionOfKey(key), record: value });
      bytes += value.length;
      if (bytes >= maxBytes) break;
    }
    return page;
  }
}
