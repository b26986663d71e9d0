/**
 * Fills shadow tables from the start of the log with the same fold, brings them to the live position, compares, and
 * swaps in one transaction. Reads see the old rows until then and the new ones from then on, never a half.
 */
import type { Position } from '../domain/event.js';
import { Committer } from './committer.js';
import { differencesOf, digestOf, sameDigest, type Difference, type Digest } from './digest.js';
import { CannotRun, failureClass } from './failure.js';
import { fillUpTo } from './filling.js';
import { dropPartitionsBefore, type Execute } from './partitions.js';
import { PostgresStore, tableIn } from './postgres-store.js';
import type { Projection } from './projection.js';
import { realEnvironment, Session, type ProjectionLog } from './projector.js';
import { createShadow, dropShadow, indexShadow, swapTables } from './shadow.js';

export interface RebuildOptions {
  readonly url: string;
  readonly log: ProjectionLog;
  readonly storeId: string | null;
  readonly projection: Projection;
  /** if-same: a difference from a live table of the same version ends it, with both kept as they are. */
  readonly swap: 'never' | 'if-same' | 'always';
  /** Rows of partitioned tables older than this (ISO 8601) are over, here and in the live table. */
  readonly keepFrom?: string;
  /** Called after every batch. */
  onProgress?(progress: { events: number; position: bigint; target: bigint }): void;
}

export interface RebuiltTable {
  readonly name: string;
  readonly live: Digest;
  readonly rebuilt: Digest;
  readonly same: boolean;
  /** The first rows that differ; none when the versions do. */
  readonly differences: readonly Difference[];
}

export interface RebuildReport {
  readonly projection: string;
  readonly events: number;
  readonly seconds: number;
  /** Commit position at which live and rebuilt were compared; null when the live one never ran. */
  readonly position: bigint | null;
  /** False when the live tables were made by another version or from another log: a difference is then expected. */
  readonly comparable: boolean;
  readonly tables: readonly RebuiltTable[];
  readonly swapped: boolean;
  /** Where the replaced rows are kept, for a while. */
  readonly retired: readonly string[];
}

interface LiveCheckpoint {
  readonly version: number;
  /** Null as well when the live tables were filled from another log, whose positions mean nothing in this one. */
  readonly position: Position | null;
  readonly ofThisLog: boolean;
}

/** Further than any log: everything until it has caught up. */
const endOfLog: Position = { commit: 2n ** 63n - 1n, prepare: 2n ** 63n - 1n };
/** How long the swap waits for readers to let go of the tables, and how often it tries. */
const lockTimeoutMs = 5_000;
const swapAttempts = 5;
const mostDifferences = 20;

/** @throws CannotRun when it is being rebuilt already. @throws whatever an event that cannot be folded causes: a rebuild parks nothing. */
export async function rebuild(options: RebuildOptions): Promise<RebuildReport> {
  const session = await Session.connect(options.url);
  try {
    if (!(await session.tryLock(`rebuild ${options.projection.name}`))) throw new CannotRun(`projection ${options.projection.name} is being rebuilt already`);
    const building = new Rebuild(options, session);
    try {
      return await building.run();
    } catch (error) {
      if (!session.lost) await building.abandon();
      throw error;
    }
  } finally {
    await session.end();
  }
}

class Rebuild {
  private readonly startedAt = performance.now();
  private readonly execute: Execute;
  private events = 0;
  private committer!: Committer;

  constructor(
    private readonly options: RebuildOptions,
    private readonly session: Session,
  ) {
    this.execute = executeOn(session);
  }

  async run(): Promise<RebuildReport> {
    const { projection, storeId } = this.options;
    await createShadow(this.execute, projection);
    const store = new PostgresStore(this.session.client, { projection, slot: 'shadow', storeId });
    const observer = { retrying() {}, applied: ({ events }: { events: number }) => void (this.events += events) };
    const environment = { ...realEnvironment, sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)) };
    this.committer = new Committer(store, (await store.open()).checkpoint, { observer, environment });
    await this.followLive();
    await this.index();
    await this.followLive();
    return this.finish();
  }

  private async index(): Promise<void> {
    const helper = await Session.connect(this.options.url);
    try {
      await indexShadow([this.execute, executeOn(helper)], this.options.projection);
    } finally {
      await helper.end();
    }
  }

  async abandon(): Promise<void> {
    await dropShadow(this.execute, this.options.projection);
  }

  /** To where the live tables are now, never past them: the two are compared at one position. */
  private async followLive(): Promise<void> {
    const { position, ofThisLog } = await this.live(this.execute, '');
    if (position) await this.fillUpTo(position);
    else if (!ofThisLog) await this.fill(endOfLog);
  }

  private async fillUpTo(target: Position): Promise<void> {
    await this.fill(target);
    // The events between its last one and the target are of other types.
    if ((this.committer.position?.commit ?? -1n) < target.commit) await this.committer.commit({ changes: [], events: 0, parked: [] }, target);
  }

  private fill(target: Position): Promise<void> {
    const { projection, log, onProgress } = this.options;
    const onBatch = (position: bigint) => onProgress?.({ events: this.events, position, target: target.commit });
    return fillUpTo(target, { projection, log, committer: this.committer, onBatch });
  }

  private async finish(): Promise<RebuildReport> {
    for (let attempt = 1; ; attempt += 1) {
      const control = await Session.connect(this.options.url);
      try {
        return await this.compareAndSwap(executeOn(control));
      } catch (error) {
        // Readers held a table for longer than the lock timeout; everything was rolled back.
        if (failureClass(error) !== 'retry' || attempt >= swapAttempts) throw error;
      } finally {
        await control.end();
      }
    }
  }

  /** While this holds the live checkpoint, no projector commits: both sides stand at one position. */
  private async compareAndSwap(execute: Execute): Promise<RebuildReport> {
    const { projection, swap } = this.options;
    await execute('BEGIN');
    await execute(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
    const live = await this.live(execute, 'FOR UPDATE');
    if (live.position) await this.fillUpTo(live.position);
    await this.expire(execute);
    const comparable = live.version === projection.version && live.ofThisLog;
    const tables = await this.compare(execute, comparable);
    const same = tables.every((table) => table.same);
    const swapped = swap === 'always' || (swap === 'if-same' && (same || !comparable));
    const retired = swapped ? await this.swap(execute) : [];
    await execute('COMMIT');
    if (!swapped) await dropShadow(this.execute, projection);
    const seconds = (performance.now() - this.startedAt) / 1_000;
    return { projection: projection.name, events: this.events, seconds, position: live.position?.commit ?? null, comparable, tables, swapped, retired };
  }

  private async swap(execute: Execute): Promise<string[]> {
    const { projection } = this.options;
    const retired = await swapTables(execute, projection, Date.now());
    // The next epoch: whoever leads the live projection looks at the checkpoint anew. Its position moves only when it was of another log.
    await execute(
      `UPDATE projection_checkpoints l SET version = s.version, store_id = s.store_id, commit_position = s.commit_position, prepare_position = s.prepare_position, types = s.types, epoch = l.epoch + 1, updated_at = now()
       FROM projection_checkpoints s WHERE l.projection = $1 AND l.slot = 'live' AND s.projection = $1 AND s.slot = 'shadow'`,
      [projection.name],
    );
    await execute(`DELETE FROM projection_checkpoints WHERE projection = $1 AND slot = 'shadow'`, [projection.name]);
    // What had been parked is in the new rows: a rebuild ends at the first event it cannot apply.
    await execute('DELETE FROM parked_events WHERE projection = $1', [projection.name]);
    return retired;
  }

  private async expire(execute: Execute): Promise<void> {
    const { keepFrom, projection } = this.options;
    if (keepFrom === undefined) return;
    for (const table of projection.tables.filter(({ definition }) => definition.partitionedBy !== undefined)) {
      await dropPartitionsBefore(execute, tableIn('live', table), keepFrom);
      // Not in the transaction of the swap, which would keep the session that counts the shadow's rows waiting.
      await dropPartitionsBefore(this.execute, tableIn('shadow', table), keepFrom);
    }
  }

  private async compare(execute: Execute, comparable: boolean): Promise<RebuiltTable[]> {
    const compared: RebuiltTable[] = [];
    for (const table of this.options.projection.tables) {
      const [name, shadow] = [tableIn('live', table), tableIn('shadow', table)];
      const [live, rebuilt] = await Promise.all([digestOf(execute, name), digestOf(this.execute, shadow)]);
      const same = sameDigest(live, rebuilt);
      const differences = same || !comparable ? [] : await differencesOf(execute, table, name, shadow, mostDifferences);
      compared.push({ name, live, rebuilt, same, differences });
    }
    return compared;
  }

  private async live(execute: Execute, lock: '' | 'FOR UPDATE'): Promise<LiveCheckpoint> {
    const { name, version, types } = this.options.projection;
    const columns = 'version, store_id, commit_position, prepare_position';
    await execute(`INSERT INTO projection_checkpoints (projection, slot, version, types) VALUES ($1, 'live', $2, $3) ON CONFLICT DO NOTHING`, [name, version, types]);
    const [row] = await execute<{ version: number; store_id: string | null; commit_position: string | null; prepare_position: string | null }>(
      `SELECT ${columns} FROM projection_checkpoints WHERE projection = $1 AND slot = 'live' ${lock}`,
      [name],
    );
    const { version: made, store_id: filledFrom, commit_position: commit, prepare_position: prepare } = row!;
    const ofThisLog = filledFrom === null || this.options.storeId === null || filledFrom === this.options.storeId;
    return { version: made, ofThisLog, position: commit === null || !ofThisLog ? null : { commit: BigInt(commit), prepare: BigInt(prepare!) } };
  }
}

const executeOn = (session: Session): Execute => async <Row extends object>(text: string, values: readonly unknown[] = []) =>
  (await session.client.query<Row>(text, values as unknown[])).rows;

