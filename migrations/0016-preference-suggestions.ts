import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The latest suggestions of each organization; computed from other tables, so losing them loses nothing. */
export class PreferenceSuggestions1700000016000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE preference_suggestions (
        org_id text PRIMARY KEY,
        suggestions jsonb NOT NULL,
        computed_at timestamptz NOT NULL
      )`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
