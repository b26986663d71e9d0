/** The tables of a projection in memory, with the same meaning as in Postgres: for the simulation and for tests of folds. */
import type { Recorded } from '../../domain/event.js';
import { evolved, fold, keyText, type RowChange, type TableChanges } from '../fold.js';
import type { Cell, Projection, Row, Table } from '../projection.js';
import { Fenced } from '../failure.js';
import type { Commit, Opened, ParkedEvent, ProjectionStore } from '../store.js';

type MemoryRow = Record<string, Cell>;

export class MemoryTables {
  private readonly tables = new Map<string, Map<string, MemoryRow>>();

  write(changes: readonly TableChanges[]): void {
    for (const { table, rows } of changes) for (const row of rows) this.writeRow(table, row);
  }

  /** Rows in the order of their keys, without the position. */
  rows(table: Table): Row[] {
    return [...(this.tables.get(table.name) ?? [])]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { position: _, ...row }]) => row);
  }

  /** Two stores with the same digest hold the same rows. */
  digest(): string {
    const sorted = (row: MemoryRow) => Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
    const tables = [...this.tables].map(([name, rows]) => [name, [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, row]) => [key, sorted(row)])]);
    return JSON.stringify(tables.sort(), (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  }

  private writeRow(table: Table, change: RowChange): void {
    const rows = this.tables.get(table.name) ?? new Map<string, MemoryRow>();
    this.tables.set(table.name, rows);
    const id = keyText(table, change.key);
    const before = rows.get(id);
    if (before && (before['position'] as bigint) >= change.position) return;
    if (change.removed) rows.delete(id);
    if (!change.present) return;
    const current = rows.get(id) ?? emptyRow(table, change.key);
    if (change.evolve.length > 0) Object.assign(current, evolved(change, rows.has(id) ? current : null));
    Object.assign(current, change.set);
    for (const [column, n] of Object.entries(change.sum)) current[column] = (current[column] as bigint) + n;
    current['position'] = change.position;
    rows.set(id, current);
  }
}

const emptyRow = (table: Table, key: Row): MemoryRow => ({
  ...key,
  ...Object.fromEntries(Object.keys(table.definition.set ?? {}).map((column) => [column, null])),
  ...Object.fromEntries(Object.keys(table.definition.sum ?? {}).map((column) => [column, 0n])),
});

/** What a projection makes of events: the first test of every fold. */
export function projected(projection: Projection, events: readonly Recorded[]): MemoryTables {
  const tables = new MemoryTables();
  tables.write(fold(projection, events));
  return tables;
}

export class MemoryStore implements ProjectionStore {
  readonly tables = new MemoryTables();
  readonly parked: ParkedEvent[] = [];
  position: Commit['to'] | null = null;
  epoch = 0n;
  appliedEvents = 0;
  commits = 0;

  constructor(readonly name: string) {}

  async open(): Promise<Opened> {
    this.epoch += 1n;
    return { checkpoint: { position: this.position, epoch: this.epoch }, parkedStreams: new Set(this.parked.map(({ event }) => event.stream)) };
  }

  async commit({ from, to, changes, parked, events }: Commit): Promise<void> {
    if (from.epoch !== this.epoch || from.position?.commit !== this.position?.commit) throw new Fenced(this.name);
    this.tables.write(changes);
    this.parked.push(...parked);
    this.position = to;
    this.appliedEvents += events;
    this.commits += 1;
  }
}
