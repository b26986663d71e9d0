/** What a group has read of its source and not handed out: a bounded buffer, refilled a batch at a time. */
import { createFilter, type Filter } from '../filter.js';
import { resolve } from '../links.js';
import { PAGE } from '../paging.js';
import { readAllForward } from '../read-all.js';
import { readStreamForward } from '../read-stream.js';
import type { EventStore } from '../store/event-store.js';
import { revisionOf } from '../store/record.js';
import { messageOf, type Message } from './message.js';
import { ALL, type GroupConfig } from './settings.js';

export class ReadAhead {
  /** In order. Whoever hands messages out puts back those that wait. */
  buffer: Message[] = [];
  /** True if there was nothing left to read at the last look. */
  caughtUp = false;
  private readonly filter: Filter | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly config: GroupConfig,
    /** Revision or position to read next. */
    private next: number,
  ) {
    this.filter = config.filter && createFilter(config.filter);
  }

  /** Lowest revision or position that was not handed out. */
  get lowest(): number {
    return this.buffer[0]?.order ?? this.next;
  }

  /** Reads one batch if there is room for it. Returns whether there may be more to read. */
  fill(): boolean {
    const { source, settings } = this.config;
    if (this.buffer.length + settings.readBatchSize > settings.historyBufferSize) {
      this.caughtUp = false;
      return false;
    }
    const size = { ...PAGE, count: settings.readBatchSize };
    const ofAll = source === ALL;
    const { entries, next } = ofAll ? readAllForward(this.store, this.next, size, this.filter) : readStreamForward(this.store, source, this.next, size);
    this.caughtUp = next === undefined;
    if (next === undefined) return false;
    this.next = next;
    for (const entry of entries) {
      const order = ofAll ? entry.position : revisionOf(entry.record);
      this.buffer.push(messageOf(resolve(this.store, entry, settings.resolveLinks), { order, position: entry.position }));
    }
    return true;
  }
}
