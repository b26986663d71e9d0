/**
 * Append: the checks of the expected revision, in the order of the real server, then the write. Decision and write
 * happen in one turn of the event loop, which is what makes the thread the serialisation point.
 */
import { isMetastream, metastreamOf, streamOfMetastream, truncatedMetadata } from './metadata.js';
import type { EventStore } from './store/event-store.js';
import { jsonEvent, METADATA_TYPE_BYTES } from './store/event-store.js';
import type { Position } from './store/keys.js';
import { idOf, type ProposedEvent } from './store/record.js';
import type { StreamState } from './store/streams.js';

export type ExpectedRevision = number | 'no_stream' | 'any' | 'stream_exists';

export type AppendOutcome =
  /** Written, or found to be written before. `position` is that of the last event, absent if there was none. */
  | { kind: 'appended'; revision: number; position: Position | undefined }
  /** `current` is the newest revision, -1 for no stream. */
  | { kind: 'wrong-expected-version'; current: number }
  | { kind: 'stream-deleted' };

type Decision = { kind: 'write' } | { kind: 'idempotent'; last: number } | Exclude<AppendOutcome, { kind: 'appended' }>;

const WRITE: Decision = { kind: 'write' };

/** Appends all events or none. Resolves when the outcome is on disk; a retry of an append in flight waits for it too. */
export async function append(
  store: EventStore,
  stream: string,
  expected: ExpectedRevision,
  events: readonly ProposedEvent[],
): Promise<AppendOutcome> {
  const outcome = appendNow(store, stream, expected, events);
  if (outcome.kind === 'appended') await store.commits.whenDurable(outcome.position ?? 0);
  return outcome;
}

function appendNow(store: EventStore, stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): AppendOutcome {
  store.commits.assertRunning();
  const state = store.streams.get(stream);
  const decision = decide(store, state, expected, events);
  switch (decision.kind) {
    case 'write':
      return write(store, state, events);
    case 'idempotent':
      return { kind: 'appended', revision: decision.last, position: events.length === 0 ? undefined : positionOf(store, state, decision.last) };
    default:
      return decision;
  }
}

function decide(store: EventStore, state: StreamState, expected: ExpectedRevision, events: readonly ProposedEvent[]): Decision {
  if (isTombstoned(store, state)) return { kind: 'stream-deleted' };
  if (expected === 'stream_exists') {
    if (state.softDeleted) return { kind: 'stream-deleted' };
    if (state.last === -1 && state.metadataLast === -1) return wrongVersion(state);
  }
  if (expected === 'any' || expected === 'stream_exists') return retryOfRecent(store, state, events);
  const revision = expected === 'no_stream' ? -1 : expected;
  if (revision === state.last) return WRITE;
  if (revision > state.last) return wrongVersion(state);
  return retryAt(store, state, revision, { events, mayReopen: expected === 'no_stream' && state.softDeleted });
}

const wrongVersion = (state: StreamState): Decision => ({ kind: 'wrong-expected-version', current: state.last });

/** A metastream ends with its stream. */
function isTombstoned(store: EventStore, state: StreamState): boolean {
  if (state.tombstone !== 0) return true;
  return isMetastream(state.name) && store.streams.get(streamOfMetastream(state.name)).tombstone !== 0;
}

/** Without an exact revision, only the remembered ids tell a retry from a new append. */
function retryOfRecent(store: EventStore, state: StreamState, events: readonly ProposedEvent[]): Decision {
  const known = (event: ProposedEvent) => (state.number === 0 ? undefined : store.recentIds.revision(state.number, event.id));
  const first = events[0];
  if (first === undefined || known(first) === undefined) return WRITE;
  let last = -1;
  for (const event of events) {
    const revision = known(event);
    if (revision === undefined) return wrongVersion(state);
    last = Math.max(last, revision);
  }
  return { kind: 'idempotent', last };
}

/** Below the newest revision an append is either the retry of exactly what is there, or a conflict. */
function retryAt(
  store: EventStore,
  state: StreamState,
  expected: number,
  { events, mayReopen }: { events: readonly ProposedEvent[]; mayReopen: boolean },
): Decision {
  for (const [k, event] of events.entries()) {
    const there = idAt(store, state, expected + 1 + k);
    if (there?.equals(event.id)) continue;
    return k === 0 && mayReopen ? WRITE : wrongVersion(state);
  }
  return { kind: 'idempotent', last: events.length === 0 ? state.last : expected + events.length };
}

function idAt(store: EventStore, state: StreamState, revision: number) {
  const unflushed = state.unflushed.find((event) => event.revision === revision);
  if (unflushed !== undefined) return unflushed.id;
  const position = store.index.position(state.number, revision);
  const record = position === undefined ? undefined : store.log.at(position);
  return record && idOf(record);
}

function positionOf(store: EventStore, state: StreamState, revision: number): Position | undefined {
  const unflushed = state.unflushed.find((event) => event.revision === revision);
  return unflushed?.position ?? store.index.position(state.number, revision);
}

/** Writes, and makes a soft-deleted stream readable again from its first new event. */
function write(store: EventStore, state: StreamState, events: readonly ProposedEvent[]): AppendOutcome {
  if (events.length === 0) return { kind: 'appended', revision: state.last, position: undefined };
  const reopened = isMetastream(state.name) ? store.streams.get(streamOfMetastream(state.name)) : state;
  const wasDeleted = reopened.softDeleted;
  const firstReadable = reopened.last + 1;
  const position = store.write(state, events);
  if (wasDeleted) {
    const metadata = truncatedMetadata(reopened.metadata, firstReadable);
    store.write(store.streams.get(metastreamOf(reopened.name)), [jsonEvent(METADATA_TYPE_BYTES, metadata)]);
  }
  return { kind: 'appended', revision: state.last, position };
}
