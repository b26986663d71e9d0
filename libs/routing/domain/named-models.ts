/** Explicit models: taken as they are named, in that order, as long as they may be used and can hold what is sent. */
import type { Refused } from '../../event-sourcing/domain/decider.js';
import { embeds, tasksOf } from '../../catalog/domain/model.js';
import { fromPico, toPico, type Money } from '../../money/money.js';
import { CostScale } from './cost-scale.js';
import type { RankedCandidate, ScoreComponents } from './decision.js';
import type { Exclusion } from './exclusion.js';
import { inScope } from './filter.js';
import type { ModelTable } from './model-table.js';
import { budgetTooLow, contextTooLong, modelNotCallable, modelNotFound, modelNotRoutable } from './refusals.js';
import type { RoutingHints } from './request.js';
import type { WeighInput } from './weigh.js';

export interface NamedModel {
  readonly row: number;
  readonly cost: Money;
}

export interface NamedModels {
  /** The chosen one first, then those that stand in for it; never empty. */
  readonly usable: readonly [NamedModel, ...NamedModel[]];
  /** How many of the named cannot serve, by reason. */
  readonly excluded: Readonly<Record<string, number>>;
}

/** Rows of the models a request names, the preferred first; null when it names none. @throws Refused for a name the catalogue does not know. */
export function namedRows({ model, fallbackModels = [] }: RoutingHints, table: ModelTable): readonly number[] | null {
  if (model === null) return null;
  const rows = [found(table, model, 'model'), ...fallbackModels.map((id, at) => found(table, id, `models.${at}`))];
  return [...new Set(rows)];
}

/** @throws Refused when none of them may serve: why the first may not. */
export function usableOf(input: WeighInput, rows: readonly number[]): NamedModels {
  const costs = new CostScale(input);
  const usable: NamedModel[] = [];
  const excluded: Record<string, number> = {};
  let first: Refused | null = null;
  for (const [at, row] of rows.entries()) {
    const barrier = barrierOf(input, costs, row) ?? (at > 0 ? otherWork(input, row) : null);
    if (barrier === null) usable.push({ row, cost: costs.exact(row) });
    else {
      excluded[barrier.reason] = (excluded[barrier.reason] ?? 0) + 1;
      first ??= barrier.refusal;
    }
  }
  const [chosen, ...fallbacks] = usable;
  if (!chosen) throw first!;
  return { usable: [chosen, ...fallbacks], excluded };
}

/** A named model as a decision records it: nothing was ranked. */
export const asNamed = (table: ModelTable, { row, cost }: NamedModel): RankedCandidate => ({
  model: table.model(row).id, score: 1, components: nothingWeighed, estimatedCost: toPico(cost),
});

interface Barrier {
  readonly reason: Exclusion;
  readonly refusal: Refused;
}

function barrierOf(input: WeighInput, costs: CostScale, row: number): Barrier | null {
  const { table, request, needs } = input;
  const { id } = table.model(row);
  const closed = closedBy(input, row) ?? (embeds(table.model(row)) ? 'task' : null);
  if (closed !== null) return { reason: closed, refusal: refusalOf(input, row, closed) };
  if (needs.contextTokens > table.context[row]!) return { reason: 'context_length', refusal: contextTooLong(id, needs.contextTokens, table.context[row]!) };
  if (request.budget === null) return null;
  const [cost, budget] = [costs.exact(row), fromPico(request.budget)];
  return cost > budget ? { reason: 'budget', refusal: budgetTooLow(table, { row, cost }, budget) } : null;
}

/** Why a model may not be used at all, whoever names it; null when it may. */
export function closedBy({ table, request, excludedRows, uncallable, demands }: WeighInput, row: number): Exclusion | null {
  const closed = table.barred[row];
  if (closed === 'deprecated' || closed === 'unpriced') return closed;
  if (request.scope && !inScope(request.scope, table, row)) return 'key_scope';
  if (excludedRows?.[row] === 1) return 'preference';
  if (request.unfit?.includes(table.model(row).id)) return 'input_schema';
  const unmet = demands.find((demand) => !demand.meets(table.model(row)));
  return unmet?.reason ?? (uncallable?.[row] === 1 ? 'not_callable' : null);
}

export const refusalOf = ({ table }: WeighInput, row: number, closed: Exclusion): Refused =>
  closed === 'not_callable' ? modelNotCallable(table.model(row).id, table.hosts[row]!) : modelNotRoutable(table.model(row).id, closed);

/** What stands in for another model must do its work. */
function otherWork({ table, needs }: WeighInput, row: number): Barrier | null {
  const model = table.model(row);
  return tasksOf(model).includes(needs.task) ? null : { reason: 'task', refusal: modelNotRoutable(model.id, 'task') };
}

function found(table: ModelTable, id: string, param: string): number {
  const row = table.find(id);
  if (row === null) throw modelNotFound(id, param);
  return row;
}

const nothingWeighed: ScoreComponents = { quality: 0, cost: 0, latency: 0, health: 0, preference: 0, context: 0 };
