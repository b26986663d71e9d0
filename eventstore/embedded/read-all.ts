/** $all is the log itself, in the order of positions, without what the server keeps to itself. */
import type { Filter } from './filter.js';
import type { EventStore } from './store/event-store.js';
import type { Position } from './store/keys.js';
import type { LogEntry, PageSize } from './store/log.js';
import { firstByteOfStream, streamOf, type StoredRecord } from './store/record.js';

const DOLLAR = 0x24;

/** Checkpoints and parked messages of persistent subscriptions to $all would otherwise feed those. */
export function isVisible(record: StoredRecord): boolean {
  if (firstByteOfStream(record) !== DOLLAR) return true;
  const stream = streamOf(record);
  return stream !== '$epoch-information' && !stream.startsWith('$persistentsubscription-$all::');
}

/** A page, and where the next one starts; `next` is absent at the end of the log. */
export interface AllPage {
  readonly entries: readonly LogEntry[];
  readonly next: Position | undefined;
}

/** Events at `from` and above, oldest first. */
export function readAllForward(store: EventStore, from: Position, size: PageSize, filter?: Filter): AllPage {
  const looked = store.tail.forward(from, store.commits.durable, size) ?? store.log.forward(from, size);
  const last = looked.at(-1);
  return { entries: visible(looked, filter), next: last && last.position + 1 };
}

/** Events below `before`, newest first. */
export function readAllBackward(store: EventStore, before: Position, size: PageSize, filter?: Filter): AllPage {
  const looked = store.log.backward(before, size);
  return { entries: visible(looked, filter), next: looked.at(-1)?.position };
}

const visible = (looked: readonly LogEntry[], filter: Filter | undefined): LogEntry[] =>
  looked.filter(({ record }) => isVisible(record) && (filter === undefined || filter.matches(record)));
