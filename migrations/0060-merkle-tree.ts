import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The Merkle tree of the log: tiles of 256 hashes, and how far it has come. */
export class MerkleTree1700000060000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE merkle_tree (
        store_id text PRIMARY KEY,
        size bigint NOT NULL,
        commit_position bigint,
        prepare_position bigint
      )`);
    await db.query(`
      CREATE TABLE merkle_tiles (
        level smallint NOT NULL,
        tile bigint NOT NULL,
        hashes bytea NOT NULL,
        positions bytea,
        first_position bigint,
        PRIMARY KEY (level, tile)
      )`);
    // Hashes do not compress, and a proof reads whole tiles.
    await db.query('ALTER TABLE merkle_tiles ALTER hashes SET STORAGE EXTERNAL, ALTER positions SET STORAGE EXTERNAL');
    await db.query('CREATE INDEX merkle_tiles_position ON merkle_tiles (first_position) WHERE level = 0');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
