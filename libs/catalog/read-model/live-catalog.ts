/** The catalogue of this process: every version of every model, folded live from the log. No database is read. */
import type { AsOf } from '../../event-sourcing/domain/as-of.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { LiveFold } from '../../event-sourcing/live-folds.js';
import { catalogEventTypes, type CatalogEvent } from '../domain/catalog.js';
import { CatalogHistory, type Version } from '../domain/history.js';
import type { CatalogSnapshot } from '../domain/snapshot.js';

type SavedVersion = Omit<Version, 'position'> & { readonly position: string };

export class LiveCatalog implements LiveFold {
  readonly name = 'catalog';
  readonly version = '1';
  readonly types = catalogEventTypes;
  private readonly history = new CatalogHistory();

  apply(event: Recorded): void {
    this.history.apply(event as unknown as CatalogEvent, { position: event.position.commit, atMs: event.createdMs });
  }

  latest(): CatalogSnapshot {
    return this.history.latest();
  }

  at(asOf: AsOf | null): CatalogSnapshot {
    return asOf === null ? this.history.latest() : this.history.at(asOf);
  }

  /** The versions of one model up to a point, oldest first. */
  versionsOf(id: string, asOf: AsOf | null): readonly Version[] {
    const all = this.history.versionsOf(id);
    if (asOf === null) return all;
    return all.filter((version) => ('position' in asOf ? version.position <= asOf.position : version.atMs <= asOf.atMs));
  }

  snapshot(): unknown {
    return [...this.history.entries()].map(([id, versions]) => [id, versions.map((version): SavedVersion => ({ ...version, position: version.position.toString() }))]);
  }

  restore(saved: unknown): void {
    const entries = saved as readonly (readonly [string, readonly SavedVersion[]])[];
    this.history.restore(entries.map(([id, versions]) => [id, versions.map((version) => ({ ...version, position: BigInt(version.position) }))]));
  }
}
