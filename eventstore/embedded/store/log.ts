/** The log: every record in the order of its position. Reads copy a bounded page and never hold a cursor. */
import type { Environment, Table } from './environment.js';
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

  /**
   * Writes a record behind all others. MDB_APPEND fills pages to the brim and fails on a key out of order, which only
   * a second writer or a broken file can cause; the promise is then `false`.
   */
  put(position: Position, record: StoredRecord): Promise<boolean> {
    return (this.table.put as (key: Buffer, value: Buffer, options: { append: boolean }) => Promise<boolean>).call(
      this.table,
      positionKey(position),
      record,
      { append: true },
    );
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
