import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What organizations used, by day and dimension, and their sessions. */
export class Usage1700000015000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE usage_daily (
        org_id text NOT NULL,
        day date NOT NULL,
        model text NOT NULL,
        provider text NOT NULL,
        task text NOT NULL,
        key_id text NOT NULL,
        mode text NOT NULL,
        requests bigint NOT NULL,
        completed bigint NOT NULL,
        failed bigint NOT NULL,
        cancelled bigint NOT NULL,
        prompt_tokens bigint NOT NULL,
        completion_tokens bigint NOT NULL,
        cost_cents numeric(28,10) NOT NULL,
        unpriced bigint NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (org_id, day, model, provider, task, key_id, mode)
      ) WITH (fillfactor = 80)`);
    await db.query(`
      CREATE TABLE routing_sessions (
        org_id text NOT NULL,
        session_id text NOT NULL,
        last_task text NOT NULL,
        last_model text NOT NULL,
        last_at timestamptz NOT NULL,
        prompts bigint NOT NULL,
        tokens bigint NOT NULL,
        cost_cents numeric(28,10) NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (org_id, session_id)
      ) WITH (fillfactor = 80)`);
    await db.query('CREATE INDEX routing_sessions_latest ON routing_sessions (org_id, last_at DESC, session_id)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
