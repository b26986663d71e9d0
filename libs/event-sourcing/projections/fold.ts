/** Folds a batch of events into one change per row, in sorted key order: rows are locked in one order by everybody. */
import type { Recorded } from '../domain/event.js';
import type { Cell, Change, ColumnType, Projection, Row, Table } from './projection.js';

/** What a batch does to one row. A row can be removed and made anew within a batch. */
export interface RowChange {
  readonly key: Row;
  removed: boolean;
  present: boolean;
  readonly set: Record<string, Row[string]>;
  readonly sum: Record<string, bigint>;
  readonly evolve: ((before: Row | null) => Row)[];
  /** Commit position of the last event that touched the row. */
  position: bigint;
}

export interface TableChanges {
  readonly table: Table;
  readonly rows: readonly RowChange[];
}

/** @throws whatever the projection throws on an event it cannot fold. */
export function fold(projection: Projection, events: readonly Recorded[]): readonly TableChanges[] {
  const folding = new Folding(projection);
  for (const event of events) folding.add(event);
  return folding.changes();
}

/** A batch while it is being folded. It keeps the rows, and nothing of the events they were made from. */
export class Folding {
  private readonly tables: Map<Table, Map<string, RowChange>>;
  private count = 0;

  constructor(private readonly projection: Projection) {
    this.tables = new Map(projection.tables.map((table) => [table, new Map()]));
  }

  /** How many events were added. */
  get events(): number {
    return this.count;
  }

  /** @throws whatever the projection throws on an event it cannot fold: this batch is then good for nothing. */
  add(event: Recorded): void {
    for (const change of this.projection.changesOf(event)) merge(rowOf(this.tables, change), change, event.position.commit);
    this.count += 1;
  }

  changes(): readonly TableChanges[] {
    return [...this.tables].filter(([, rows]) => rows.size > 0).map(([table, rows]) => ({ table, rows: inOrder(rows) }));
  }
}

const inOrder = (rows: ReadonlyMap<string, RowChange>): RowChange[] => [...rows.keys()].sort().map((id) => rows.get(id)!);

function rowOf(tables: Map<Table, Map<string, RowChange>>, { table, key }: Change): RowChange {
  const rows = tables.get(table);
  if (!rows) throw new TypeError(`table ${table.name} is not declared by the projection`);
  const id = keyText(table, key);
  let row = rows.get(id);
  if (row) return row;
  for (const column in table.definition.key) check(table.definition.key[column], column, key[column] ?? null);
  rows.set(id, (row = { key, removed: false, present: false, set: {}, sum: {}, evolve: [], position: 0n }));
  return row;
}

/** The key of a row as text; the order of these texts is the order of locking. No text that Postgres takes has the sign between them. */
export function keyText({ keyColumns: [first, ...others] }: Table, key: Row): string {
  let text = String(key[first]);
  for (const column of others) text += `\0${String(key[column])}`;
  return text;
}

function merge(row: RowChange, change: Change, position: bigint): void {
  row.position = position;
  if (change.kind === 'remove') {
    row.removed = true;
    row.present = false;
    empty(row);
    return;
  }
  row.present = true;
  if (change.kind === 'evolve') row.evolve.push(change.next);
  else {
    for (const column in change.set) {
      const value = change.set[column];
      if (value === null || value === undefined) continue;
      check(change.table.definition.set?.[column], column, value);
      row.set[column] = value;
    }
    for (const column in change.sum) row.sum[column] = (row.sum[column] ?? 0n) + change.sum[column]!;
  }
}

/**
 * Refuses what Postgres would refuse, here, where the event at fault is known: later in the batch another event could
 * overwrite the value, and the outcome would depend on how the log was cut into batches.
 */
function check(type: ColumnType | undefined, column: string, value: Cell): void {
  const fits = type !== undefined && fitting[type](value);
  if (!fits) throw new TypeError(`column ${column} (${type ?? 'not declared'}) does not take this ${typeof value}`);
}

const storable = (text: string): boolean => !text.includes('\0');

function storableJson(value: unknown): boolean {
  if (typeof value === 'string') return storable(value);
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint';
  if (Array.isArray(value)) return value.every(storableJson);
  return Object.entries(value).every(([name, member]) => storable(name) && storableJson(member));
}

const fitting: Readonly<Record<ColumnType, (value: Cell) => boolean>> = {
  text: (value) => typeof value === 'string' && storable(value),
  integer: (value) => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  bigint: (value) => typeof value === 'bigint' || Number.isSafeInteger(value),
  float8: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  timestamptz: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value),
  jsonb: storableJson,
  cents: (value) => typeof value === 'bigint',
};

function empty(row: RowChange): void {
  for (const column of Object.keys(row.set)) delete row.set[column];
  for (const column of Object.keys(row.sum)) delete row.sum[column];
  row.evolve.length = 0;
}

/** The row that evolving makes of what was there. */
export const evolved = (row: RowChange, before: Row | null): Row => row.evolve.reduce<Row | null>((current, next) => next(current), row.removed ? null : before)!;
