/** Visibility, type and tags: rules over the facts, the same for every model. docs/catalog-rules.md says why each is so. */
import { benchmarks, eloBoards } from './benchmarks.js';
import type { CatalogModel, ModelType, Visibility } from './model.js';

/** Platforms that run open weights for anyone; aggregators and makers' clouds are not among them. */
const inferencePlatforms: ReadonlySet<string> = new Set([
  'cloudflare-workers-ai', 'together', 'fireworks', 'baseten', 'groq', 'cerebras', 'nvidia', 'huggingface', 'fal', 'azure',
]);

/** hosted: the weights are open and an inference platform serves them; proxied: everything behind its maker's API. */
export function typeOf(model: Pick<CatalogModel, 'open_weights' | 'hosts' | 'provenance'>): ModelType {
  const served = model.hosts.some(({ host }) => inferencePlatforms.has(host));
  const pricedByHost = /^(host|median_of_hosts)/.test(model.provenance.price_basis);
  return model.open_weights === true && (served || pricedByHost) ? 'hosted' : 'proxied';
}

/** Places on an Elo board that make a model featured. */
const topPlaces = 10;

/** Featured, standard or long_tail for each model, by id: it takes the whole catalogue, because places and newest are relative. */
export function visibilities(models: readonly CatalogModel[]): ReadonlyMap<string, Visibility> {
  const offered = models.filter((model) => !isLongTail(model));
  const featured = new Set([...newestOfLines(offered), ...topOfBoards(offered)]);
  return new Map(
    models.map((model) => [model.id, isLongTail(model) ? 'long_tail' : featured.has(model.id) ? 'featured' : 'standard']),
  );
}

function isLongTail(model: CatalogModel): boolean {
  if (model.status === 'deprecated' || model.pricing === null) return true;
  return knownFromOneListing(model);
}

/** A resold listing that no second source confirms and no benchmark covers: nothing to judge it by. */
function knownFromOneListing({ provenance, benchmarks: scores, hosts }: CatalogModel): boolean {
  const resold = ['openrouter', 'vercel_ai_gateway', 'reseller', 'host'].includes(provenance.price_basis);
  return resold && provenance.price_sources <= 1 && Object.keys(scores).length === 0 && hosts.length <= 1;
}

/** The newest settled model of each line whose price three sources confirm (two where no public board ranks the field). */
function newestOfLines(models: readonly CatalogModel[]): string[] {
  const newest = new Map<string, CatalogModel>();
  for (const model of models) {
    const needed = eloBoards[model.category].length > 0 ? 3 : 2;
    if (model.status !== 'active' || model.provenance.doubtful || model.provenance.price_sources < needed) continue;
    const current = newest.get(model.catalog_family);
    if (!current || isNewer(model, current)) newest.set(model.catalog_family, model);
  }
  return [...newest.values()].map(({ id }) => id);
}

const isNewer = (a: CatalogModel, b: CatalogModel) => {
  const [left, right] = [a.released ?? '', b.released ?? ''];
  return left === right ? a.id > b.id : left > right;
};

function topOfBoards(models: readonly CatalogModel[]): string[] {
  const top: string[] = [];
  for (const [category, boards] of Object.entries(eloBoards)) {
    for (const board of boards) {
      const ranked = models
        .filter((model) => model.category === category && model.benchmarks[board] !== undefined)
        .sort((a, b) => b.benchmarks[board]! - a.benchmarks[board]! || (a.id < b.id ? -1 : 1));
      top.push(...ranked.slice(0, topPlaces).map(({ id }) => id));
    }
  }
  return top;
}

/** Share of the scored models a model is above, 0 to 1, by benchmark: raw scores of different boards do not compare. */
export type Percentiles = Readonly<Record<string, number>>;

export function percentiles(models: readonly CatalogModel[]): ReadonlyMap<string, Percentiles> {
  const result = new Map<string, Record<string, number>>(models.map(({ id }) => [id, {}]));
  for (const name of Object.keys(benchmarks)) {
    const scored = models.filter((model) => model.benchmarks[name] !== undefined).sort((a, b) => a.benchmarks[name]! - b.benchmarks[name]!);
    let below = 0;
    scored.forEach(({ id, benchmarks: scores }, index) => {
      if (index > 0 && scores[name]! > scored[index - 1]!.benchmarks[name]!) below = index;
      if (scored.length > 1) result.get(id)![name] = below / (scored.length - 1);
    });
  }
  return result;
}

/** Days after its release that a model is tagged `new`, counted back from the day of the last check. */
const newDays = 120;
const day = 86_400_000;

/** Tags: capabilities in kebab-case, and what the facts say in words people search for. Sorted, no price in them. */
export function tagsOf(model: CatalogModel, ranks: Percentiles): readonly string[] {
  const tags = new Set(model.capabilities.map((capability) => capability.replaceAll('_', '-')));
  const tag = (name: string, holds: boolean) => holds && tags.add(name);
  tag('open-weights', model.open_weights === true);
  tag('preview', model.status === 'preview');
  tag('new', model.released !== null && Date.parse(model.provenance.checked) - Date.parse(model.released) <= newDays * day);
  tag('fast', (model.speed?.output_tokens_per_s ?? 0) >= 150);
  tag('low-latency', model.speed !== null && model.speed.ttft_s <= 1);
  tag('small', model.parameters !== null && model.parameters.total <= 10);
  tag('multimodal', model.modalities.input.length >= 3);
  tag('top-rated', Object.values(ranks).some((rank) => rank >= 0.9));
  return [...tags].sort();
}
