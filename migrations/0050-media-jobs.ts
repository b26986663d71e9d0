import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Long media work: what was asked (sealed), how far it has come, what was made (sealed) until it expires. */
export class MediaJobs1700000050000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE media_jobs (
        job_id text PRIMARY KEY,
        org_id text NOT NULL,
        kind text NOT NULL,
        model text NOT NULL,
        work jsonb,
        status text NOT NULL DEFAULT 'queued',
        progress float8 NOT NULL DEFAULT 0,
        runs integer NOT NULL DEFAULT 0,
        cancel_requested_at timestamptz,
        result jsonb,
        error jsonb,
        created_at timestamptz NOT NULL,
        started_at timestamptz,
        ended_at timestamptz,
        expires_at timestamptz
      )`);
    await db.query('CREATE INDEX media_jobs_open ON media_jobs (created_at) WHERE ended_at IS NULL');
    await db.query('CREATE INDEX media_jobs_expiry ON media_jobs (expires_at) WHERE expires_at IS NOT NULL');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
