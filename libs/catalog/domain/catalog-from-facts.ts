/** The shipped catalogue, made of the facts by rule: same facts, same bytes. */
import type { ModelId, Modality, Task } from '../../routing/domain/vocabulary.js';
import { attributionOf } from './benchmarks.js';
import { describe } from './describe.js';
import { pricingFrom } from './facts-pricing.js';
import { refusals, type Facts, type Refusal } from './facts.js';
import type { CatalogModel, Host, Limits, Status } from './model.js';
import { worded } from './notes.js';
import { perMillionDollars } from './pricing.js';
import { percentiles, tagsOf, typeOf, visibilities } from './rules.js';
import { priceTier } from './tiers.js';

export interface RefusedRow extends Refusal {
  readonly id: string;
}

export interface CatalogFromFacts {
  /** By id, ascending. */
  readonly models: readonly CatalogModel[];
  readonly refused: readonly RefusedRow[];
}

/** Every row is checked before any is used; a catalogue with refused rows must not ship. */
export function catalogFromFacts(rows: readonly Facts[]): CatalogFromFacts {
  const refused: RefusedRow[] = rows.flatMap((row) => refusals(row).map((refusal) => ({ id: row.id, ...refusal })));
  refused.push(...duplicates(rows.map(({ id }) => id)).map((id) => ({ id, check: 'unique_id', detail: `${id} is listed twice` })));
  const unfit = new Set(refused.map(({ id }) => id));
  const drafts = rows.filter(({ id }) => !unfit.has(id)).map(draft).sort((a, b) => (a.id < b.id ? -1 : 1));
  refused.push(...duplicateAliases(drafts));
  return { models: completed(withUniqueAliases(drafts)), refused };
}

/** All that one row says by itself; what depends on the others follows in `completed`. */
function draft(facts: Facts): CatalogModel {
  const { pricing, notes } = pricingFrom(facts.pricing);
  const native = facts.native_model_id ?? facts.id.slice(facts.provider.length + 1);
  const speed = facts.speed ?? null;
  return {
    id: facts.id as ModelId,
    name: facts.name,
    provider: facts.provider,
    creator: facts.creator,
    family: facts.family,
    catalog_family: facts.catalog_family,
    category: facts.category,
    task: facts.task as Task,
    also_tasks: facts.also_tasks as readonly Task[],
    task_type: facts.task_type,
    modalities: { input: [...facts.modalities.input].sort() as Modality[], output: [...facts.modalities.output].sort() as Modality[] },
    context_window: facts.context_window,
    max_output: facts.max_output,
    pricing,
    price_tier: priceTier(facts.task_type, pricing),
    capabilities: facts.capabilities,
    limits: limitsFrom(facts.limits ?? {}),
    tags: [],
    description: '',
    catalog_visibility: 'standard',
    type: 'proxied',
    released: facts.released,
    knowledge_cutoff: facts.knowledge_cutoff,
    open_weights: facts.open_weights,
    licence: facts.licence,
    native_model_id: native,
    aliases: aliasesOf(facts, native),
    hosts: hostsFrom(facts),
    parameters: facts.parameters_b ?? null,
    weights_url: facts.weights_url ?? null,
    speed,
    benchmarks: facts.benchmarks,
    attribution: attributionOf(facts.benchmarks, speed !== null),
    status: facts.status as Status,
    provenance: {
      sources: [...new Set(facts.sources.map((source) => source.replace(/^.*own knowledge/, 'general knowledge')))],
      price_basis: pricing === null ? 'unpriced' : facts.price_basis,
      price_sources: pricing === null ? 0 : facts.price_sources,
      doubtful: facts.doubtful,
      notes: [...new Set((facts.notes ?? []).map((note) => worded(note)!)), ...notes],
      checked: facts.checked,
    },
  };
}

/** Type, visibility, tags and description: they need the row's other fields, or the whole catalogue, to be there. */
export function completed(drafts: readonly CatalogModel[]): readonly CatalogModel[] {
  const visibility = visibilities(drafts);
  const ranks = percentiles(drafts);
  return drafts.map((model) => ({
    ...model,
    type: typeOf(model),
    catalog_visibility: visibility.get(model.id) ?? 'standard',
    tags: tagsOf(model, ranks.get(model.id) ?? {}),
    description: describe(model, ranks.get(model.id) ?? {}),
  }));
}

function limitsFrom({ duration_s, ...limits }: Readonly<Record<string, number | readonly number[]>>): Limits {
  return (duration_s === undefined ? limits : { ...limits, durations_s: [duration_s] }) as Limits;
}

function hostsFrom({ served_by, hosted_on }: Facts): readonly Host[] {
  const served = (served_by ?? []).map(({ host, model_id, input, output }) => ({
    host,
    model_id,
    input: input === null ? null : perMillionDollars(String(input)),
    output: output === null ? null : perMillionDollars(String(output)),
  }));
  if (!hosted_on || served.some(({ host }) => host === hosted_on)) return served;
  return [{ host: hosted_on, model_id: '', input: null, output: null }, ...served];
}

/** The maker's own id, bare and under its provider, and the id on OpenRouter. */
function aliasesOf({ id, provider, openrouter_id }: Facts, native: string): readonly string[] {
  const others = [native, `${provider}/${native}`, openrouter_id].filter((alias) => typeof alias === 'string' && alias !== id);
  return [...new Set(others as string[])].sort();
}

const duplicates = (ids: readonly string[]) => [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))];

/**
 * An alias that is another model's id would hide that model. One that two models claim is no error by itself: a maker
 * gives a dated snapshot the moving name too, and the model without the date keeps it (see withUniqueAliases).
 */
function duplicateAliases(models: readonly CatalogModel[]): RefusedRow[] {
  const ids = new Set<string>(models.map(({ id }) => id));
  const owners = claims(models);
  return models.flatMap(({ id, aliases }) =>
    aliases.flatMap((alias): RefusedRow[] => {
      if (ids.has(alias)) return [{ id, check: 'duplicate_alias', detail: `${alias} is the id of another model` }];
      const rivals = owners.get(alias)!;
      const fair = rivals.every((rival) => rival.startsWith(rivals[0]!)) || alias.indexOf('/') < 0;
      return fair ? [] : [{ id, check: 'duplicate_alias', detail: `${alias} is claimed by ${rivals.join(' and ')}` }];
    }),
  );
}

/** Drops an alias from all but the model without a date; a bare name that makers share belongs to nobody. */
function withUniqueAliases(models: readonly CatalogModel[]): readonly CatalogModel[] {
  const owners = claims(models);
  const keeps = (id: string, alias: string) => {
    const [first, ...rivals] = owners.get(alias)!;
    return rivals.length === 0 || (id === first && rivals.every((rival) => rival.startsWith(first)));
  };
  return models.map((model) => ({ ...model, aliases: model.aliases.filter((alias) => keeps(model.id, alias)) }));
}

/** Who claims each alias, shortest id first. */
function claims(models: readonly CatalogModel[]): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const { id, aliases } of models) for (const alias of aliases) owners.set(alias, [...(owners.get(alias) ?? []), id]);
  for (const ids of owners.values()) ids.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return owners;
}
