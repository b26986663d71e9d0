import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Current preferences, one row per organization and key. */
export class Preferences1700000012000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE preferences (
        org_id text NOT NULL,
        key text NOT NULL,
        value jsonb NOT NULL,
        updated_at timestamptz NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (org_id, key)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
