import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Beside each checkpoint, how large its batches were and how long their commits took: counts by bucket, the last one
 * for what had no commit before it. And the log that a reactor's position belongs to.
 */
export class CheckpointFigures1700000070000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE projection_checkpoints
        ADD COLUMN batch_sizes bigint[] NOT NULL DEFAULT array_fill(0::bigint, ARRAY[10]),
        ADD COLUMN commit_times bigint[] NOT NULL DEFAULT array_fill(0::bigint, ARRAY[11])`);
    await db.query('ALTER TABLE reactor_checkpoints ADD COLUMN store_id text');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
