/**
 * A projection's tables and checkpoint in PostgreSQL. A commit is one transaction: first the compare-and-swap of the
 * checkpoint (which fences and serializes everybody who writes these tables), then one statement per table.
 */
import { hostname } from 'node:os';
import type pg from 'pg';
import type { CommitGroup, GroupMember } from './commit-group.js';
import { CannotRun, Fenced, Outdated } from './failure.js';
import { evolved, type RowChange, type TableChanges } from './fold.js';
import { batchSizeBounds, bucketOf, commitTimeBucket } from './histograms.js';
import { ensurePartition, monthOf, type Execute } from './partitions.js';
import type { Projection, Row, Table } from './projection.js';
import { asRow, TableSql, type Arrival, type Statement } from './sql.js';
import type { Commit, Opened, ParkedEvent, ProjectionStore, Slot } from './store.js';

interface CheckpointRow {
  readonly version: number;
  readonly store_id: string | null;
  readonly epoch: string;
  readonly commit_position: string | null;
  readonly prepare_position: string | null;
}

export interface StoreOptions {
  readonly projection: Projection;
  readonly slot: Slot;
  /** `late`: rows may have moved on without these events, which were parked. `in-order` when absent. */
  readonly arrival?: Arrival;
  /** Identity of the log; null while the log is empty. A checkpoint of another log is refused. */
  readonly storeId: string | null;
  /** Small batches are committed with those of others; each by itself when absent. */
  readonly group?: CommitGroup;
}

const serializationFailure = '40001';

/** Name of a table in a slot. */
export const tableIn = (slot: Slot, table: Table): string => (slot === 'live' ? table.name : `${table.name}__shadow`);

export class PostgresStore implements ProjectionStore, GroupMember {
  private readonly sql: ReadonlyMap<Table, TableSql>;
  private readonly partitions = new Set<string>();

  /** @param client one connection, used by nobody else; its session keeps `TimeZone` UTC. */
  constructor(
    private readonly client: pg.Client,
    private readonly options: StoreOptions,
  ) {
    this.sql = new Map(options.projection.tables.map((table) => [table, new TableSql(table, tableIn(options.slot, table), options.arrival ?? 'in-order')]));
  }

  async open(): Promise<Opened> {
    const { projection, slot, storeId } = this.options;
    const { name, version, types } = projection;
    await this.execute('INSERT INTO projection_checkpoints (projection, slot, version, types) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [name, slot, version, types]);
    const [row] = await this.execute<CheckpointRow>(
      `UPDATE projection_checkpoints SET epoch = epoch + 1, leader = $3, store_id = coalesce(store_id, $4), types = $5, updated_at = now()
       WHERE projection = $1 AND slot = $2 RETURNING version, store_id, epoch, commit_position, prepare_position`,
      [projection.name, slot, `${hostname()}:${process.pid}`, storeId, projection.types],
    );
    if (row!.version < projection.version) throw new Outdated(projection.name, row!.version, projection.version);
    if (row!.version > projection.version) {
      throw new CannotRun(`projection ${projection.name} was made by version ${row!.version}, which this release (version ${projection.version}) does not know: start the newer release, or run greatrouter rebuild ${projection.name}`);
    }
    if (storeId !== null && row!.store_id !== storeId) {
      throw new CannotRun(`projection ${projection.name} was filled from another event log (${row!.store_id}) than this one (${storeId}): use that log, or run greatrouter rebuild ${projection.name} to fill it from this one`);
    }
    const parked = slot === 'live' ? await this.execute<{ stream: string }>('SELECT DISTINCT stream FROM parked_events WHERE projection = $1', [projection.name]) : [];
    const position = row!.commit_position === null ? null : { commit: BigInt(row!.commit_position), prepare: BigInt(row!.prepare_position!) };
    return { checkpoint: { position, epoch: BigInt(row!.epoch) }, parkedStreams: new Set(parked.map(({ stream }) => stream)) };
  }

  async commit(commit: Commit): Promise<void> {
    await this.makePartitions(commit.changes);
    const { group } = this.options;
    if (group?.takes(commit) && (await group.commit(this, commit))) return;
    await this.commitAlone(commit);
  }

  get name(): string {
    return this.options.projection.name;
  }

  /** Inside a transaction that somebody began on this connection. */
  async writeRows({ changes }: Commit, client: pg.Client = this.client): Promise<void> {
    for (const change of changes) await this.write(change, client);
  }

  private async commitAlone(commit: Commit): Promise<void> {
    await this.execute('BEGIN');
    try {
      await this.swapCheckpoint(commit);
      await this.writeRows(commit);
      if (commit.parked.length > 0) await this.park(commit.parked);
    } catch (error) {
      await this.execute('ROLLBACK').catch(() => undefined);
      throw this.withoutItsPartition(error);
    }
    await this.execute('COMMIT');
  }

  /** Retention dropped a month that a late event belongs to: with the month made again, the same batch fits. */
  private withoutItsPartition(error: unknown): unknown {
    if (!/^no partition of relation/.test((error as Error).message)) return error;
    this.partitions.clear();
    return Object.assign(new Error('a partition is missing', { cause: error }), { code: serializationFailure });
  }

  /** Inside a transaction of the caller. Used by commits and by the draining of parked events. */
  async write({ table, rows }: TableChanges, client: pg.Client = this.client): Promise<void> {
    const sql = this.sql.get(table)!;
    const removed = rows.filter((row) => row.removed);
    const present = rows.filter((row) => row.present);
    if (removed.length > 0) await run(client, sql.remove(removed));
    if (present.length > 0) await run(client, sql.upsert(await evolve(client, sql, present)));
  }

  /** Makes the months that these rows fall in. Outside of any transaction: it waits for nobody's rows. */
  async makePartitions(changes: readonly TableChanges[]): Promise<void> {
    for (const { table, rows } of changes) {
      const column = table.definition.partitionedBy;
      if (column === undefined) continue;
      const parent = tableIn(this.options.slot, table);
      for (const month of new Set(rows.map((row) => monthOf(row.key[column] as string)))) {
        const known = `${parent} ${month}`;
        if (this.partitions.has(known)) continue;
        await ensurePartition(this.execute, parent, month);
        this.partitions.add(known);
      }
    }
  }

  private async swapCheckpoint({ from, to, events, previousMs }: Commit): Promise<void> {
    const { projection, slot } = this.options;
    const result = await this.client.query({
      name: 'swap checkpoint',
      text: `UPDATE projection_checkpoints
             SET commit_position = $3, prepare_position = $4, events = events + $5::integer, last_batch = $5::integer,
                 commits = commits + 1, commit_us = commit_us + $8, updated_at = now(),
                 batch_sizes[$9] = batch_sizes[$9] + 1, commit_times[$10] = commit_times[$10] + 1
             WHERE projection = $1 AND slot = $2 AND commit_position IS NOT DISTINCT FROM $6::bigint AND epoch = $7`,
      values: [
        projection.name, slot, to.commit.toString(), to.prepare.toString(), events, from.position?.commit.toString() ?? null, from.epoch.toString(), Math.round((previousMs ?? 0) * 1_000),
        bucketOf(batchSizeBounds, events), commitTimeBucket(previousMs),
      ],
    });
    if (result.rowCount !== 1) throw new Fenced(projection.name);
  }

  private async park(parked: readonly ParkedEvent[]): Promise<void> {
    const column = (of: (parked: ParkedEvent) => unknown) => parked.map(of);
    await this.execute(
      `INSERT INTO parked_events (projection, stream, revision, commit_position, prepare_position, event_id, type, error)
       SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[]) ON CONFLICT DO NOTHING`,
      [
        this.options.projection.name,
        column(({ event }) => event.stream),
        column(({ event }) => event.revision.toString()),
        column(({ event }) => event.position.commit.toString()),
        column(({ event }) => event.position.prepare.toString()),
        column(({ event }) => event.id),
        column(({ event }) => event.type),
        column(({ error }) => error.replaceAll('\0', '')),
      ],
    );
  }

  private readonly execute: Execute = async <R extends object>(text: string, values: readonly unknown[] = []) => (await this.client.query<R>(text, values as unknown[])).rows;
}

async function run<R extends object>(client: pg.Client, { name, text, values }: Statement): Promise<R[]> {
  return (await client.query<R>({ name, text, values: values as unknown[] })).rows;
}

async function evolve(client: pg.Client, sql: TableSql, rows: readonly RowChange[]): Promise<readonly RowChange[]> {
  if (!rows.some((row) => row.evolve.length > 0)) return rows;
  const current = await run<{ row: string }>(client, sql.current(rows));
  const before = new Map<number, Row>(current.map(({ row, ...columns }) => [Number(row) - 1, asRow(columns)]));
  return rows.map((row, index) => ({ ...row, set: evolved(row, before.get(index) ?? null) as RowChange['set'] }));
}
