/**
 * An operator's own models and prices, laid over the shipped catalogue without touching it. docs/catalog-overrides.md
 * explains the file. Every mistake is found before anything is published.
 */
import type { ModelId } from '../../routing/domain/vocabulary.js';
import type { Publisher } from './catalog.js';
import { closest } from './closest.js';
import { pricingFromDollars } from './dollars.js';
import type { CatalogModel } from './model.js';
import { modelTypes, statuses, taskTypes, visibilities } from './model.js';
import { priceTier } from './tiers.js';

export interface Offer {
  readonly model: CatalogModel;
  readonly publisher: Publisher;
}

export interface OverrideMistake {
  /** Such as `models[2].pricing`. */
  readonly path: string;
  readonly message: string;
}

export interface Overlaid {
  readonly offers: readonly Offer[];
  readonly mistakes: readonly OverrideMistake[];
}

type Entry = Readonly<Record<string, unknown>>;

/** Fields an operator may set, with what they must be. */
const fields: Readonly<Record<string, (value: unknown) => string | null>> = {
  name: words,
  creator: words,
  description: words,
  native_model_id: words,
  licence: words,
  catalog_visibility: oneOf(visibilities),
  status: oneOf(statuses),
  type: oneOf(modelTypes),
  task_type: oneOf(taskTypes),
  context_window: tokens,
  max_output: tokens,
  capabilities: listOfWords,
  tags: listOfWords,
  aliases: listOfWords,
  also_tasks: listOfWords,
  benchmarks: (value) => (isObject(value) && Object.values(value).every((score) => typeof score === 'number') ? null : 'must be scores by benchmark'),
};
/** Handled by themselves. */
const others = ['id', 'like', 'pricing'];

/** @param file the parsed overrides: `{ "models": [...], "withdraw": ["provider/model"] }`. */
export function overlaid(shipped: readonly CatalogModel[], file: unknown): Overlaid {
  if (!isObject(file)) return { offers: [], mistakes: [{ path: '', message: 'the file must hold an object with "models", "withdraw" or both' }] };
  const mistakes: OverrideMistake[] = Object.keys(file)
    .filter((key) => key !== 'models' && key !== 'withdraw')
    .map((path) => ({ path, message: 'is not known; there are "models" and "withdraw"' }));
  const offers = new Map<string, Offer>(shipped.map((model) => [model.id, { model, publisher: 'shipped' }]));
  arrayOf(file['models'], 'models', mistakes).forEach((entry, index) => {
    const own = ownModel(entry, `models[${index}]`, offers, mistakes);
    if (own) offers.set(own.id, { model: own, publisher: 'operator' });
  });
  arrayOf(file['withdraw'], 'withdraw', mistakes).forEach((id, index) => {
    if (!offers.delete(String(id))) mistakes.push({ path: `withdraw[${index}]`, message: `${String(id)} is not in the catalogue` });
  });
  mistakes.push(...sharedNames([...offers.values()]));
  return { offers: [...offers.values()].sort((a, b) => (a.model.id < b.model.id ? -1 : 1)), mistakes };
}

function ownModel(entry: unknown, path: string, offers: ReadonlyMap<string, Offer>, mistakes: OverrideMistake[]): CatalogModel | null {
  const before = mistakes.length;
  const mistake = (field: string, message: string) => mistakes.push({ path: field ? `${path}.${field}` : path, message });
  if (!isObject(entry)) return mistake('', 'must be an object'), null;
  const id = entry['id'];
  if (typeof id !== 'string' || !/^[a-z0-9-]+\/[A-Za-z0-9][\w.:-]*$/.test(id)) return mistake('id', 'must be provider/model-name'), null;

  const base = baseOf(entry, id, offers);
  if (base === null) return mistake('like', `${id} is not shipped, so "like" must name the model whose facts it shares`), null;
  for (const [name, value] of Object.entries(entry)) {
    const wrong = others.includes(name) ? null : fieldMistake(name, value);
    if (wrong) mistake(name, wrong);
  }
  let pricing = base.id === id ? base.pricing : null;
  if (isObject(entry['pricing'])) {
    try {
      pricing = pricingFromDollars(entry['pricing']);
    } catch (error) {
      mistake('pricing', (error as Error).message);
    }
  } else if (entry['pricing'] !== undefined) mistake('pricing', 'must be an object of dollars');
  return mistakes.length > before ? null : merged(base, entry, id as ModelId, pricing);
}

function baseOf(entry: Entry, id: string, offers: ReadonlyMap<string, Offer>): CatalogModel | null {
  const like = entry['like'];
  return offers.get(typeof like === 'string' ? like : id)?.model ?? null;
}

function merged(base: CatalogModel, entry: Entry, id: ModelId, pricing: CatalogModel['pricing']): CatalogModel {
  const set = Object.fromEntries(Object.keys(fields).filter((name) => entry[name] !== undefined).map((name) => [name, entry[name]])) as Partial<CatalogModel>;
  const provider = id.slice(0, id.indexOf('/'));
  const own = base.id !== id;
  const repriced = entry['pricing'] !== undefined;
  const identity = own
    ? { provider, catalog_family: `${base.category}/${provider}--${base.family}`, native_model_id: id.slice(provider.length + 1), aliases: [], hosts: [], status: 'active' as const, catalog_visibility: 'standard' as const }
    : {};
  const model: CatalogModel = {
    ...base,
    ...identity,
    ...set,
    id,
    pricing,
    provenance: {
      ...base.provenance,
      sources: [...base.provenance.sources, own ? `operator, as ${base.id}` : 'operator'],
      ...((repriced || own) && { price_basis: pricing === null ? 'unpriced' : 'operator', price_sources: pricing === null ? 0 : 1, doubtful: false, notes: [] }),
    },
  };
  return { ...model, price_tier: priceTier(model.task_type, pricing) };
}

function fieldMistake(name: string, value: unknown): string | null {
  const check = fields[name];
  if (check) return check(value);
  const known = [...Object.keys(fields), ...others];
  const meant = closest(name, known);
  return `cannot be set${meant ? `; did you mean ${meant}?` : `; there are ${known.join(', ')}`}`;
}

/** Two models that answer to one name would make a request ambiguous. */
function sharedNames(offers: readonly Offer[]): readonly OverrideMistake[] {
  const owners = new Map<string, string>(offers.map(({ model }) => [model.id, model.id]));
  const mistakes: OverrideMistake[] = [];
  // The operator's come last, so that the mistake is said to be where it can be mended.
  const shippedFirst = [...offers.filter(({ publisher }) => publisher === 'shipped'), ...offers.filter(({ publisher }) => publisher === 'operator')];
  for (const { model } of shippedFirst) {
    for (const alias of model.aliases) {
      const owner = owners.get(alias);
      if (owner !== undefined && owner !== model.id) mistakes.push({ path: `aliases of ${model.id}`, message: `${alias} already names ${owner}` });
      else owners.set(alias, model.id);
    }
  }
  return mistakes;
}

function words(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? null : 'must be text';
}
function listOfWords(value: unknown): string | null {
  return Array.isArray(value) && value.every((item) => words(item) === null) ? null : 'must be a list of words';
}
function tokens(value: unknown): string | null {
  return value === null || (Number.isInteger(value) && (value as number) > 0) ? null : 'must be a whole number of tokens, or null';
}
function oneOf(allowed: readonly string[]) {
  return (value: unknown) => (allowed.includes(value as string) ? null : `must be one of ${allowed.join(', ')}`);
}
const isObject = (value: unknown): value is Entry => typeof value === 'object' && value !== null && !Array.isArray(value);

function arrayOf(value: unknown, path: string, mistakes: OverrideMistake[]): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  mistakes.push({ path, message: 'must be a list' });
  return [];
}
