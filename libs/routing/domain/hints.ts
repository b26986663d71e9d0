/** What the caller asked for by name: checked against the catalogue, and turned into questions to each model. */
import { taskTypes, type CatalogModel } from '../../catalog/domain/model.js';
import { branchOf, taxonomy } from '../../catalog/domain/taxonomy.js';
import { Refused } from '../../event-sourcing/domain/decider.js';
import type { Exclusion } from './exclusion.js';
import type { ModelTable } from './model-table.js';
import type { RoutingHints } from './request.js';
import { priceTiers } from './vocabulary.js';

/** One hint, as a question to a model. */
export interface Demand {
  readonly reason: Exclusion;
  /** The field of the request. */
  readonly param: string;
  /** What was asked for, for a person. */
  readonly asked: string;
  readonly meets: (model: CatalogModel) => boolean;
}

/** The demands of a request, in the order of the exclusions. @throws Refused for a name that the catalogue does not know. */
export function demandsOf(hints: RoutingHints, table: ModelTable): readonly Demand[] {
  const demands: Demand[] = [];
  const { taxonomy: branchId, provider, catalogFamily, taskType, maxPriceTier, capabilities } = hints;
  if (branchId !== null) demands.push(branchDemand(branchId));
  if (provider !== null) demands.push({ reason: 'provider', param: 'provider', asked: `provider ${provider}`, meets: (model) => model.provider === provider });
  if (catalogFamily !== null) {
    demands.push({ reason: 'catalog_family', param: 'catalog_family', asked: `model line ${catalogFamily}`, meets: (model) => model.catalog_family === catalogFamily });
  }
  if (taskType !== null) demands.push({ reason: 'task_type', param: 'filter.task_type', asked: `task type ${taskType}`, meets: (model) => ofTaskType(model, taskType) });
  if (maxPriceTier !== null) {
    const most = priceTiers.indexOf(maxPriceTier);
    const meets = ({ price_tier: tier }: CatalogModel) => tier !== null && priceTiers.indexOf(tier) <= most;
    demands.push({ reason: 'price_tier', param: 'maxCost', asked: `price tier up to ${maxPriceTier}`, meets });
  }
  for (const capability of capabilities) {
    demands.push({ reason: 'capability', param: 'filter.capabilities', asked: `capability ${capability}`, meets: (model) => model.capabilities.includes(capability) });
  }
  if (demands.length > 0) refuseUnknown(demands, table);
  return demands;
}

/** @throws Refused when no model meets all demands, naming the two that contradict each other. */
export function refuseContradiction(demands: readonly Demand[], table: ModelTable): void {
  if (demands.length < 2) return;
  const models = modelsOf(table);
  if (models.some((model) => demands.every((demand) => demand.meets(model)))) return;
  for (const [i, first] of demands.entries()) {
    for (const second of demands.slice(i + 1)) {
      if (models.some((model) => first.meets(model) && second.meets(model))) continue;
      throw new Refused('contradictory_filters', `No model meets both ${first.asked} and ${second.asked}.${allowedBeside(first, second, models)}`, second.param);
    }
  }
  throw new Refused('contradictory_filters', `No model meets all of: ${demands.map(({ asked }) => asked).join(', ')}.`, demands.at(-1)!.param);
}

function branchDemand(id: string): Demand {
  const branch = branchOf(id);
  if (!branch) throw new Refused('unknown_taxonomy', `Unknown taxonomy ${id}. Allowed: ${taxonomy.map((known) => known.id).join(', ')}.`, 'taxonomy');
  return { reason: 'taxonomy', param: 'taxonomy', asked: `taxonomy ${id}`, meets: branch.holds };
}

/** A general model that also writes code or searches counts for those types. */
function ofTaskType(model: CatalogModel, taskType: string): boolean {
  if (model.task_type === taskType || model.capabilities.includes(taskType)) return true;
  return taskType === 'code_generation' && model.also_tasks.includes('code');
}

function refuseUnknown(demands: readonly Demand[], table: ModelTable): void {
  const models = modelsOf(table);
  for (const demand of demands) {
    if (models.some((model) => demand.meets(model))) continue;
    throw new Refused(`unknown_${demand.reason}`, `No model has ${demand.asked}. Allowed: ${allowed(demand.reason, models).join(', ')}.`, demand.param);
  }
}

function allowed(reason: Exclusion, models: readonly CatalogModel[]): readonly string[] {
  switch (reason) {
    case 'provider': return sorted(models.map((model) => model.provider));
    case 'catalog_family': return sorted(models.map((model) => model.catalog_family));
    case 'task_type': return taskTypes;
    case 'price_tier': return priceTiers;
    case 'capability': return sorted(models.flatMap((model) => model.capabilities));
    default: return [];
  }
}

function allowedBeside(first: Demand, second: Demand, models: readonly CatalogModel[]): string {
  const possible = allowed(second.reason, models.filter((model) => first.meets(model)));
  return possible.length === 0 || second.reason === 'price_tier' ? '' : ` With ${first.asked}, allowed: ${possible.join(', ')}.`;
}

const modelsOf = (table: ModelTable): readonly CatalogModel[] => [...table.all()].filter(([, row]) => !row.retired).map(([, row]) => row.model);
const sorted = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();
