/**
 * The newest records, in memory as they were written: who keeps up with the log reads them here, so that an event is not
 * fetched from the disk again for each subscriber. What is behind this reads the log itself.
 */
import type { Position } from './keys.js';
import type { LogEntry, PageSize } from './log.js';
import type { StoredRecord } from './record.js';

/** At least so much of the end is kept once it was written: a subscriber looks again after some milliseconds. */
const KEPT_BYTES = 256 * 1024;

export class Tail {
  /** Of positions that follow each other. */
  private entries: LogEntry[] = [];
  private bytes = 0;

  constructor(private readonly kept = KEPT_BYTES) {}

  /** `position` follows the one before. */
  add(position: Position, record: StoredRecord): void {
    this.entries.push({ position, record });
    this.bytes += record.length;
    if (this.bytes >= 2 * this.kept) this.shorten();
  }

  /** Records at `from` and above, up to `last`, oldest first; `undefined` when they are not all here. */
  forward(from: Position, last: Position, { count, bytes }: PageSize): LogEntry[] | undefined {
    const first = this.entries[0]?.position;
    if (first === undefined || from < first) return undefined;
    const page: LogEntry[] = [];
    const most = Math.min(count, last - from + 1);
    for (let size = 0; page.length < most && size < bytes; ) {
      const entry = this.entries[from - first + page.length]!;
      page.push(entry);
      size += entry.record.length;
    }
    return page;
  }

  /** What was written may no longer be in the log. */
  clear(): void {
    this.entries = [];
    this.bytes = 0;
  }

  private shorten(): void {
    let drop = 0;
    for (; this.bytes >= this.kept && drop < this.entries.length; drop++) this.bytes -= this.entries[drop]!.record.length;
    this.entries.splice(0, drop);
  }
}
