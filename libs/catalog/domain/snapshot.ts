/** The catalogue at one position of the log: immutable, indexed once, shared by every reader. */
import type { ListedModel } from './catalog.js';
import type { CatalogModel } from './model.js';
import { barred } from './model.js';
import { rankings, type Rankings } from './rankings.js';
import { TextIndex } from './text-index.js';

export class CatalogSnapshot {
  /** Offered models by id, ascending: what lists show. Retired ones are only found by name. */
  readonly models: readonly CatalogModel[];
  /** Retired ones too: what an explanation or a vocabulary may still need. */
  readonly ever: readonly CatalogModel[];
  private readonly byName = new Map<string, ListedModel>();
  private text: TextIndex | undefined;
  private ranked: Rankings | undefined;

  constructor(listed: Iterable<ListedModel>) {
    const all = [...listed].sort((a, b) => (a.model.id < b.model.id ? -1 : 1));
    this.ever = all.map(({ model }) => model);
    this.models = all.filter(({ retired }) => retired === null).map(({ model }) => model);
    // Later names win: an offered model's over a retired one's, an id over an alias.
    const retiredFirst = [...all.filter(({ retired }) => retired !== null), ...all.filter(({ retired }) => retired === null)];
    for (const entry of retiredFirst) for (const alias of entry.model.aliases) this.byName.set(alias.toLowerCase(), entry);
    for (const entry of all) this.byName.set(entry.model.id.toLowerCase(), entry);
    nameUniqueTails(all, this.byName);
  }

  /** By id, by an alias, or by the bare name where only one model has it; case does not matter. Null when unknown. */
  find(name: string): ListedModel | null {
    return this.byName.get(name.toLowerCase()) ?? null;
  }

  /** Only by its id, retired or not; null when it was never listed. */
  byId(id: string): ListedModel | null {
    const entry = this.find(id);
    return entry?.model.id === id ? entry : null;
  }

  /** Offered models the router may choose by itself. */
  routable(): readonly CatalogModel[] {
    return this.models.filter((model) => barred(model) === null);
  }

  /** Built on first use, because a snapshot of the past is mostly read once. */
  get textIndex(): TextIndex {
    return (this.text ??= new TextIndex(this.models));
  }

  get rankings(): Rankings {
    return (this.ranked ??= rankings(this.models));
  }
}

function nameUniqueTails(all: readonly ListedModel[], byName: Map<string, ListedModel>): void {
  const tails = new Map<string, ListedModel | null>();
  for (const entry of all) {
    const tail = entry.model.id.slice(entry.model.id.indexOf('/') + 1).toLowerCase();
    tails.set(tail, tails.has(tail) ? null : entry);
  }
  for (const [tail, entry] of tails) if (entry !== null && !byName.has(tail)) byName.set(tail, entry);
}
