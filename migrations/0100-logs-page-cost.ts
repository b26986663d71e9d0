import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A page of dear requests is found in the index alone: the cost is checked before a row is fetched. */
export class LogsPageCost1700000100000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX logs_page');
    await db.query('CREATE INDEX logs_page ON logs (org_id, created_at DESC, request_id DESC, cost_cents)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
