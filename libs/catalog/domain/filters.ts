/** What a list of models can be narrowed by, which values exist, and when filters contradict each other. */
import { priceTiers, tasks, type PriceTier, type Task } from '../../routing/domain/vocabulary.js';
import { categories, modelTypes, routable, tasksOf, taskTypes, visibilities, type CatalogModel, type Category, type ModelType, type TaskType, type Visibility } from './model.js';
import { branchOf, taxonomy } from './taxonomy.js';

export interface Filters {
  readonly category?: Category;
  /** A branch of the taxonomy; wider than a category or narrower. */
  readonly taxonomy?: string;
  readonly task?: Task;
  readonly task_type?: TaskType;
  readonly provider?: string;
  readonly catalog_family?: string;
  readonly type?: ModelType;
  readonly catalog_visibility?: Visibility;
  readonly price_tier?: PriceTier;
  /** All of them. */
  readonly capabilities?: readonly string[];
  /** Any of them. */
  readonly tags?: readonly string[];
  readonly routable_only?: boolean;
}

/** A filter that names nothing, or that leaves nothing beside the others: the field, and what it could have said. */
export interface FilterProblem {
  readonly field: string;
  readonly code: 'unknown_value' | 'contradictory_filters';
  readonly value: string;
  readonly allowed: readonly string[];
  /** The filters before it that it contradicts. */
  readonly beside: readonly string[];
}

/** The filters that place a model, widest first; each must leave something of what those before it left. */
interface Placing {
  readonly field: 'category' | 'taxonomy' | 'task' | 'task_type' | 'provider' | 'catalog_family';
  readonly valuesOf: (model: CatalogModel) => readonly string[];
  /** Values that exist even when no model has them now. */
  readonly vocabulary: readonly string[];
}

const placings: readonly Placing[] = [
  { field: 'category', valuesOf: (model) => [model.category], vocabulary: categories },
  { field: 'taxonomy', valuesOf: (model) => taxonomy.filter((branch) => branch.holds(model)).map(({ id }) => id), vocabulary: taxonomy.map(({ id }) => id) },
  { field: 'task', valuesOf: tasksOf, vocabulary: tasks },
  { field: 'task_type', valuesOf: (model) => [model.task_type], vocabulary: taskTypes },
  { field: 'provider', valuesOf: (model) => [model.provider], vocabulary: [] },
  { field: 'catalog_family', valuesOf: (model) => [model.catalog_family], vocabulary: [] },
];

const fixed: readonly { readonly field: 'type' | 'catalog_visibility' | 'price_tier'; readonly allowed: readonly string[] }[] = [
  { field: 'type', allowed: modelTypes },
  { field: 'catalog_visibility', allowed: visibilities },
  { field: 'price_tier', allowed: priceTiers },
];

/** The first thing wrong with the filters over these models, or null. An empty catalogue contradicts nothing. */
export function problemOf(filters: Filters, models: readonly CatalogModel[]): FilterProblem | null {
  return fixedProblem(filters) ?? listProblem(filters, models) ?? placingProblem(filters, models);
}

function fixedProblem(filters: Filters): FilterProblem | null {
  for (const { field, allowed } of fixed) {
    const value = filters[field];
    if (value !== undefined && !allowed.includes(value)) return unknown(field, value, allowed);
  }
  return null;
}

function listProblem(filters: Filters, models: readonly CatalogModel[]): FilterProblem | null {
  for (const field of ['capabilities', 'tags'] as const) {
    const asked = filters[field] ?? [];
    if (asked.length === 0) continue;
    const known = new Set(models.flatMap((model) => model[field]));
    const stranger = asked.find((value) => !known.has(value));
    if (stranger !== undefined) return unknown(field, stranger, [...known].sort());
  }
  return null;
}

function placingProblem(filters: Filters, models: readonly CatalogModel[]): FilterProblem | null {
  let left = models;
  const beside: string[] = [];
  for (const { field, valuesOf, vocabulary } of placings) {
    const value = filters[field];
    if (value === undefined) continue;
    const known = vocabulary.length > 0 ? vocabulary : valuesIn(models, valuesOf);
    if (!known.includes(value)) return unknown(field, value, known);
    const kept = left.filter((model) => valuesOf(model).includes(value));
    if (kept.length === 0 && left.length > 0) {
      return { field, code: 'contradictory_filters', value, allowed: valuesIn(left, valuesOf), beside };
    }
    left = kept;
    beside.push(`${field}=${value}`);
  }
  return null;
}

const unknown = (field: string, value: string, allowed: readonly string[]): FilterProblem => ({
  field, code: 'unknown_value', value, allowed, beside: [],
});

const valuesIn = (models: readonly CatalogModel[], valuesOf: Placing['valuesOf']) => [...new Set(models.flatMap(valuesOf))].sort();

/** The models that fit all filters, in their order. */
export function narrowed(models: readonly CatalogModel[], filters: Filters): readonly CatalogModel[] {
  const holds = filters.taxonomy === undefined ? null : (branchOf(filters.taxonomy)?.holds ?? (() => false));
  const is = <Field extends keyof Filters & keyof CatalogModel>(model: CatalogModel, field: Field) =>
    filters[field] === undefined || (model[field] as unknown) === filters[field];
  return models.filter(
    (model) =>
      is(model, 'category') && is(model, 'task_type') && is(model, 'provider') && is(model, 'catalog_family') &&
      is(model, 'type') && is(model, 'catalog_visibility') && is(model, 'price_tier') &&
      (holds === null || holds(model)) &&
      (filters.task === undefined || tasksOf(model).includes(filters.task)) &&
      (filters.capabilities ?? []).every((capability) => model.capabilities.includes(capability)) &&
      (!filters.tags?.length || filters.tags.some((tag) => model.tags.includes(tag))) &&
      (filters.routable_only !== true || routable(model)),
  );
}
