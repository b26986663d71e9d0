/** The tables a rebuild fills beside the live ones, and the swap that makes them live. */
import type { Execute } from './partitions.js';
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

/** The live table's indexes, made on the shadow under names that Postgres chooses. */
export async function indexShadow(execute: Execute, projection: Projection): Promise<void> {
  for (const table of projection.tables) {
    const indexes = await execute<{ definition: string }>(
      'SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indrelid = to_regclass($1) AND NOT indisprimary ORDER BY indexrelid',
      [quoted(table.name)],
    );
    for (const { definition } of indexes) await execute(onShadow(definition, table));
    await execute(`ANALYZE ${quoted(tableIn('shadow', table))}`);
  }
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
