/** How the projections are, seen from any process: for /metrics, /health/ready and the command line. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { batchSizeBounds, commitMsBounds, registerHistogram, type Counted } from './histograms.js';
import type { Queryable } from '../../platform/postgres.js';
import type { ProjectionLog } from './projector.js';

export interface ProjectionState {
  readonly name: string;
  readonly version: number;
  /** Commit position; null before the first event. */
  readonly position: bigint | null;
  /** Events in the log that are not applied yet; counted to 10,000 at most. */
  readonly lagEvents: number;
  /** Age of the oldest of them. 0 when there is none. */
  readonly lagSeconds: number;
  readonly parkedEvents: number;
  readonly parkedStreams: number;
  readonly events: number;
  readonly commits: number;
  readonly commitSeconds: number;
  readonly lastBatch: number;
  /** Batches by size and commits by time; see histograms.ts. */
  readonly batchSizes: readonly number[];
  readonly commitTimes: readonly number[];
  /** How often the lead was taken. */
  readonly epoch: number;
  readonly leader: string | null;
  /** Milliseconds since 1970. */
  readonly updatedMs: number;
}

interface StateRow {
  readonly projection: string;
  readonly version: number;
  readonly types: string[];
  readonly commit_position: string | null;
  readonly prepare_position: string | null;
  readonly events: string;
  readonly commits: string;
  readonly commit_us: string;
  readonly last_batch: number;
  readonly batch_sizes: string[];
  readonly commit_times: string[];
  readonly epoch: string;
  readonly leader: string | null;
  readonly updated_at: Date;
  readonly parked_events: string;
  readonly parked_streams: string;
}

const mostCounted = 10_000;

export class ProjectionStatus {
  constructor(
    private readonly db: Queryable,
    private readonly log: ProjectionLog & { head(): Promise<bigint> | bigint },
    private readonly now: () => number = Date.now,
  ) {}

  /** By name. @throws DatabaseUnavailable */
  async all(): Promise<ProjectionState[]> {
    const [rows, head] = await Promise.all([
      this.db.query<StateRow>(
        `SELECT c.*, coalesce(p.events, 0) AS parked_events, coalesce(p.streams, 0) AS parked_streams
         FROM projection_checkpoints c
         LEFT JOIN (SELECT projection, count(*) AS events, count(DISTINCT stream) AS streams FROM parked_events GROUP BY projection) p USING (projection)
         WHERE c.slot = 'live' ORDER BY c.projection`,
      ),
      this.log.head(),
    ]);
    return Promise.all(rows.map((row) => this.stateOf(row, head)));
  }

  /** Gauges and counters of every projection, read from the database when they are asked for. */
  registerMetrics(registry: Registry): void {
    const states = this.sharedByOneScrape();
    const metric = (kind: 'gauge' | 'counter', name: string, help: string, of: (state: ProjectionState) => number) => {
      const Metric = kind === 'gauge' ? Gauge : Counter;
      const created: Gauge | Counter = new Metric({
        name: `greatrouter_projection_${name}`,
        help,
        labelNames: ['projection'],
        registers: [registry],
        collect: async () => {
          created.reset();
          for (const state of (await states()) ?? []) created.inc({ projection: state.name }, of(state));
        },
      });
    };
    metric('gauge', 'lag_seconds', 'Age of the oldest event that is not applied.', (state) => state.lagSeconds);
    metric('gauge', 'lag_events', 'Events that are not applied, counted to 10000.', (state) => state.lagEvents);
    metric('gauge', 'parked_events', 'Events that could not be applied.', (state) => state.parkedEvents);
    metric('gauge', 'last_batch_events', 'Events of the last commit.', (state) => state.lastBatch);
    metric('gauge', 'last_progress_seconds', 'When the checkpoint last moved, seconds since 1970.', (state) => state.updatedMs / 1_000);
    metric('counter', 'events_total', 'Events applied.', (state) => state.events);
    metric('counter', 'commits_total', 'Batches committed.', (state) => state.commits);
    metric('counter', 'epoch_changes_total', 'How often a process took the lead.', (state) => state.epoch);
    const histogram = (name: string, help: string, bounds: readonly number[], of: (state: ProjectionState) => Omit<Counted, 'projection'>) =>
      registerHistogram(registry, `greatrouter_projection_${name}`, help, bounds, async () => ((await states()) ?? []).map((state) => ({ projection: state.name, ...of(state) })));
    histogram('batch_events', 'Events of a committed batch.', batchSizeBounds, ({ batchSizes, events }) => ({ counts: batchSizes, sum: events }));
    const inSeconds = commitMsBounds.map((ms) => ms / 1_000);
    histogram('commit_seconds', 'Time a commit took; known when the next one is made.', inSeconds, ({ commitTimes, commitSeconds }) => ({ counts: commitTimes, sum: commitSeconds }));
    const readable: Gauge = new Gauge({
      name: 'greatrouter_projections_readable',
      help: '1 when the state of the projections could be read.',
      registers: [registry],
      collect: async () => readable.set((await states()) ? 1 : 0),
    });
  }

  /** Prometheus collects every metric by itself: those of one scrape share one look. Null when it failed. */
  private sharedByOneScrape(): () => Promise<ProjectionState[] | null> {
    let latest = { at: -Infinity, states: Promise.resolve<ProjectionState[] | null>(null) };
    return () => {
      if (performance.now() - latest.at > 100) latest = { at: performance.now(), states: this.all().catch(() => null) };
      return latest.states;
    };
  }

  private async stateOf(row: StateRow, head: bigint): Promise<ProjectionState> {
    const position = row.commit_position === null ? null : { commit: BigInt(row.commit_position), prepare: BigInt(row.prepare_position!) };
    const behind = (position?.commit ?? -1n) < head ? await this.behind(row.types, position) : { events: 0, oldestMs: null };
    return {
      name: row.projection,
      version: row.version,
      position: position?.commit ?? null,
      lagEvents: behind.events,
      lagSeconds: behind.oldestMs === null ? 0 : Math.max(0, this.now() - behind.oldestMs) / 1_000,
      parkedEvents: Number(row.parked_events),
      parkedStreams: Number(row.parked_streams),
      events: Number(row.events),
      commits: Number(row.commits),
      commitSeconds: Number(row.commit_us) / 1_000_000,
      lastBatch: row.last_batch,
      batchSizes: row.batch_sizes.map(Number),
      commitTimes: row.commit_times.slice(0, commitMsBounds.length + 1).map(Number),
      epoch: Number(row.epoch),
      leader: row.leader,
      updatedMs: row.updated_at.getTime(),
    };
  }

  /** Events of the projection's types after its checkpoint: positions alone cannot say how many those are. */
  private async behind(types: readonly string[], from: { commit: bigint; prepare: bigint } | null): Promise<{ events: number; oldestMs: number | null }> {
    const subscription = this.log.subscribe({ types, ...(from ? { from } : {}) });
    let events = 0;
    let oldestMs: number | null = null;
    try {
      for await (const message of subscription) {
        if (message.kind === 'caught-up' || events >= mostCounted) break;
        if (message.kind !== 'event') continue;
        events += 1;
        oldestMs ??= message.event.createdMs;
      }
    } finally {
      await subscription.unsubscribe();
    }
    return { events, oldestMs };
  }
}
