/** The LMDB environment of one log: four tables in one file, opened for strict durability. */
import { open, type Database, type RootDatabase } from 'lmdb';

export type Table = Database<Buffer, Buffer>;

export interface Environment {
  readonly root: RootDatabase<Buffer, Buffer>;
  /** position -> record (header and protobuf of the event) */
  readonly log: Table;
  /** stream number, revision -> position. A tombstone is not indexed. */
  readonly index: Table;
  /** name -> stream number, tombstone position */
  readonly streams: Table;
  /** small facts: format, store id, owner, persistent subscriptions and their checkpoints */
  readonly system: Table;
}

/** Format of the files. A store written by another format is refused, never guessed at. */
export const FORMAT = 1;

export interface EnvironmentOptions {
  readonly dir: string;
  readonly readOnly?: boolean;
}

/**
 * `overlappingSync: false` makes the commit promise mean "on disk": fdatasync of the data, then the meta page through
 * O_DSYNC, then the promise. The default resolves earlier and recovers by a rule that depends on the boot id.
 */
export function openEnvironment({ dir, readOnly = false }: EnvironmentOptions): Environment {
  const root = open<Buffer, Buffer>({
    path: dir,
    noSubdir: false,
    overlappingSync: false,
    // Groups are made by hand (group-commit.ts).
    eventTurnBatching: false,
    encoding: 'binary',
    keyEncoding: 'binary',
    maxDbs: 8,
    readOnly,
    pageSize: 4096,
  });
  const table = (name: string): Table => root.openDB<Buffer, Buffer>({ name, encoding: 'binary', keyEncoding: 'binary' });
  return { root, log: table('log'), index: table('idx'), streams: table('streams'), system: table('sys') };
}

export const systemKey = (name: string): Buffer => Buffer.from(name, 'utf8');
