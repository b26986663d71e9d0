/** The store of one node: the tables, what is in memory of them, and the one way to write. No protocol here. */
import { randomUUID } from 'node:crypto';
import { RecentIds } from '../idempotency.js';
import { isMetastream, METADATA_TYPE, parseMetadata, streamOfMetastream } from '../metadata.js';
import { Lock } from '../lock.js';
import { parseUuid } from '../wire/uuid.js';
import { survivesVerification } from '../operations/verify-process.js';
import { inspectDataFile } from './data-file.js';
import { FORMAT, openEnvironment, systemKey, type Environment } from './environment.js';
import { GroupCommit, type LogFailed } from './group-commit.js';
import type { Position } from './keys.js';
import { Log } from './log.js';
import { encodeRecord, streamOf, type ProposedEvent, type StoredRecord } from './record.js';
import { StreamIndex, TOMBSTONE_INDEX } from './stream-index.js';
import { Streams, type StreamState } from './streams.js';
import { Tail } from './tail.js';

export interface EventStoreOptions {
  readonly dir: string;
  /** Called once when a commit failed and nothing more can be answered. */
  readonly onFailure: (error: LogFailed) => void;
  /** Names this owner in the lock. */
  readonly token?: string;
  /** Milliseconds since 1970; what `created` of an event says. */
  readonly clock?: () => number;
}

/** A store in a folder written by another program or version. */
export class UnknownFormat extends Error {
  override name = 'UnknownFormat';
}

const NOTHING = Buffer.alloc(0);
export const METADATA_TYPE_BYTES = Buffer.from(METADATA_TYPE);
const TOMBSTONE_TYPE = Buffer.from('$streamDeleted');

export const newEventId = () => parseUuid(randomUUID());

export const jsonEvent = (type: Buffer, data: Buffer): ProposedEvent => ({ id: newEventId(), type, json: true, data, metadata: NOTHING });

export class EventStore {
  readonly env: Environment;
  readonly dir: string;
  readonly log: Log;
  readonly index: StreamIndex;
  readonly streams: Streams;
  readonly commits: GroupCommit;
  readonly recentIds = new RecentIds();
  readonly tail = new Tail();
  readonly clock: () => number;
  private nextPosition: Position;

  private constructor(
    options: EventStoreOptions,
    env: Environment,
    private readonly lock: Lock,
  ) {
    this.env = env;
    this.dir = options.dir;
    this.log = new Log(this.env);
    this.index = new StreamIndex(this.env);
    this.clock = options.clock ?? Date.now;
    const last = this.log.last();
    this.nextPosition = last + 1;
    this.commits = new GroupCommit(env, last, options.onFailure);
    this.streams = new Streams(this.env, this.log, this.index, this.commits);
    this.recentIds.refill(this.log);
  }

  /** Opens the log in `dir`, creating it if the folder is empty. Throws LogLocked if another node has it. */
  static async open(options: EventStoreOptions): Promise<EventStore> {
    await assertReadable(options.dir);
    const env = openEnvironment({ dir: options.dir });
    let lock: Lock | undefined;
    try {
      checkFormat(env);
      lock = Lock.take(env, options.dir, options.token);
      const store = new EventStore(options, env, lock);
      if (store.lastPosition === 0) await store.initialize();
      return store;
    } catch (error) {
      lock?.release();
      await env.root.close();
      throw error;
    }
  }

  /** Identifies this log for ever: positions mean nothing in another one. */
  get storeId(): string {
    return this.env.system.get(systemKey('store-id'))!.toString('utf8');
  }

  /** Name of a stream by its number, from its newest event. */
  nameOf(streamNumber: number): string | undefined {
    const [newest] = this.index.backward(streamNumber, TOMBSTONE_INDEX, 1);
    const record = newest && this.log.at(newest.position);
    return record && streamOf(record);
  }

  /** Newest position written, on disk or not. */
  get lastPosition(): Position {
    return this.nextPosition - 1;
  }

  /** Writes events behind the newest revision of the stream, all in one transaction. Returns the position of the last. */
  write(state: StreamState, events: readonly ProposedEvent[]): Position {
    const stream = Buffer.from(state.name, 'utf8');
    const streamNumber = this.streams.number(state);
    const createdMs = this.clock();
    for (const event of events) {
      const position = this.nextPosition++;
      const revision = ++state.last;
      this.put(position, encodeRecord(event, { streamNumber, stream, revision, position, createdMs }));
      this.index.put(this.commits, streamNumber, { revision, position });
      state.unflushed.push({ revision, position, id: event.id });
      this.recentIds.add(streamNumber, event.id, revision);
    }
    if (isMetastream(state.name)) this.learnMetadata(state, events.at(-1)!);
    return this.entered(state);
  }

  /** Ends a stream for ever, whether or not it ever had an event. */
  writeTombstone(state: StreamState): Position {
    const position = this.nextPosition++;
    const streamNumber = this.streams.number(state);
    const event = { id: newEventId(), type: TOMBSTONE_TYPE, json: false, data: NOTHING, metadata: NOTHING };
    const place = { streamNumber, stream: Buffer.from(state.name, 'utf8'), revision: 0, position, createdMs: this.clock(), tombstone: true };
    this.put(position, encodeRecord(event, place));
    this.index.put(this.commits, streamNumber, { revision: TOMBSTONE_INDEX, position });
    state.tombstone = position;
    return this.entered(state);
  }

  /** After a failed commit LMDB cannot even close without repeating that error; there is nothing left to save then. */
  async close(): Promise<void> {
    await this.commits.close();
    this.lock.release();
    const closed = this.env.root.close();
    await (this.commits.failed ? closed.catch(() => undefined) : closed);
  }

  private put(position: Position, record: StoredRecord): void {
    this.log.put(this.commits, position, record);
    this.tail.add(position, record);
  }

  private entered(state: StreamState): Position {
    state.lastWrite = this.lastPosition;
    void this.commits.enter(this.lastPosition, state);
    return this.lastPosition;
  }

  /** What is written to `$$stream` changes what can be read of `stream` at once. */
  private learnMetadata(metastream: StreamState, newest: ProposedEvent): void {
    const state = this.streams.get(streamOfMetastream(metastream.name));
    state.metadata = parseMetadata(newest.json ? newest.data : NOTHING);
    state.metadataLast = metastream.last;
    state.lastWrite = this.lastPosition;
  }

  /** A new log opens with a system event that holds its id, so that position 1 is never an event of a user. */
  private async initialize(): Promise<void> {
    const storeId = randomUUID();
    this.commits.put(this.env.system, systemKey('format'), Buffer.from(String(FORMAT)));
    this.commits.put(this.env.system, systemKey('store-id'), Buffer.from(storeId));
    this.write(this.streams.get('$store'), [jsonEvent(Buffer.from('$StoreCreated'), Buffer.from(JSON.stringify({ storeId, format: FORMAT })))]);
    await this.commits.whenDurable(this.lastPosition);
  }
}

/** The data file is not one, or is broken. */
export class LogDamaged extends Error {
  override name = 'LogDamaged';
}

/** A file that lacks pages at its end is walked through in a process that may die of it, before this one maps it. */
async function assertReadable(dir: string): Promise<void> {
  switch (inspectDataFile(dir)) {
    case 'absent':
    case 'whole':
      return;
    case 'not an event log':
      throw new LogDamaged(`the event log in ${dir} is damaged: its data file is not an event log`);
    case 'short':
      if (!(await survivesVerification(dir))) throw new LogDamaged(`the event log in ${dir} is damaged: its data file was cut; restore a backup`);
  }
}

function checkFormat({ system }: Environment): void {
  const format = system.get(systemKey('format'))?.toString('utf8');
  if (format !== undefined && format !== String(FORMAT)) throw new UnknownFormat(`this log has format ${format}, this program reads format ${FORMAT}`);
}
