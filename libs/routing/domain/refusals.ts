/** The ways a request cannot be routed, each with the field at fault and what would help. */
import { Refused } from '../../event-sourcing/domain/decider.js';
import { toDollars, type Money } from '../../money/money.js';
import { exclusionInWords, exclusions, type Exclusion } from './exclusion.js';
import type { CatalogModel } from '../../catalog/domain/model.js';
import type { ModelTable } from './model-table.js';
import type { Task } from './vocabulary.js';

export const modelNotFound = (id: string, param: string) =>
  new Refused('model_not_found', `Unknown model ${id}. GET /v1/models lists what can be asked for; "router" lets the router choose.`, param);

export const modelNotRoutable = (id: string, reason: Exclusion) =>
  new Refused(reason === 'key_scope' ? 'model_not_allowed' : 'model_not_routable', `${id} cannot serve this request: it ${exclusionInWords[reason]}.`, 'model');

export const taskOutsideScope = (task: Task, allowed: readonly string[]) =>
  new Refused('task_not_allowed', `This API key may not be used for ${task}. Allowed tasks: ${allowed.join(', ')}.`, 'task');

export const wrongTaskForModel = (id: string, task: Task, fit: readonly Task[]) =>
  new Refused('contradictory_filters', `${id} is not made for ${task}. Its tasks: ${fit.join(', ')}.`, 'task');

export const contextTooLong = (id: string, tokens: number, holds: number, param = 'messages') =>
  new Refused('context_length_exceeded', `${id} holds ${holds} tokens; this request needs about ${tokens}.`, param);

export function budgetTooLow(table: ModelTable, cheapest: { row: number; cost: Money }, budget: Money): Refused {
  const { id } = table.model(cheapest.row);
  return new Refused(
    'budget_too_low',
    `No candidate fits budget_dollars ${toDollars(budget)}. The cheapest is ${id}, at an estimated ${toDollars(cheapest.cost)} dollars.`,
    'budget_dollars',
  );
}

export const dimensionsNotMade = (id: string, dimensions: number, { dimensions: usual, min_dimensions, max_dimensions }: CatalogModel['limits']) =>
  new Refused('unsupported_dimensions', `${id} makes vectors of ${min_dimensions === undefined ? usual : `${min_dimensions} to ${max_dimensions}`}; ${dimensions} were asked for.`, 'dimensions');

export const modelNotCallable = (id: string, hosts: readonly string[]) =>
  new Refused('model_not_routable', `${id} cannot be called here: ${hosts.length === 0 ? 'there is no adapter for its provider' : `it needs a key of ${hosts.join(' or ')}`}.`, 'model');

/** The refusals that are not the request's fault: the edge answers 503. */
export const noHealthyModel = 'no_healthy_model';
export const noCallableModel = 'provider_not_configured';

/** @param excluded counts by the index of the reason. @param named fields that are named otherwise at this endpoint */
export function noCandidate(task: Task, excluded: ArrayLike<number>, named: typeof paramOf = {}): Refused {
  const counted = exclusions.map((reason, i) => ({ reason, count: excluded[i]! })).filter(({ reason, count }) => count > 0 && reason !== 'task');
  const last = counted.at(-1)?.reason;
  const why = counted.map(({ reason, count }) => `${count} ${reason}`).join(', ');
  if (last === 'degraded') return new Refused(noHealthyModel, `Every model that could serve this ${task} request is degraded at the moment (excluded: ${why}).`);
  if (last === 'not_callable') return new Refused(noCallableModel, `No provider of a model that could serve this ${task} request has a key in this installation (excluded: ${why}).`);
  return new Refused('no_candidate', `No model can serve this ${task} request (excluded: ${why || 'none of the catalogue does this task'}).`, last ? (named[last] ?? paramOf[last]) : 'task');
}

const paramOf: Partial<Record<Exclusion, string>> = {
  taxonomy: 'taxonomy', provider: 'provider', catalog_family: 'catalog_family', task_type: 'filter.task_type', price_tier: 'maxCost',
  capability: 'filter.capabilities', tools: 'tools', json_schema: 'response_format', context_length: 'messages', max_output: 'max_tokens',
  modality: 'messages', duration: 'input.duration', dimensions: 'dimensions', input_schema: 'input', kind_of_work: 'content_mode',
};
