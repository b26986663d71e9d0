import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The activity log, one partition a month (made by the projection when a row needs it). */
export class Logs1700000011000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE logs (
        request_id text NOT NULL,
        created_at timestamptz NOT NULL,
        org_id text NOT NULL,
        endpoint text,
        status text,
        model text,
        provider text,
        task text,
        content_mode text,
        complexity_tier text,
        optimization text,
        routing_reason text,
        fallback_chain jsonb,
        attempts integer,
        prompt_tokens bigint,
        completion_tokens bigint,
        cost_cents numeric(28,10),
        estimated_cost_cents numeric(28,10),
        classification_ms float8,
        routing_ms float8,
        inference_ms float8,
        total_ms float8,
        ttft_ms float8,
        session_id text,
        key_id text,
        cache text,
        error_code text,
        prompt_hash text,
        position bigint NOT NULL,
        PRIMARY KEY (request_id, created_at)
      ) PARTITION BY RANGE (created_at)`);
    // A page is an organization's requests, newest first; each filter that can be rare has the same order beside it.
    const page = 'created_at DESC, request_id DESC';
    await db.query(`CREATE INDEX logs_page ON logs (org_id, ${page})`);
    for (const column of ['model', 'provider', 'task', 'key_id', 'session_id']) {
      await db.query(`CREATE INDEX logs_${column} ON logs (org_id, ${column}, ${page}) WHERE ${column} IS NOT NULL`);
    }
    await db.query(`CREATE INDEX logs_not_completed ON logs (org_id, status, ${page}) WHERE status <> 'completed'`);
    await db.query(`CREATE INDEX logs_cost ON logs (org_id, cost_cents) WHERE cost_cents IS NOT NULL`);
    await db.query(`CREATE EXTENSION IF NOT EXISTS pg_trgm`);
    await db.query(`CREATE INDEX logs_routing_reason ON logs USING gin (routing_reason gin_trgm_ops)`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
