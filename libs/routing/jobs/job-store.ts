/** The rows of jobs: what the log does not keep of them. Texts and what was made are sealed under the organization's key. */
import { Injectable } from '@nestjs/common';
import type { Sealed } from '../../event-sourcing/domain/sealed.js';
import type { OrgId } from '../../identity/exports.js';
import { Db } from '../../platform/postgres.js';
import { expiryOf, type JobEnding, type JobError, type JobStatus } from '../domain/job.js';
import type { LongWorkKind } from '../domain/vocabulary.js';

export interface NewJob {
  readonly jobId: string;
  readonly orgId: OrgId;
  readonly kind: LongWorkKind;
  readonly model: string;
  readonly work: Sealed;
  readonly createdAt: string;
}

export interface JobRow {
  readonly job_id: string;
  readonly org_id: OrgId;
  readonly kind: LongWorkKind;
  readonly model: string;
  /** Null once it has ended. */
  readonly work: Sealed | null;
  /** Where the work stands at a provider; null before one is asked, and once it has ended. */
  readonly standing: Sealed | null;
  readonly status: JobStatus;
  /** 0 to 1. */
  readonly progress: number;
  /** How often a worker has taken it up. */
  readonly runs: number;
  readonly cancel_requested_at: Date | null;
  readonly result: Sealed | null;
  readonly error: JobError | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly expires_at: Date | null;
}

@Injectable()
export class JobStore {
  constructor(private readonly db: Db) {}

  async open({ jobId, orgId, kind, model, work, createdAt }: NewJob): Promise<void> {
    await this.db.query('INSERT INTO media_jobs (job_id, org_id, kind, model, work, created_at) VALUES ($1, $2, $3, $4, $5, $6)', [jobId, orgId, kind, model, JSON.stringify(work), createdAt]);
  }

  /** Null when there is none, when it is another organization's, and when it has expired. */
  async of(orgId: OrgId, jobId: string): Promise<JobRow | null> {
    const rows = await this.db.query<JobRow>('SELECT * FROM media_jobs WHERE job_id = $1 AND org_id = $2 AND (expires_at IS NULL OR expires_at > now())', [jobId, orgId]);
    return rows[0] ?? null;
  }

  /** Changes nothing once it has ended. */
  async askToCancel(orgId: OrgId, jobId: string): Promise<void> {
    await this.db.query('UPDATE media_jobs SET cancel_requested_at = coalesce(cancel_requested_at, now()) WHERE job_id = $1 AND org_id = $2 AND ended_at IS NULL', [jobId, orgId]);
  }

  /** A worker takes it up. Null when it has ended. */
  async begin(jobId: string): Promise<JobRow | null> {
    const rows = await this.db.query<JobRow>(
      `UPDATE media_jobs SET status = 'running', runs = runs + 1, started_at = coalesce(started_at, now()) WHERE job_id = $1 AND ended_at IS NULL RETURNING *`,
      [jobId],
    );
    return rows[0] ?? null;
  }

  /** @returns whether it is to be cancelled. */
  async report(jobId: string, progress: number): Promise<boolean> {
    const rows = await this.db.query<{ cancel: boolean }>('UPDATE media_jobs SET progress = $2 WHERE job_id = $1 RETURNING cancel_requested_at IS NOT NULL AS cancel', [jobId, progress]);
    return rows[0]?.cancel ?? true;
  }

  /** Where the work stands: durable before a provider is asked, and before it is asked again. */
  async noteStanding(jobId: string, standing: Sealed): Promise<void> {
    await this.db.query('UPDATE media_jobs SET standing = $2 WHERE job_id = $1 AND ended_at IS NULL', [jobId, JSON.stringify(standing)]);
  }

  /** A worker that stops leaves it to the next: that was no failed run. */
  async handBack(jobId: string): Promise<void> {
    await this.db.query(`UPDATE media_jobs SET status = 'queued', runs = runs - 1 WHERE job_id = $1 AND ended_at IS NULL`, [jobId]);
  }

  /** Before the ending is in the log: what the log calls completed has its result. */
  async keepResult(jobId: string, result: Sealed): Promise<void> {
    await this.db.query('UPDATE media_jobs SET result = $2 WHERE job_id = $1 AND ended_at IS NULL', [jobId, JSON.stringify(result)]);
  }

  /** As the log says; what was asked is forgotten. */
  async close(jobId: string, { status, error }: JobEnding, endedAt: string): Promise<void> {
    await this.db.query(
      `UPDATE media_jobs SET status = $2, error = $3, ended_at = $4, expires_at = $5, work = NULL, standing = NULL,
         progress = CASE WHEN $2 = 'completed' THEN 1 ELSE progress END,
         result = CASE WHEN $2 = 'completed' THEN result END
       WHERE job_id = $1 AND ended_at IS NULL`,
      [jobId, status, error && JSON.stringify(error), endedAt, expiryOf(endedAt)],
    );
  }

  /** Those that have not ended, oldest first. */
  async unfinished(): Promise<readonly string[]> {
    const rows = await this.db.query<{ job_id: string }>('SELECT job_id FROM media_jobs WHERE ended_at IS NULL ORDER BY created_at');
    return rows.map(({ job_id }) => job_id);
  }

  async forgetExpired(): Promise<void> {
    await this.db.query('DELETE FROM media_jobs WHERE expires_at < now()');
  }
}
