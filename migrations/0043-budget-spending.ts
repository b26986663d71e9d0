import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was spent against budgets: by organization and key, by day, month and in all. */
export class BudgetSpending1700000043000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE budget_spending (
        org_id text NOT NULL,
        scope text NOT NULL,
        period text NOT NULL,
        spent_cents numeric(28,10) NOT NULL,
        requests bigint NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (org_id, scope, period)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
