/** Whether two tables hold the same rows, whatever their order: a count and a sum of row hashes. */
import type { Execute } from './partitions.js';
import type { Table } from './projection.js';
import { quoted, TableSql } from './sql.js';

export interface Digest {
  readonly rows: string;
  readonly sum: string;
}

/** Hash of every row as text, added up. The session must have TimeZone UTC, as sessions of the engine do. */
export async function digestOf(execute: Execute, name: string): Promise<Digest> {
  const [row] = await execute<{ rows: string; sum: string }>(
    `SELECT count(*)::text AS rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS sum FROM ${quoted(name)} t`,
  );
  return row!;
}

export const sameDigest = (a: Digest, b: Digest): boolean => a.rows === b.rows && a.sum === b.sum;

/** One row that is not the same in both tables; a side without it is null. */
export interface Difference {
  readonly key: string;
  readonly live: string | null;
  readonly rebuilt: string | null;
}

/** The first differences, in the order of the keys. */
export async function differencesOf(execute: Execute, table: Table, live: string, rebuilt: string, most: number): Promise<Difference[]> {
  const sql = new TableSql(table, table.name);
  const keys = sql.keyColumns.map(quoted).join(', ');
  return execute<{ key: string; live: string | null; rebuilt: string | null }>(
    `SELECT coalesce(${keyOrNull(sql, 'a')}, ${keyOrNull(sql, 'b')}) AS key, a::text AS live, b::text AS rebuilt
     FROM ${quoted(live)} a FULL JOIN ${quoted(rebuilt)} b USING (${keys})
     WHERE a::text IS DISTINCT FROM b::text ORDER BY ${keys} LIMIT ${most}`,
  );
}

const keyOrNull = (sql: TableSql, alias: string): string => `CASE WHEN ${alias}.position IS NOT NULL THEN ${sql.keyJson(alias)} END`;
