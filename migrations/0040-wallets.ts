import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Wallets: balances, the ledger with its chain of hashes, and statements by month. */
export class Wallets1700000040000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE wallets (
        org_id text PRIMARY KEY,
        available_cents numeric(28,10) NOT NULL,
        held_cents numeric(28,10) NOT NULL,
        owed_cents numeric(28,10) NOT NULL,
        entries bigint NOT NULL,
        position bigint NOT NULL
      )`);
    await db.query(`
      CREATE TABLE wallet_chains (
        org_id text PRIMARY KEY,
        hash text NOT NULL,
        position bigint NOT NULL
      )`);
    await db.query(`
      CREATE TABLE wallet_entries (
        org_id text NOT NULL,
        revision bigint NOT NULL,
        line integer NOT NULL,
        at timestamptz NOT NULL,
        type text NOT NULL,
        account text NOT NULL,
        amount_cents numeric(28,10) NOT NULL,
        request_id text,
        reference text,
        position bigint NOT NULL,
        PRIMARY KEY (org_id, revision, line)
      )`);
    await db.query('CREATE INDEX wallet_entries_request ON wallet_entries (org_id, request_id) WHERE request_id IS NOT NULL');
    await db.query(`
      CREATE TABLE wallet_statements (
        org_id text NOT NULL,
        month text NOT NULL,
        credited_cents numeric(28,10) NOT NULL,
        refunded_cents numeric(28,10) NOT NULL,
        adjusted_cents numeric(28,10) NOT NULL,
        debited_cents numeric(28,10) NOT NULL,
        debits bigint NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (org_id, month)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
