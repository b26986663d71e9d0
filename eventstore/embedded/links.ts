/** Links: events of type `$>` whose data name an event of another stream as `revision@stream`. */
import { lowestReadable } from './metadata.js';
import type { EventStore } from './store/event-store.js';
import type { LogEntry } from './store/log.js';
import { dataOf, isLink, type StoredRecord } from './store/record.js';

/** What a caller gets for one entry: order, position and acknowledgement always go by the link. */
export interface ResolvedEvent {
  /** Absent when the target of the link is gone. */
  readonly event: StoredRecord | undefined;
  readonly link: StoredRecord | undefined;
}

export function resolve(store: EventStore, { record }: LogEntry, resolveLinks: boolean): ResolvedEvent {
  if (!resolveLinks || !isLink(record)) return { event: record, link: undefined };
  return { event: targetOf(store, record), link: record };
}

function targetOf(store: EventStore, link: StoredRecord): StoredRecord | undefined {
  const text = dataOf(link).toString('utf8');
  const at = text.indexOf('@');
  const revision = at < 1 ? NaN : Number(text.slice(0, at));
  if (!Number.isSafeInteger(revision) || revision < 0) return undefined;
  const state = store.streams.get(text.slice(at + 1));
  if (state.number === 0 || state.tombstone !== 0 || revision < lowestReadable(state.metadata, state.last)) return undefined;
  const position = store.index.position(state.number, revision);
  return position === undefined ? undefined : store.log.at(position);
}
