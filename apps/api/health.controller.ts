/** Whether the process lives, and whether it may be sent requests. */
import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import { LiveFolds } from '../../libs/event-sourcing/live-folds.js';
import { ProjectionStatus, type ProjectionState } from '../../libs/event-sourcing/projections/status.js';
import { Access } from '../../libs/identity/exports.js';
import { Db } from '../../libs/platform/postgres.js';

const patienceMs = 2_000;

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly log: EventLog,
    private readonly folds: LiveFolds,
    private readonly db: Db,
    private readonly projections: ProjectionStatus,
  ) {}

  @Get('live')
  @Access('public')
  @ApiOperation({ summary: 'The process answers' })
  live() {
    return { status: 'live' };
  }

  /** Routing needs the log alone; the database is reported, and its absence does not take routing away. */
  @Get('ready')
  @Access('public')
  @ApiOperation({ summary: 'The process can route; reads need the database as well' })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const [head, database, projections] = await Promise.all([within(this.log.head()), within(this.db.query('SELECT 1')), within(this.projections.all())]);
    const routing = head !== null;
    void reply.status(routing ? 200 : 503).send({
      status: routing ? 'ready' : 'unavailable',
      checks: {
        event_log: routing ? 'up' : 'down',
        database: database === null ? 'down' : 'up',
        live_view: { position: this.folds.position().toString(), behind: routing && head > this.folds.position() ? (head - this.folds.position()).toString() : '0' },
        projections: projections === null ? 'unknown' : Object.fromEntries(projections.map((state) => [state.name, figuresOf(state)])),
      },
    });
  }
}

const figuresOf = (state: ProjectionState) => ({
  lag_events: state.lagEvents,
  lag_seconds: state.lagSeconds,
  parked_events: state.parkedEvents,
  events: state.events,
  last_batch_events: state.lastBatch,
  mean_commit_ms: state.commits === 0 ? null : Math.round((state.commitSeconds / state.commits) * 100_000) / 100,
  epoch_changes: state.epoch,
});

/** Null when it fails or takes too long. */
function within<T>(work: Promise<T>): Promise<T | null> {
  return Promise.race([work.catch(() => null), new Promise<null>((resolve) => setTimeout(resolve, patienceMs, null).unref())]);
}
