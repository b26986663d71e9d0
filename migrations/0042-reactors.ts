import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where each reactor stands: apart from the projections, so that a rebuild never fires an effect twice. */
export class Reactors1700000042000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE reactor_checkpoints (
        reactor text PRIMARY KEY,
        epoch bigint NOT NULL DEFAULT 0,
        commit_position bigint,
        prepare_position bigint,
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
