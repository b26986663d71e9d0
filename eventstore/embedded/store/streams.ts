/**
 * What is known of each stream while it is in use: its number, its newest revision, its metadata, and the events that
 * are written but not yet on disk (LMDB does not show those to a read). Everything is derived from the tables, so a
 * restart has no counter that could be stale.
 */
import { impliedMetadata, isMetastream, isSoftDeleted, metastreamOf, parseMetadata, type StreamMetadata } from '../metadata.js';
import type { Uuid } from '../wire/uuid.js';
import type { Environment, Table } from './environment.js';
import type { GroupCommit, Unflushed } from './group-commit.js';
import { streamKey, type Position } from './keys.js';
import type { Log } from './log.js';
import { dataOf, isJson } from './record.js';
import { TOMBSTONE_INDEX, type StreamIndex } from './stream-index.js';

/** Streams kept in memory; the rest is found again on disk, which costs less than having the collector look at them. */
const KEPT_STREAMS = 8_192;

interface UnflushedEvent {
  readonly revision: number;
  readonly position: Position;
  readonly id: Uuid;
}

export class StreamState implements Unflushed {
  /** 0 until the first event is written. */
  number = 0;
  /** Newest revision, -1 when there is no event. A tombstone does not count. */
  last = -1;
  /** Position of the tombstone, 0 when there is none. */
  tombstone: Position = 0;
  metadata: StreamMetadata;
  /** Newest revision of the stream's metastream, -1 when it never had metadata. */
  metadataLast = -1;
  /** Position of the newest write that changed any of this. */
  lastWrite: Position = 0;
  unflushed: UnflushedEvent[] = [];

  constructor(readonly name: string) {
    this.metadata = impliedMetadata(name);
  }

  get softDeleted(): boolean {
    return isSoftDeleted(this.metadata);
  }

  flushed(durable: Position): void {
    if (this.lastWrite <= durable) this.unflushed = [];
  }
}

export class Streams {
  private readonly table: Table;
  /** In order of last use. */
  private readonly states = new Map<string, StreamState>();
  private nextNumber: number;

  constructor(
    env: Environment,
    private readonly log: Log,
    private readonly index: StreamIndex,
    private readonly commits: GroupCommit,
    private readonly kept = KEPT_STREAMS,
  ) {
    this.table = env.streams;
    this.nextNumber = index.highestStreamNumber() + 1;
  }

  get(name: string): StreamState {
    const known = this.states.get(name);
    if (known !== undefined) this.states.delete(name);
    const state = known ?? this.load(name);
    this.states.set(name, state);
    if (this.states.size > this.kept) this.evict();
    return state;
  }

  /** Gives a new stream its number, in the transaction of its first event. */
  number(state: StreamState): number {
    if (state.number === 0) {
      state.number = this.nextNumber++;
      const value = Buffer.allocUnsafe(4);
      value.writeUInt32BE(state.number);
      this.commits.put(this.table, streamKey(state.name), value);
    }
    return state.number;
  }

  /** Number of a stream on disk, 0 when it never had an event. */
  storedNumber(name: string): number {
    return this.table.get(streamKey(name))?.readUInt32BE() ?? 0;
  }

  private load(name: string): StreamState {
    const state = new StreamState(name);
    state.number = this.storedNumber(name);
    if (state.number !== 0) {
      const [newest, second] = this.index.backward(state.number, TOMBSTONE_INDEX, 2);
      if (newest?.revision === TOMBSTONE_INDEX) state.tombstone = newest.position;
      state.last = (state.tombstone === 0 ? newest : second)?.revision ?? -1;
    }
    if (!isMetastream(name)) this.loadMetadata(state);
    return state;
  }

  private loadMetadata(state: StreamState): void {
    const number = this.storedNumber(metastreamOf(state.name));
    if (number === 0) return;
    const [newest] = this.index.backward(number, TOMBSTONE_INDEX / 2, 1);
    const record = newest && this.log.at(newest.position);
    if (record === undefined) return;
    state.metadataLast = newest!.revision;
    if (isJson(record)) state.metadata = parseMetadata(dataOf(record));
  }

  /** Forgets the states used longest ago. One with unflushed writes cannot be found on disk and stays. */
  private evict(): void {
    let candidates = 8;
    for (const [name, state] of this.states) {
      if (candidates-- === 0 || this.states.size <= this.kept) return;
      this.states.delete(name);
      if (state.lastWrite > this.commits.durable) this.states.set(name, state);
    }
  }
}
