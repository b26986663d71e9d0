/** Delete (soft: the stream can be reopened by an append) and Tombstone (for ever). */
import type { ExpectedRevision } from './append.js';
import { deletedMetadata, isMetastream, metastreamOf, streamOfMetastream } from './metadata.js';
import { jsonEvent, METADATA_TYPE_BYTES, type EventStore } from './store/event-store.js';
import type { Position } from './store/keys.js';
import type { StreamState } from './store/streams.js';

export type DeleteOutcome =
  | { kind: 'deleted'; position: Position }
  | { kind: 'wrong-expected-version'; current: number }
  | { kind: 'stream-deleted' };

/** Hides all events of a stream by metadata. Resolves when that is on disk. */
export async function softDelete(store: EventStore, stream: string, expected: ExpectedRevision): Promise<DeleteOutcome> {
  const state = store.streams.get(stream);
  const refused = refuse(store, state, expected);
  if (refused !== undefined) return refused;
  if (state.last === -1 && state.metadataLast === -1) return { kind: 'wrong-expected-version', current: -1 };
  return onDisk(store, store.write(store.streams.get(metastreamOf(stream)), [jsonEvent(METADATA_TYPE_BYTES, deletedMetadata())]));
}

/** Ends a stream for ever; it need not exist. Resolves when that is on disk. */
export async function tombstone(store: EventStore, stream: string, expected: ExpectedRevision): Promise<DeleteOutcome> {
  const state = store.streams.get(stream);
  return refuse(store, state, expected) ?? onDisk(store, store.writeTombstone(state));
}

async function onDisk(store: EventStore, position: Position): Promise<DeleteOutcome> {
  await store.commits.whenDurable(position);
  return { kind: 'deleted', position };
}

function refuse(store: EventStore, state: StreamState, expected: ExpectedRevision): DeleteOutcome | undefined {
  store.commits.assertRunning();
  const owner = isMetastream(state.name) ? store.streams.get(streamOfMetastream(state.name)) : state;
  if (state.tombstone !== 0 || owner.tombstone !== 0) return { kind: 'stream-deleted' };
  const wrong: DeleteOutcome = { kind: 'wrong-expected-version', current: state.last };
  switch (expected) {
    case 'any':
      return undefined;
    case 'stream_exists':
      if (state.softDeleted) return { kind: 'stream-deleted' };
      return state.last === -1 && state.metadataLast === -1 ? wrong : undefined;
    case 'no_stream':
      return state.last === -1 || state.softDeleted ? undefined : wrong;
    default:
      return expected === state.last ? undefined : wrong;
  }
}
