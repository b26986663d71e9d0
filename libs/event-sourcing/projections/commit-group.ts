/**
 * Commits the small batches of several projections in one transaction: they read the log together, so their batches
 * are due together, and a transaction costs more than the few rows in it. Each checkpoint is still swapped for itself.
 * What cannot go along (a checkpoint that is elsewhere or held by a rebuild, a row the database refuses) is left to
 * its own projection to commit alone, which finds out why.
 */
import type pg from 'pg';
import { failureClass } from './failure.js';
import { batchSizeBounds, bucketOf, commitTimeBucket } from './histograms.js';
import type { Commit } from './store.js';

export interface GroupMember {
  /** Name of the projection. */
  readonly name: string;
  /** Writes the rows of a commit by this connection, inside its transaction. */
  writeRows(commit: Commit, client: pg.Client): Promise<void>;
}

interface Due {
  readonly member: GroupMember;
  readonly commit: Commit;
  /** Whether it was committed; false: commit it alone. */
  readonly settle: (committed: boolean) => void;
  readonly fail: (error: unknown) => void;
}

export interface GroupConnection {
  readonly client: pg.Client;
  readonly lost: Error | null;
  end(): Promise<void>;
}

/** A batch of more events is worth a transaction of its own, beside the others. */
const mostEvents = 250;

/** Skips what somebody holds, such as a rebuild that compares: one projection must not hold up the others. */
const swapStatement = `
  WITH due AS (
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::integer[], $7::bigint[], $8::integer[], $9::integer[])
      AS d(projection, epoch, old_commit, new_commit, new_prepare, events, us, size_bucket, time_bucket)
  ), free AS (
    SELECT c.projection FROM projection_checkpoints c JOIN due d USING (projection)
    WHERE c.slot = 'live' AND c.epoch = d.epoch AND c.commit_position IS NOT DISTINCT FROM d.old_commit
    ORDER BY c.projection FOR UPDATE OF c SKIP LOCKED
  )
  UPDATE projection_checkpoints c
  SET commit_position = d.new_commit, prepare_position = d.new_prepare, events = c.events + d.events, last_batch = d.events,
      commits = c.commits + 1, commit_us = c.commit_us + d.us, updated_at = now(),
      batch_sizes[d.size_bucket] = c.batch_sizes[d.size_bucket] + 1, commit_times[d.time_bucket] = c.commit_times[d.time_bucket] + 1
  FROM due d JOIN free USING (projection)
  WHERE c.projection = d.projection AND c.slot = 'live'
  RETURNING c.projection`;

export class CommitGroup {
  private gathering: Due[] = [];
  private running: Promise<void> | null = null;
  private connection: GroupConnection | null = null;

  constructor(private readonly connect: () => Promise<GroupConnection>) {}

  takes({ events, parked }: Commit): boolean {
    return events <= mostEvents && parked.length === 0;
  }

  /** @returns whether it was committed; if not, nothing of it was, and it has to be committed alone. @throws when the connection breaks: the outcome is unknown. */
  commit(member: GroupMember, commit: Commit): Promise<boolean> {
    return new Promise((settle, fail) => {
      this.gathering.push({ member, commit, settle, fail });
      this.running ??= this.run();
    });
  }

  /** When nobody commits any more. */
  async close(): Promise<void> {
    await this.running;
    await this.connection?.end();
  }

  private async run(): Promise<void> {
    // Batches that close in the same turn come together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.gathering.length > 0) {
      const together = this.gathering.sort((a, b) => (a.member.name < b.member.name ? -1 : 1));
      this.gathering = [];
      if (together.length === 1) together[0]!.settle(false);
      else await this.transact(together);
    }
    this.running = null;
  }

  private async transact(together: readonly Due[]): Promise<void> {
    try {
      const swapped = await this.inTransaction(together);
      for (const due of together) due.settle(swapped.has(due.member.name));
    } catch (error) {
      const rolledBack = failureClass(error) !== 'reconnect' && !this.connection?.lost;
      for (const due of together) if (rolledBack) due.settle(false);
      else due.fail(error);
    }
  }

  private async inTransaction(together: readonly Due[]): Promise<ReadonlySet<string>> {
    const client = await this.client();
    try {
      const [, swap] = await Promise.all([client.query('BEGIN'), client.query<{ projection: string }>({ name: 'swap checkpoints', text: swapStatement, values: valuesOf(together) })]);
      const swapped = new Set(swap.rows.map(({ projection }) => projection));
      for (const { member, commit } of together) if (swapped.has(member.name)) await member.writeRows(commit, client);
      await client.query('COMMIT');
      return swapped;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  private async client(): Promise<pg.Client> {
    if (this.connection?.lost) {
      await this.connection.end();
      this.connection = null;
    }
    this.connection ??= await this.connect();
    return this.connection.client;
  }
}

function valuesOf(together: readonly Due[]): unknown[][] {
  const column = (of: (commit: Commit) => unknown) => together.map(({ commit }) => of(commit));
  return [
    together.map(({ member }) => member.name),
    column(({ from }) => from.epoch.toString()),
    column(({ from }) => from.position?.commit.toString() ?? null),
    column(({ to }) => to.commit.toString()),
    column(({ to }) => to.prepare.toString()),
    column(({ events }) => events),
    column(({ previousMs }) => Math.round((previousMs ?? 0) * 1_000)),
    column(({ events }) => bucketOf(batchSizeBounds, events)),
    column(({ previousMs }) => commitTimeBucket(previousMs)),
  ];
}
