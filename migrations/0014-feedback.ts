import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people said of classifications, one row each. */
export class Feedback1700000014000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE feedback (
        org_id text NOT NULL,
        feedback_id text NOT NULL,
        request_id text,
        model text,
        classified_task text NOT NULL,
        correct boolean NOT NULL,
        suggested_task text,
        confidence float8,
        given_at timestamptz NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (org_id, feedback_id)
      )`);
    await db.query('CREATE INDEX feedback_recent ON feedback (org_id, given_at DESC)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
