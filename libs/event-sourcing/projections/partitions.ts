/** Monthly partitions of a table: made when a row needs one, dropped whole when retention is over. */
import { quoted } from './sql.js';

/** One statement on a connection of the engine. */
export type Execute = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** `2026-01` of an ISO 8601 time in UTC. */
export const monthOf = (iso: string): string => new Date(iso).toISOString().slice(0, 7);

const firstOf = (month: string): string => `${month}-01T00:00:00Z`;

export const monthAfter = (month: string): string => {
  const start = new Date(firstOf(month));
  start.setUTCMonth(start.getUTCMonth() + 1);
  return start.toISOString().slice(0, 7);
};

/**
 * Makes the partition of a month if it is not there. It is filled in as a table and then attached, because ATTACH
 * leaves readers and writers of the parent alone, and PARTITION OF would wait for all of them.
 */
export async function ensurePartition(execute: Execute, parent: string, month: string): Promise<void> {
  if ((await partitionsOf(execute, parent)).some((partition) => partition.month === month)) return;
  const [id] = await execute<{ oid: string }>(`SELECT $1::regclass::oid::text AS oid`, [quoted(parent)]);
  // Shadows become live by renaming, so the name of a partition carries the identity of its parent, not its name.
  const name = `${parent}_${month.replace('-', '')}_${id!.oid}`;
  await execute(`CREATE TABLE IF NOT EXISTS ${quoted(name)} (LIKE ${quoted(parent)} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  try {
    await execute(`ALTER TABLE ${quoted(parent)} ATTACH PARTITION ${quoted(name)} FOR VALUES FROM ('${firstOf(month)}') TO ('${firstOf(monthAfter(month))}')`);
  } catch (error) {
    // Another leader attached it between our look and our statement.
    if (!(await partitionsOf(execute, parent)).some((partition) => partition.month === month)) throw error;
  }
}

export interface Partition {
  readonly name: string;
  readonly month: string;
}

/** Partitions of a table, oldest first. */
export async function partitionsOf(execute: Execute, parent: string): Promise<Partition[]> {
  const rows = await execute<{ name: string; month: string }>(
    `SELECT c.relname AS name, substring(pg_get_expr(c.relpartbound, c.oid) FROM 'FROM \\(''(\\d{4}-\\d{2})') AS month
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass($1) ORDER BY month`,
    [quoted(parent)],
  );
  return rows;
}

/**
 * Drops the months that ended before a moment.
 * @param before ISO 8601. @returns the names of what was dropped.
 */
export async function dropPartitionsBefore(execute: Execute, parent: string, before: string): Promise<string[]> {
  const over = (await partitionsOf(execute, parent)).filter(({ month }) => Date.parse(firstOf(monthAfter(month))) <= Date.parse(before));
  for (const { name } of over) await execute(`DROP TABLE ${quoted(name)}`);
  return over.map(({ name }) => name);
}
