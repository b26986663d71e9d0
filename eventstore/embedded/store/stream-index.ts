/** The index: where each revision of each stream lies in the log. The last entry of a stream is never removed. */
import type { Environment, Table } from './environment.js';
import type { GroupCommit } from './group-commit.js';
import { indexKey, positionKey, positionOfKey, revisionOfIndexKey, streamNumberOfIndexKey, type Position } from './keys.js';

/** Revision under which a tombstone is indexed: behind every other, and one that no stream reaches. */
export const TOMBSTONE_INDEX = 2 ** 63;

export interface IndexEntry {
  readonly revision: number;
  readonly position: Position;
}

export class StreamIndex {
  private readonly table: Table;

  constructor({ index }: Environment) {
    this.table = index;
  }

  put(commits: GroupCommit, streamNumber: number, { revision, position }: IndexEntry): void {
    commits.put(this.table, indexKey(streamNumber, revision), positionKey(position));
  }

  /** Position of exactly this revision. */
  position(streamNumber: number, revision: number): Position | undefined {
    const value = this.table.get(indexKey(streamNumber, revision));
    return value === undefined ? undefined : positionOfKey(value);
  }

  /** The newest entries of a stream at or below `from`, newest first. */
  backward(streamNumber: number, from: number, count: number): IndexEntry[] {
    return this.page(streamNumber, { start: indexKey(streamNumber, from), limit: count, reverse: true });
  }

  /** The entries of a stream at or above `from`, oldest first. A tombstone is not among them. */
  forward(streamNumber: number, from: number, count: number): IndexEntry[] {
    return this.page(streamNumber, { start: indexKey(streamNumber, from), end: indexKey(streamNumber, TOMBSTONE_INDEX), limit: count });
  }

  /** Highest stream number in use, 0 when there is none: every numbered stream has an entry. */
  highestStreamNumber(): number {
    for (const key of this.table.getKeys({ reverse: true, limit: 1 })) return streamNumberOfIndexKey(key);
    return 0;
  }

  private page(streamNumber: number, range: { start: Buffer; end?: Buffer; limit: number; reverse?: boolean }): IndexEntry[] {
    const entries: IndexEntry[] = [];
    for (const { key, value } of this.table.getRange(range)) {
      if (streamNumberOfIndexKey(key) !== streamNumber) break;
      entries.push({ revision: revisionOfIndexKey(key), position: positionOfKey(value) });
    }
    return entries;
  }
}
