import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where the work of a job stands at a provider (sealed): what another worker needs to go on with it. */
export class JobStanding1700000080000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE media_jobs ADD COLUMN standing jsonb');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
