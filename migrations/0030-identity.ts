import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the log must not hold: addresses, password hashes, digests of session tokens. Deleting a row forgets a person;
 * the events only know ids.
 */
export class Identity1700000030000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE users (
        user_id text PRIMARY KEY,
        email text NOT NULL UNIQUE,
        password_hash text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        password_changed_at timestamptz NOT NULL DEFAULT now()
      )`);
    await db.query(`
      CREATE TABLE sessions (
        session_id text PRIMARY KEY,
        user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
        org_id text NOT NULL,
        digest text NOT NULL UNIQUE,
        previous_digest text,
        rotated_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await db.query('CREATE INDEX sessions_previous ON sessions (previous_digest) WHERE previous_digest IS NOT NULL');
    await db.query('CREATE INDEX sessions_user ON sessions (user_id)');
    await db.query(`
      CREATE TABLE sign_in_attempts (
        email_digest text PRIMARY KEY,
        failures integer NOT NULL,
        last_at timestamptz NOT NULL,
        locked_until timestamptz NOT NULL
      )`);
    await db.query('CREATE TABLE invited_addresses (invitation_id text PRIMARY KEY, org_id text NOT NULL, email text NOT NULL)');
    await db.query('CREATE TABLE api_key_usage (key_id text PRIMARY KEY, last_used_at timestamptz NOT NULL)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
