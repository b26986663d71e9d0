import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The wrapped data keys of the vault. A destroyed key keeps its row, so that "erased" is known from "unknown". */
export class DataKeys1700000001000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE data_keys (
        key_id text PRIMARY KEY,
        org_id text NOT NULL,
        subject text NOT NULL,
        wrapped bytea,
        created_at timestamptz NOT NULL DEFAULT now(),
        destroyed_at timestamptz
      )`);
    await db.query('CREATE UNIQUE INDEX data_keys_current ON data_keys (org_id, subject) WHERE destroyed_at IS NULL');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
