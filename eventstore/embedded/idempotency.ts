/**
 * Ids of recent events, for appends that expect `any` revision: a retry of what was just written is answered, not
 * written again. The real server keeps them in a bounded cache as well; exact revisions need no memory at all.
 */
import { HEADER_SIZE, idOf, revisionOf, streamNumberOf, type StoredRecord } from './store/record.js';
import { IdTable } from './store/id-table.js';
import type { Log } from './store/log.js';
import type { Uuid } from './wire/uuid.js';

/** At least so many of the newest ids are known. */
export const REMEMBERED_IDS = 200_000;
/** Reading the log back touches its pages, so a start looks no further than this. */
const REFILL_BYTES = 32 * 1024 * 1024;

export class RecentIds {
  /** Two generations: when the young one is full, the old one is dropped whole. */
  private young: IdTable;
  private old: IdTable;

  constructor(private readonly capacity = REMEMBERED_IDS) {
    this.young = new IdTable(capacity);
    this.old = new IdTable(capacity);
  }

  add(streamNumber: number, id: Uuid, revision: number): void {
    this.young.set(streamNumber, id, revision);
    if (this.young.size < this.capacity) return;
    [this.young, this.old] = [this.old, this.young];
    this.young.clear();
  }

  /** Revision under which the stream holds the event, if that is remembered. */
  revision(streamNumber: number, id: Uuid): number | undefined {
    return this.young.get(streamNumber, id) ?? this.old.get(streamNumber, id);
  }

  /** Learns the newest events of the log. */
  refill(log: Log): void {
    const newestFirst: StoredRecord[] = [];
    let bytes = 0;
    for (let before = log.last() + 1; bytes < REFILL_BYTES && newestFirst.length < this.capacity; ) {
      const page = log.backward(before, { count: 1000, bytes: 1 << 18 });
      if (page.length === 0) break;
      for (const { position, record } of page) {
        before = position;
        bytes += record.length;
        newestFirst.push(Buffer.from(record.subarray(0, HEADER_SIZE)));
      }
    }
    for (const header of newestFirst.reverse()) this.add(streamNumberOf(header), idOf(header), revisionOf(header));
  }
}
