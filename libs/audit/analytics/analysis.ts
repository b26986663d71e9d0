/**
 * A standard analysis: a fold over the log, in one file. A new one is a file here and a line in analyses.ts; see
 * docs/analytics.md. Pure: what it is told is all it knows.
 */
import type { Recorded } from '../../event-sourcing/domain/event.js';

export interface Fold {
  /** Events of the organization in the range, and what concerns everybody, in the order of the log. */
  take(event: Recorded): void;
  result(): object;
}

export interface Analysis {
  readonly name: string;
  /** One sentence: what it tells. */
  readonly tells: string;
  readonly types: readonly string[];
  begin(): Fold;
}

/** A row of counters for each name, made at first sight. */
export class Rows<Row extends object> {
  private readonly rows = new Map<string, Row>();

  constructor(private readonly empty: () => Row) {}

  at(name: string): Row {
    let row = this.rows.get(name);
    if (!row) this.rows.set(name, (row = this.empty()));
    return row;
  }

  entries(): readonly (readonly [name: string, row: Row])[] {
    return [...this.rows].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** A share to four decimals; null of nothing. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : Math.round((1e4 * part) / whole) / 1e4);
