import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Purchases that are not guessed at: unknown organizations, other currencies, tellings that disagree. */
export class Purchases1700000041000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE parked_purchases (
        purchase_id text NOT NULL,
        reason text NOT NULL,
        currency text,
        amount text,
        organization text,
        parked_at timestamptz,
        position bigint NOT NULL,
        PRIMARY KEY (purchase_id, reason)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
