/** What-if replays as jobs: their state is here, the queue only wakes a worker. */
import { Injectable } from '@nestjs/common';
import { Db } from '../../platform/postgres.js';
import type { ReplayRequest } from '../domain/replay-request.js';
import type { WhatIfReport } from '../replay/run-what-if.js';

export type ReplayStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

export interface Replay {
  readonly replayId: string;
  readonly orgId: string;
  readonly request: ReplayRequest;
  readonly status: ReplayStatus;
  /** 0 to 1. */
  readonly progress: number;
  readonly decisions: number;
  readonly result: WhatIfReport | null;
  readonly error: string | null;
  readonly createdAt: string;
}

interface ReplayRow {
  readonly replay_id: string;
  readonly org_id: string;
  readonly request: ReplayRequest;
  readonly status: ReplayStatus;
  readonly progress: number;
  readonly decisions: string;
  readonly result: WhatIfReport | null;
  readonly error: string | null;
  readonly created_at: Date;
}

@Injectable()
export class Replays {
  constructor(private readonly db: Db) {}

  async add(replayId: string, orgId: string, request: ReplayRequest): Promise<void> {
    await this.db.query('INSERT INTO replays (replay_id, org_id, request) VALUES ($1, $2, $3)', [replayId, orgId, JSON.stringify(request)]);
  }

  /** Null when the organization has none of that id; any organization's when `orgId` is null. */
  async find(orgId: string | null, replayId: string): Promise<Replay | null> {
    const [row] = await this.db.query<ReplayRow>('SELECT * FROM replays WHERE replay_id = $1 AND ($2::text IS NULL OR org_id = $2)', [replayId, orgId]);
    return row ? replayOf(row) : null;
  }

  /** Newest first. */
  async list(orgId: string, limit: number): Promise<readonly Replay[]> {
    const rows = await this.db.query<ReplayRow>('SELECT replay_id, org_id, request, status, progress, decisions, NULL::jsonb AS result, error, created_at FROM replays WHERE org_id = $1 ORDER BY created_at DESC LIMIT $2', [orgId, limit]);
    return rows.map(replayOf);
  }

  /** False when it is over, or was cancelled meanwhile: the work stops. */
  async goOn(replayId: string, progress: number, decisions: number): Promise<boolean> {
    const rows = await this.db.query(`UPDATE replays SET status = 'running', progress = $2, decisions = $3 WHERE replay_id = $1 AND status IN ('queued', 'running') RETURNING 1`, [replayId, progress, decisions]);
    return rows.length === 1;
  }

  async complete(replayId: string, result: WhatIfReport): Promise<void> {
    await this.db.query(`UPDATE replays SET status = 'completed', progress = 1, decisions = $3, result = $2, checkpoint = NULL, ended_at = now() WHERE replay_id = $1 AND status = 'running'`, [replayId, JSON.stringify(result), result.decisions]);
  }

  /** What a run that was broken off goes on from; null when there is nothing, or it is over. */
  async checkpoint(replayId: string): Promise<Buffer | null> {
    const [row] = await this.db.query<{ checkpoint: Buffer | null }>('SELECT checkpoint FROM replays WHERE replay_id = $1', [replayId]);
    return row?.checkpoint ?? null;
  }

  async keepCheckpoint(replayId: string, checkpoint: Buffer): Promise<void> {
    await this.db.query(`UPDATE replays SET checkpoint = $2 WHERE replay_id = $1 AND status = 'running'`, [replayId, checkpoint]);
  }

  async fail(replayId: string, error: string): Promise<void> {
    await this.db.query(`UPDATE replays SET status = 'failed', error = $2, checkpoint = NULL, ended_at = now() WHERE replay_id = $1 AND status IN ('queued', 'running')`, [replayId, error]);
  }

  /** False when it was over already. */
  async cancel(orgId: string, replayId: string): Promise<boolean> {
    const rows = await this.db.query(`UPDATE replays SET status = 'cancelled', checkpoint = NULL, ended_at = now() WHERE replay_id = $1 AND org_id = $2 AND status IN ('queued', 'running') RETURNING 1`, [replayId, orgId]);
    return rows.length === 1;
  }

  /** Those that a worker has yet to finish: what a restarted worker takes up again. */
  async unfinished(): Promise<readonly string[]> {
    return (await this.db.query<{ replay_id: string }>(`SELECT replay_id FROM replays WHERE status IN ('queued', 'running') ORDER BY created_at`)).map((row) => row.replay_id);
  }
}

const replayOf = (row: ReplayRow): Replay => ({
  replayId: row.replay_id, orgId: row.org_id, request: row.request, status: row.status, progress: row.progress, decisions: Number(row.decisions), result: row.result, error: row.error, createdAt: row.created_at.toISOString(),
});
