/**
 * Every version of every model, so that the catalogue can be asked as of any position or time. A price changes rarely:
 * all versions of some hundred models fit in memory, and a version shares what did not change with the one before.
 */
import type { AsOf } from '../../event-sourcing/domain/as-of.js';
import { catalogModel, type CatalogEvent, type ListedModel } from './catalog.js';
import { CatalogSnapshot } from './snapshot.js';

/** Where an event stands: its commit position and when the store wrote it (milliseconds since 1970). */
export interface Moment {
  readonly position: bigint;
  readonly atMs: number;
}

export interface Version extends Moment {
  readonly state: ListedModel;
}

/** Snapshots of the past kept at once; the audit of one period asks for the same few again. */
const pastKept = 8;

export class CatalogHistory {
  private readonly versions = new Map<string, Version[]>();
  private now: CatalogSnapshot | undefined;
  private readonly past = new Map<string, CatalogSnapshot>();

  /** Folds one event, in the order of the log. */
  apply(event: CatalogEvent, moment: Moment): void {
    const id = event.type === 'ModelListed' ? event.data.model.id : event.data.id;
    const versions = this.versions.get(id) ?? [];
    const state = catalogModel.evolve(versions.at(-1)?.state ?? null, event);
    if (state === null) return;
    versions.push({ ...moment, state });
    this.versions.set(id, versions);
    this.now = undefined;
    this.past.clear();
  }

  latest(): CatalogSnapshot {
    return (this.now ??= this.snapshot((versions) => versions.at(-1)));
  }

  at(asOf: AsOf): CatalogSnapshot {
    const key = 'position' in asOf ? `p${asOf.position}` : `t${asOf.atMs}`;
    const kept = this.past.get(key);
    if (kept) return kept;
    const reached = 'position' in asOf ? (version: Version) => version.position <= asOf.position : (version: Version) => version.atMs <= asOf.atMs;
    const snapshot = this.snapshot((versions) => versions.findLast(reached));
    if (this.past.size >= pastKept) this.past.delete(this.past.keys().next().value!);
    this.past.set(key, snapshot);
    return snapshot;
  }

  /** The versions of one model, oldest first: its price history. Empty when it was never listed. */
  versionsOf(id: string): readonly Version[] {
    return this.versions.get(id) ?? [];
  }

  /** All versions, to be kept and given to `restore` by the next process. */
  *entries(): Iterable<readonly [string, readonly Version[]]> {
    yield* this.versions;
  }

  restore(entries: Iterable<readonly [string, readonly Version[]]>): void {
    this.versions.clear();
    for (const [id, versions] of entries) this.versions.set(id, [...versions]);
    this.now = undefined;
    this.past.clear();
  }

  private snapshot(pick: (versions: readonly Version[]) => Version | undefined): CatalogSnapshot {
    const states: ListedModel[] = [];
    for (const versions of this.versions.values()) {
      const version = pick(versions);
      if (version) states.push(version.state);
    }
    return new CatalogSnapshot(states);
  }
}
