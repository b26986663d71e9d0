/** Browsing by model line: the taxonomy, the lines in it, and one line with its models. */
import { priceTiers, type PriceTier } from '../../routing/domain/vocabulary.js';
import { routable, type CatalogModel, type Category } from './model.js';
import { branchesOf, taxonomy } from './taxonomy.js';
import { words } from './text-index.js';

export interface Family {
  /** `category/provider--family`. */
  readonly id: string;
  /** As its models are called: the words their names share. */
  readonly name: string;
  readonly provider: string;
  readonly creator: string;
  readonly category: Category;
  readonly taxonomy: readonly string[];
  readonly model_count: number;
  readonly routable_count: number;
  readonly capabilities: readonly string[];
  readonly price_tiers: readonly PriceTier[];
  readonly featured: boolean;
  /** Release of the newest model, when known. */
  readonly newest: string | null;
  /** The variant a caller gets by naming only the line: featured first, then the newest. Null when none is routable. */
  readonly default_model: string | null;
}

export function families(models: readonly CatalogModel[]): readonly Family[] {
  const lines = new Map<string, CatalogModel[]>();
  for (const model of models) lines.set(model.catalog_family, [...(lines.get(model.catalog_family) ?? []), model]);
  return [...lines].map(([id, members]) => family(id, members)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function family(id: string, members: readonly CatalogModel[]): Family {
  const first = members[0]!;
  const choices = members.filter(routable).sort(preferred);
  const present = new Set(members.map(({ price_tier }) => price_tier));
  return {
    id,
    name: sharedName(members.map(({ name }) => name)) ?? titled(first.family),
    provider: first.provider,
    creator: first.creator,
    category: first.category,
    taxonomy: [...new Set(members.flatMap((model) => branchesOf(model).map((branch) => branch.id)))],
    model_count: members.length,
    routable_count: choices.length,
    capabilities: [...new Set(members.flatMap(({ capabilities }) => capabilities))].sort(),
    price_tiers: priceTiers.filter((tier) => present.has(tier)),
    featured: members.some(({ catalog_visibility }) => catalog_visibility === 'featured'),
    newest: members.map(({ released }) => released).filter((date) => date !== null).sort().at(-1) ?? null,
    default_model: choices[0]?.id ?? null,
  };
}

const preferred = (a: CatalogModel, b: CatalogModel) =>
  Number(b.catalog_visibility === 'featured') - Number(a.catalog_visibility === 'featured') ||
  (b.released ?? '').localeCompare(a.released ?? '') ||
  (a.id < b.id ? -1 : 1);

function sharedName(names: readonly string[]): string | null {
  const split = names.map((name) => name.split(' '));
  const shared = split[0]!.filter((word, i) => split.every((other) => other[i] === word && split[0]!.slice(0, i).every((w, j) => other[j] === w)));
  return shared.length > 0 ? shared.join(' ') : null;
}

const titled = (slug: string) => slug.split('-').map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(' ');

export interface FamilyFilters {
  readonly taxonomy?: string;
  readonly routable_only?: boolean;
  /** Words that must begin words of the line's name, id or maker. */
  readonly q?: string;
}

export function findFamilies(all: readonly Family[], { taxonomy: branch, routable_only, q }: FamilyFilters): readonly Family[] {
  const asked = words(q ?? '');
  return all.filter((line) => {
    if (branch !== undefined && !line.taxonomy.includes(branch)) return false;
    if (routable_only === true && line.routable_count === 0) return false;
    const own = words(`${line.name} ${line.id} ${line.creator}`);
    return asked.every((word) => own.some((candidate) => candidate.startsWith(word)));
  });
}

export interface TaxonomyNode {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly model_count: number;
  readonly routable_count: number;
  readonly family_count: number;
  readonly providers: readonly string[];
}

/** Every branch with what hangs on it, parents before children. */
export function taxonomyOf(models: readonly CatalogModel[]): readonly TaxonomyNode[] {
  return taxonomy.map(({ id, name, parent, holds }) => {
    const members = models.filter(holds);
    return {
      id,
      name,
      parent,
      model_count: members.length,
      routable_count: members.filter(routable).length,
      family_count: new Set(members.map(({ catalog_family }) => catalog_family)).size,
      providers: [...new Set(members.map(({ provider }) => provider))].sort(),
    };
  });
}
