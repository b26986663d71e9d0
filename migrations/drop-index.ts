import type { QueryRunner } from 'typeorm';

/**
 * Drops the index of a table that is defined so. By its definition, because a rebuild leaves a read model with
 * indexes whose names Postgres chose, while the replaced table keeps the names of the migrations.
 * @param using from USING to the end, as pg_get_indexdef writes it. @throws Error when the table has no such index.
 */
export async function dropIndex(db: QueryRunner, table: string, using: string): Promise<void> {
  const found = (await db.query(
    `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = to_regclass($1) AND pg_get_indexdef(indexrelid) LIKE '%' || $2 AND NOT indisprimary`,
    [table, ` USING ${using}`],
  )) as { name: string }[];
  if (found.length === 0) throw new Error(`${table} has no index ${using}`);
  for (const { name } of found) await db.query(`DROP INDEX ${name}`);
}
