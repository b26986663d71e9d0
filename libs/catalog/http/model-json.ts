/** How the API shows a model: OpenAI's list entry, and beside it what the catalogue knows. Dollars are numbers for reading. */
import { approximateDollars } from '../../money/money.js';
import { benchmarks } from '../domain/benchmarks.js';
import type { ListedModel } from '../domain/catalog.js';
import { pricingInDollars } from '../domain/dollars.js';
import type { Version } from '../domain/history.js';
import { barred, routable, type CatalogModel } from '../domain/model.js';
import type { Performance } from '../domain/performance.js';
import { forAMillion } from '../domain/pricing.js';
import { percentiles, type Percentiles } from '../domain/rules.js';
import type { CatalogSnapshot } from '../domain/snapshot.js';

export type ModelJson = ReturnType<typeof shown>;

const entries = new WeakMap<CatalogModel, ModelJson>();

/** An entry of a list. Models do not change in place, so each is turned once. */
export function modelJson(model: CatalogModel): ModelJson {
  const known = entries.get(model);
  if (known) return known;
  const json = shown(model);
  entries.set(model, json);
  return json;
}

function shown(model: CatalogModel) {
  return {
    id: model.id,
    object: 'model' as const,
    created: model.released === null ? 0 : Math.floor(Date.parse(model.released) / 1000),
    owned_by: model.provider,
    name: model.name,
    provider: model.provider,
    creator: model.creator,
    description: model.description,
    category: model.category,
    task: model.task,
    also_tasks: model.also_tasks,
    task_type: model.task_type,
    modalities: model.modalities,
    capabilities: model.capabilities,
    tags: model.tags,
    context_window: model.context_window,
    max_output: model.max_output,
    pricing: pricingInDollars(model.pricing),
    price_tier: model.price_tier,
    catalog_family: model.catalog_family,
    catalog_visibility: model.catalog_visibility,
    type: model.type,
    routable: routable(model),
    released: model.released,
    knowledge_cutoff: model.knowledge_cutoff,
    open_weights: model.open_weights,
    license: model.licence,
    status: model.status,
  };
}

const ranksOf = new WeakMap<CatalogSnapshot, ReadonlyMap<string, Percentiles>>();

function ranks(snapshot: CatalogSnapshot): ReadonlyMap<string, Percentiles> {
  const known = ranksOf.get(snapshot) ?? percentiles(snapshot.models);
  ranksOf.set(snapshot, known);
  return known;
}

export interface Detail {
  readonly entry: ListedModel;
  readonly snapshot: CatalogSnapshot;
  readonly versions: readonly Version[];
  readonly performance: Performance | null;
}

/** Everything the catalogue knows of one model. Fields that have nothing to say are left out, as the contract has it. */
export function modelDetail({ entry: { model, retired, publisher }, snapshot, versions, performance }: Detail) {
  const scored = Object.keys(model.benchmarks).length > 0;
  return {
    ...modelJson(model),
    routable: retired === null && routable(model),
    not_routable_because: retired ?? barred(model),
    family: model.family,
    native_model_id: model.native_model_id,
    aliases: model.aliases,
    limits: model.limits,
    parameters_b: model.parameters,
    weights_url: model.weights_url,
    hosts: model.hosts.map(({ host, model_id, input, output }) => ({
      host,
      model_id: model_id || null,
      input_per_million_tokens: input && approximateDollars(forAMillion(input)),
      output_per_million_tokens: output && approximateDollars(forAMillion(output)),
    })),
    ...(model.speed && { speed: model.speed }),
    ...(scored && { benchmarks: scores(model, ranks(snapshot).get(model.id) ?? {}) }),
    ...((scored || model.speed) && { attribution: model.attribution }),
    provenance: {
      creator: model.creator,
      license: model.licence,
      open_weights: model.open_weights,
      publisher,
      ...model.provenance,
      attribution: model.attribution,
    },
    price_history: priceHistory(versions),
    ...(performance && ('windows' in performance ? { performance_timeseries: performance.windows } : { performance_missing_because: performance.missing })),
  };
}

/** Each score with its scale, its place among the scored models, and who published it. */
function scores(model: CatalogModel, places: Percentiles) {
  return Object.entries(model.benchmarks).map(([name, score]) => {
    const source = model.attribution.find(({ covers }) => covers.includes(name));
    return {
      benchmark: name,
      label: benchmarks[name]?.label ?? name,
      score,
      scale: benchmarks[name]?.scale ?? 'index',
      percentile: places[name] === undefined ? null : Math.round(places[name] * 100),
      source: source?.source ?? null,
      source_url: source?.url ?? null,
    };
  });
}

/** Each price the model has had, oldest first: an exact fact of the log. */
function priceHistory(versions: readonly Version[]) {
  return versions
    .filter(({ state }, index) => index === 0 || JSON.stringify(state.model.pricing) !== JSON.stringify(versions[index - 1]!.state.model.pricing))
    .map(({ position, atMs, state }) => ({
      since: new Date(atMs).toISOString(),
      position: position.toString(),
      pricing: pricingInDollars(state.model.pricing),
      price_tier: state.model.price_tier,
    }));
}

