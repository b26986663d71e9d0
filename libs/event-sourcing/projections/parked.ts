/** Events that a projection could not apply, and with each the rest of its stream: to be seen, and drained when the cause is gone. */
import type { Queryable } from '../../platform/postgres.js';
import type { Recorded, StreamName } from '../domain/event.js';
import { CannotRun } from './failure.js';
import { fold } from './fold.js';
import type { Execute } from './partitions.js';
import { PostgresStore } from './postgres-store.js';
import type { Projection } from './projection.js';
import { Session } from './projector.js';

export interface ParkedStream {
  readonly projection: string;
  readonly stream: StreamName;
  readonly events: number;
  /** Of the first parked event: what has to be mended. */
  readonly type: string;
  readonly revision: bigint;
  readonly error: string;
  readonly since: Date;
}

/** Oldest first. */
export async function parkedStreams(db: Queryable, projection: string | null): Promise<ParkedStream[]> {
  const rows = await db.query<{ projection: string; stream: StreamName; events: string; type: string; revision: string; error: string; since: Date }>(
    `SELECT DISTINCT ON (projection, stream) projection, stream, type, revision, error, parked_at AS since, count(*) OVER (PARTITION BY projection, stream) AS events
     FROM parked_events WHERE $1::text IS NULL OR projection = $1 ORDER BY projection, stream, revision`,
    [projection],
  );
  return rows.map((row) => ({ ...row, events: Number(row.events), revision: BigInt(row.revision) })).sort((a, b) => a.since.getTime() - b.since.getTime());
}

export interface DrainOptions {
  readonly url: string;
  readonly log: { read(stream: StreamName, from?: bigint): AsyncIterable<Recorded> };
  readonly projection: Projection;
}

export interface Drained {
  readonly stream: StreamName;
  readonly events: number;
  /** Why the stream stays parked; null when it was drained. */
  readonly error: unknown;
}

/**
 * Applies what is parked, one stream at a time, each whole in one transaction with its removal from parking. The
 * checkpoint's epoch is raised in it, so the leader starts again and no longer parks what follows in the stream.
 * State made by `evolve` gets the late events late; a rebuild gives it the order of the log.
 */
export async function drainParked({ url, log, projection }: DrainOptions): Promise<Drained[]> {
  const session = await Session.connect(url);
  try {
    const execute: Execute = async <Row extends object>(text: string, values: readonly unknown[] = []) => (await session.client.query<Row>(text, values as unknown[])).rows;
    const streams = await execute<{ stream: StreamName }>('SELECT stream FROM parked_events WHERE projection = $1 GROUP BY stream ORDER BY min(commit_position)', [projection.name]);
    const store = new PostgresStore(session.client, { projection, slot: 'live', storeId: null, arrival: 'late' });
    const drained: Drained[] = [];
    for (const { stream } of streams) drained.push(await drainStream({ execute, log, projection, store }, stream));
    return drained;
  } finally {
    await session.end();
  }
}

interface Draining extends Omit<DrainOptions, 'url'> {
  readonly execute: Execute;
  readonly store: PostgresStore;
}

async function drainStream({ execute, log, projection, store }: Draining, stream: StreamName): Promise<Drained> {
  await execute('BEGIN');
  try {
    const leading = await execute(
      `UPDATE projection_checkpoints SET epoch = epoch + 1 WHERE projection = $1 AND slot = 'live' AND version = $2 RETURNING 1`,
      [projection.name, projection.version],
    );
    if (leading.length === 0) throw new CannotRun(`projection ${projection.name} is at another version: rebuild it instead`);
    const events = await parkedEvents(execute, log, projection.name, stream);
    const changes = fold(projection, events);
    await store.makePartitions(changes);
    for (const change of changes) await store.write(change);
    await execute('DELETE FROM parked_events WHERE projection = $1 AND stream = $2', [projection.name, stream]);
    await execute(`UPDATE projection_checkpoints SET events = events + $2 WHERE projection = $1 AND slot = 'live'`, [projection.name, events.length]);
    await execute('COMMIT');
    return { stream, events: events.length, error: null };
  } catch (error) {
    await execute('ROLLBACK');
    return { stream, events: 0, error };
  }
}

async function parkedEvents(execute: Execute, log: DrainOptions['log'], projection: string, stream: StreamName): Promise<Recorded[]> {
  const rows = await execute<{ revision: string }>('SELECT revision FROM parked_events WHERE projection = $1 AND stream = $2 ORDER BY revision', [projection, stream]);
  const wanted = new Set(rows.map(({ revision }) => BigInt(revision)));
  const events: Recorded[] = [];
  for await (const event of log.read(stream, BigInt(rows[0]!.revision))) if (wanted.has(event.revision)) events.push(event);
  if (events.length !== wanted.size) throw new CannotRun(`${wanted.size - events.length} parked events of ${stream} are no longer in the log`);
  return events;
}
