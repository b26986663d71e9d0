import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where each projection stands, and the events it could not apply. */
export class Projections1700000010000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE projection_checkpoints (
        projection text NOT NULL,
        slot text NOT NULL CHECK (slot IN ('live', 'shadow')),
        version integer NOT NULL,
        store_id text,
        epoch bigint NOT NULL DEFAULT 0,
        leader text,
        commit_position bigint,
        prepare_position bigint,
        types text[] NOT NULL DEFAULT '{}',
        events bigint NOT NULL DEFAULT 0,
        commits bigint NOT NULL DEFAULT 0,
        commit_us bigint NOT NULL DEFAULT 0,
        last_batch integer NOT NULL DEFAULT 0,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (projection, slot)
      ) WITH (fillfactor = 50)`);
    await db.query(`
      CREATE TABLE parked_events (
        projection text NOT NULL,
        stream text NOT NULL,
        revision bigint NOT NULL,
        commit_position bigint NOT NULL,
        prepare_position bigint NOT NULL,
        event_id text NOT NULL,
        type text NOT NULL,
        error text NOT NULL,
        parked_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (projection, stream, revision)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
