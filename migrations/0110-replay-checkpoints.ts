import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a what-if replay that was broken off goes on from: gzipped JSON, gone when the replay is over. */
export class ReplayCheckpoints1700000110000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE replays ADD COLUMN checkpoint bytea');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
