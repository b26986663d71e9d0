import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What-if replays: what was asked, how far it has come, what it found. */
export class Replays1700000061000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE replays (
        replay_id text PRIMARY KEY,
        org_id text NOT NULL,
        request jsonb NOT NULL,
        status text NOT NULL DEFAULT 'queued',
        progress float8 NOT NULL DEFAULT 0,
        decisions bigint NOT NULL DEFAULT 0,
        result jsonb,
        error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz
      )`);
    await db.query('CREATE INDEX replays_org ON replays (org_id, created_at DESC)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
