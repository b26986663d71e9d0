import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropIndex } from './drop-index.js';

/** A page of dear requests is found in the index alone: the cost is checked before a row is fetched. */
export class LogsPageCost1700000100000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await dropIndex(db, 'logs', 'btree (org_id, created_at DESC, request_id DESC)');
    await db.query('CREATE INDEX ON logs (org_id, created_at DESC, request_id DESC, cost_cents)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
