/**
 * What a projection is: a name, a version, its tables, and for each event type the changes it causes. Everything
 * here is data or a pure function, so the same definition runs live, in a rebuild, in memory and in the simulation.
 */
import type { DomainEvent, Recorded } from '../domain/event.js';

/** Types of columns, as Postgres names them; `cents` is a `numeric(28,10)` that takes Money. */
export type ColumnType = 'text' | 'integer' | 'bigint' | 'float8' | 'boolean' | 'timestamptz' | 'date' | 'jsonb' | 'cents';

/** What a cell takes. Dates are ISO 8601 text, `jsonb` any plain JSON, `cents` a Money. */
export type Cell = string | number | bigint | boolean | object | null;
export type Row = Readonly<Record<string, Cell>>;
type Columns = Readonly<Record<string, ColumnType>>;

export interface TableDefinition {
  /** Together unique. Part of every change. */
  readonly key: Columns;
  /** The last value wins; a null leaves what is there, so that several events can fill one row. */
  readonly set?: Columns;
  /** Counters: whole numbers or Money, added up. */
  readonly sum?: Columns;
  /** A `timestamptz` of the key: one partition a month, and retention drops whole months. */
  readonly partitionedBy?: string;
}

/** Change of one row; the engine merges those of a batch and writes each row once. */
export type Change =
  | { readonly table: Table; readonly key: Row; readonly kind: 'put'; readonly set: Row; readonly sum: Readonly<Record<string, bigint>> }
  | { readonly table: Table; readonly key: Row; readonly kind: 'remove' }
  | { readonly table: Table; readonly key: Row; readonly kind: 'evolve'; readonly next: (before: Row | null) => Row };

/** A table of a read model. Every table also has `position bigint`, the log position of the row's last event. */
export class Table<D extends TableDefinition = TableDefinition> {
  readonly keyColumns: readonly [string, ...string[]];

  constructor(
    readonly name: string,
    readonly definition: D,
  ) {
    this.keyColumns = Object.keys(definition.key) as [string, ...string[]];
  }

  /** Sets columns of one row, made when it is not there. */
  put(key: Record<keyof D['key'], Cell>, set: Partial<Record<keyof D['set'] & string, Cell>>): Change {
    return { table: this, key: key as Row, kind: 'put', set: set as Row, sum: {} };
  }

  /** Adds to counters of one row, made when it is not there, and sets columns beside them. */
  add(key: Record<keyof D['key'], Cell>, sum: Partial<Record<keyof D['sum'] & string, number | bigint>>, set: Partial<Record<keyof D['set'] & string, Cell>> = {}): Change {
    const counts = Object.fromEntries(Object.entries(sum).map(([column, n]) => [column, BigInt(n as number | bigint)]));
    return { table: this, key: key as Row, kind: 'put', set: set as Row, sum: counts };
  }

  remove(key: Record<keyof D['key'], Cell>): Change {
    return { table: this, key: key as Row, kind: 'remove' };
  }

  /**
   * Makes the row from what it was: for state that no sum or last value can express. The engine reads the rows of a
   * batch first, in the same transaction. Not to be mixed with put and add on one table.
   */
  evolve(key: Record<keyof D['key'], Cell>, next: (before: Record<keyof D['set'], Cell> | null) => Record<keyof D['set'], Cell>): Change {
    return { table: this, key: key as Row, kind: 'evolve', next: next as (before: Row | null) => Row };
  }
}

export const table = <const D extends TableDefinition>(name: string, definition: D): Table<D> => new Table(name, definition);

type Handlers<E extends DomainEvent> = {
  readonly [T in E['type']]?: (event: Recorded<Extract<E, { type: T }>>) => Change | readonly Change[] | null;
};

export interface ProjectionDefinition<E extends DomainEvent> {
  /** Also the name of its checkpoint; never reused for something else. */
  readonly name: string;
  /** Raised when the fold or a table changes meaning: whoever leads it then makes the tables anew from the log before it goes on. */
  readonly version: number;
  readonly tables: readonly Table[];
  readonly on: Handlers<E>;
}

export interface Projection {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly Table[];
  /** Event types to subscribe to, sorted. */
  readonly types: readonly string[];
  /** Pure. What it throws is the event's fault: the event is parked. */
  changesOf(event: Recorded): readonly Change[];
}

export function projection<E extends DomainEvent>({ name, version, tables, on }: ProjectionDefinition<E>): Projection {
  const handlers = new Map(Object.entries(on) as [string, (event: Recorded) => Change | readonly Change[] | null][]);
  return {
    name,
    version,
    tables,
    types: [...handlers.keys()].sort(),
    changesOf(event) {
      const changes = handlers.get(event.type)?.(event) ?? [];
      return Array.isArray(changes) ? (changes as readonly Change[]) : [changes as Change];
    },
  };
}
