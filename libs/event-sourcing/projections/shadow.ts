/** The tables a rebuild fills beside the live ones, and the swap that makes them live. */
import { partitionsOf, type Execute } from './partitions.js';
import { tableIn } from './postgres-store.js';
import type { Projection, Table } from './projection.js';
import { quoted } from './sql.js';

/** Fresh, empty tables like the live ones, with the key alone: other indexes are cheaper to build at the end. */
export async function createShadow(execute: Execute, projection: Projection): Promise<void> {
  await dropShadow(execute, projection);
  for (const table of projection.tables) {
    const { partitionedBy, key } = table.definition;
    const shadow = quoted(tableIn('shadow', table));
    const partitioning = partitionedBy === undefined ? '' : ` PARTITION BY RANGE (${quoted(partitionedBy)})`;
    await execute(`CREATE TABLE ${shadow} (LIKE ${quoted(table.name)} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)${partitioning}`);
    await execute(`ALTER TABLE ${shadow} ADD PRIMARY KEY (${Object.keys(key).map(quoted).join(', ')})`);
  }
}

export async function dropShadow(execute: Execute, projection: Projection): Promise<void> {
  for (const table of projection.tables) await execute(`DROP TABLE IF EXISTS ${quoted(tableIn('shadow', table))}`);
  await execute(`DELETE FROM projection_checkpoints WHERE projection = $1 AND slot = 'shadow'`, [projection.name]);
}

/**
 * The live table's indexes, made on the shadow under names that Postgres chooses, and then its statistics. All sessions
 * work at once: until that is done there is nothing else for the other cores to do.
 */
export async function indexShadow(sessions: readonly [Execute, ...Execute[]], projection: Projection): Promise<void> {
  for (const table of projection.tables) {
    const indexes = await sessions[0]<{ definition: string }>(
      `SELECT pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
       WHERE i.indrelid = to_regclass($1) AND NOT i.indisprimary ORDER BY m.amname = 'btree', i.indexrelid`,
      [quoted(table.name)],
    );
    await shared(sessions, indexes.map(({ definition }) => onShadow(definition, table)), createIndex);
    await shared(sessions, await statisticsOf(sessions[0], table), (execute, statement) => execute(statement));
  }
}

/** Each session takes the next statement when it is through with its last one: the slow ones should come first. */
async function shared(sessions: readonly Execute[], statements: readonly string[], run: (execute: Execute, statement: string) => Promise<unknown>): Promise<void> {
  const left = [...statements];
  const working = sessions.map(async (execute) => {
    for (let statement = left.shift(); statement !== undefined; statement = left.shift()) await run(execute, statement);
  });
  const failed = (await Promise.allSettled(working)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

const uniqueViolation = '23505';

/** Two sessions may choose one name at the same moment: the later one chooses again. */
async function createIndex(execute: Execute, statement: string): Promise<void> {
  try {
    await execute(statement);
  } catch (error) {
    const { code, table } = error as { code?: string; table?: string };
    if (code !== uniqueViolation || table !== 'pg_class') throw error;
    await execute(statement);
  }
}

/**
 * What autovacuum would gather, at once. It never looks at a partitioned table, only at the partitions, and the planner
 * estimates scans by theirs. JSON is left out: nothing looks rows up by it, and it is slow to sort.
 */
async function statisticsOf(execute: Execute, table: Table): Promise<string[]> {
  const { key, set, sum, partitionedBy } = table.definition;
  const columns = [...Object.entries({ ...key, ...set, ...sum }).flatMap(([column, type]) => (type === 'jsonb' ? [] : [column])), 'position'].map(quoted);
  const shadow = tableIn('shadow', table);
  const names = partitionedBy === undefined ? [shadow] : (await partitionsOf(execute, shadow)).map(({ name }) => name);
  return names.map((name) => `ANALYZE ${quoted(name)} (${columns.join(', ')})`);
}

/** `CREATE INDEX name ON [ONLY] schema.table USING ...`: without ONLY, partitions get theirs too. */
const onShadow = (definition: string, table: Table): string =>
  definition.replace(/^CREATE (UNIQUE )?INDEX .+? ON (?:ONLY )?.+? USING /, (_, unique = '') => `CREATE ${unique}INDEX ON ${quoted(tableIn('shadow', table))} USING `);

/** Inside a transaction: live tables become old ones, shadows live. @returns the names of the old ones. */
export async function swapTables(execute: Execute, projection: Projection, nowMs: number): Promise<string[]> {
  const retired: string[] = [];
  for (const table of projection.tables) {
    const old = `${table.name}__old_${nowMs}`;
    await execute(`ALTER TABLE ${quoted(table.name)} RENAME TO ${quoted(old)}`);
    await execute(`ALTER TABLE ${quoted(tableIn('shadow', table))} RENAME TO ${quoted(table.name)}`);
    retired.push(old);
  }
  return retired;
}

/** Drops the tables that swaps before a moment (milliseconds since 1970) left behind. @returns their names. */
export async function dropRetired(execute: Execute, beforeMs: number): Promise<string[]> {
  const tables = await execute<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relname ~ '__old_[0-9]{13}$' ORDER BY relname`);
  const over = tables.filter(({ name }) => Number(name.slice(-13)) < beforeMs).map(({ name }) => name);
  for (const name of over) await execute(`DROP TABLE ${quoted(name)}`);
  return over;
}
