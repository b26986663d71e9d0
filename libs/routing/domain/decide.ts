/**
 * decision = decide(request, view at position P, policy). Pure: no clock (time comes with the request), no chance (a
 * seed comes with it), no look-up outside the view. The same question gives the same decision, byte for byte.
 */
import { fromPico, toPico } from '../../money/money.js';
import { adjusted, decidedByInput } from './classify-request.js';
import type { Classification, Decision, RankedCandidate, ScoreComponents } from './decision.js';
import type { Exclusion } from './exclusion.js';
import { exclusionOf, inScope } from './filter.js';
import { demandsOf, refuseContradiction } from './hints.js';
import { exploredPlace } from './explore.js';
import type { ModelTable } from './model-table.js';
import { needsOf } from './needs.js';
import type { PublishedPolicy } from './policy.js';
import { bestPlaces, boostsOf, chainOf, compared, counted, placeByQuality, ranked } from './ranking.js';
import { reasonFor, reasonForPinned } from './reason.js';
import { budgetTooLow, contextTooLong, modelNotFound, modelNotRoutable, noCandidate, taskOutsideScope } from './refusals.js';
import type { RoutingRequest } from './request.js';
import { fitted, narrowed, otherTasks } from './task-asked.js';
import type { RoutingView } from './view.js';
import type { ModelId, Optimization } from './vocabulary.js';
import { CostScale } from './cost-scale.js';
import { believedSuccess, compareCandidates, sessionBoost, weigh, type WeighInput } from './weigh.js';

/** Everything a decision depends on. */
export interface Question {
  readonly request: RoutingRequest;
  /** As the classifier gave it; or as a decision recorded it, with `recorded`. */
  readonly classification: Classification;
  /** The classification comes from a recorded decision: what the organization adds to it is already in. */
  readonly recorded: boolean;
  readonly view: RoutingView;
  readonly policy: PublishedPolicy;
  /** Content address of the code and the weights that decide: see decider-id.ts. */
  readonly decider: string;
}

/** Candidates recorded with a decision, beside those of its chain. */
const recordedCandidates = 5;

/** @throws Refused when no model may serve the request. */
export function decide(question: Question): Decision {
  const prepared = prepare(question);
  return prepared.pinned === null ? chosen(question, serveable(prepared)) : pinned(question, prepared, prepared.pinned);
}

export interface ExplainedCandidate extends RankedCandidate {
  /** Expected success, 0 to 1, as it is believed: before the policy's caution and doubt. */
  readonly success: number;
}

/** The decision with every candidate, best first, and every excluded model with its reason, by id. */
export interface Explanation {
  readonly decision: Decision;
  /** Whether the request named its model; the candidates are then what ranking would have made of it. */
  readonly pinned: boolean;
  readonly candidates: readonly ExplainedCandidate[];
  readonly excluded: readonly { readonly model: ModelId; readonly reason: Exclusion }[];
}

/** The same walk as `decide`, told in full: for suggestions, audit and what-if. @throws Refused as `decide` does. */
export function explain(question: Question): Explanation {
  const { table } = question.view;
  const decision = decide(question);
  const prepared = serveable(prepare(question));
  const reasons = new Map<number, Exclusion>();
  const weighed = weigh(prepared.input, (row, reason) => reasons.set(row, reason));
  const places = Array.from({ length: weighed.count }, (_, place) => place).sort(compareCandidates(weighed, table));
  const of = new Set([...table.candidates(prepared.input.needs.task)]);
  const excluded = [...table.all()].flatMap(([row, { model }]) => {
    const reason = of.has(row) ? reasons.get(row) : 'task';
    return reason ? [{ model: model.id, reason }] : [];
  });
  return {
    decision,
    pinned: prepared.pinned !== null,
    candidates: places.map((place) => ({ ...ranked(prepared.input, weighed, place), success: believedSuccess(prepared.input, weighed.rows[place]!) })),
    excluded: excluded.sort((a, b) => (a.model < b.model ? -1 : 1)),
  };
}

interface Prepared {
  readonly input: WeighInput;
  readonly optimization: Optimization;
  /** Row of the explicit model. */
  readonly pinned: number | null;
}

function prepare({ request, classification, recorded, view, policy }: Question): Prepared {
  const { table } = view;
  table.settle();
  const organization = view.organization(request.orgId);
  const believed = recorded ? classification : adjusted(classification, request, organization, policy.policy);
  const pinnedRow = request.hints.model === null ? null : found(table, request.hints.model);
  const demands = demandsOf(request.hints, table);
  refuseContradiction(demands, table);
  const settled = pinnedRow === null ? narrowed(believed, request, demands, table) : fitted(believed, request, table, pinnedRow);
  if (request.scope?.tasks && !request.scope.tasks.includes(settled.task)) throw taskOutsideScope(settled.task, request.scope.tasks);
  const optimization = request.hints.optimization ?? organization.defaultOptimization ?? 'balanced';
  return {
    optimization,
    pinned: pinnedRow,
    input: {
      request,
      classification: settled,
      needs: needsOf(request, settled),
      demands,
      table,
      learnt: view.learnt(request.mode),
      excludedRows: organization.excludedRows(table),
      atMs: Date.parse(request.at),
      organization,
      policy: policy.policy,
      weights: policy.policy.modes[optimization],
    },
  };
}

/**
 * A guessed task that no model can do with what was sent is not what was meant (a recording cannot be edited as a
 * picture): the likeliest other task takes its place. A named task stays, and is refused with its reasons.
 */
function serveable(prepared: Prepared): Prepared {
  const { request, classification, table, needs } = prepared.input;
  if (prepared.pinned !== null || request.hints.task !== null) return prepared;
  if (table.candidates(needs.task).some((row) => exclusionOf(prepared.input, row) === null)) return prepared;
  for (const task of otherTasks(classification, request.profile)) {
    const settled = decidedByInput(classification, task);
    const input = { ...prepared.input, classification: settled, needs: needsOf(request, settled) };
    if (table.candidates(task).some((row) => exclusionOf(input, row) === null)) return { ...prepared, input };
  }
  return prepared;
}

function found(table: ModelTable, id: string): number {
  const row = table.find(id);
  if (row === null) throw modelNotFound(id);
  return row;
}

function chosen(question: Question, { input, optimization }: Prepared): Decision {
  const { table, request, policy, needs } = input;
  const weighed = weigh(input);
  if (weighed.count === 0) {
    throw weighed.overBudget ? budgetTooLow(table, weighed.overBudget, fromPico(request.budget!)) : noCandidate(needs.task, weighed.excluded);
  }
  const best = bestPlaces(weighed, compareCandidates(weighed, table));
  const { place, propensity } = exploredPlace(best, weighed.score, policy.exploration, request.seed);
  const model = table.model(weighed.rows[place]!);
  const chain = chainOf(table, weighed, place, best, policy.fallbacks);
  const comparison = compared(input, weighed, place);
  const cost = weighed.costs.exact(weighed.rows[place]!);
  return {
    classification: input.classification,
    optimization,
    model: model.id,
    provider: model.provider,
    costTier: model.price_tier ?? 'standard',
    estimatedCost: toPico(cost),
    reason: reasonFor({
      classification: input.classification,
      optimization,
      model: model.id,
      success: believedSuccess(input, weighed.rows[place]!),
      placeByQuality: placeByQuality(weighed, place),
      candidates: weighed.count,
      cost,
      savingsPct: comparison.savingsVsHighestPct,
      explored: place !== best[0],
      boosts: boostsOf(weighed, place),
    }),
    candidates: best.filter((each, i) => i < recordedCandidates || chain.includes(each)).map((each) => ranked(input, weighed, each)),
    candidateCount: weighed.count,
    excluded: counted(weighed),
    fallbackChain: chain.map((each) => table.model(weighed.rows[each]!).id),
    priceComparison: comparison,
    contextualBoost: sessionBoost(input),
    price: model.pricing,
    position: question.view.position.toString(),
    policy: { name: question.policy.name, version: question.policy.version },
    decider: question.decider,
    propensity,
  };
}

/** An explicit model is taken as it is, as long as it may be used and can hold what is sent. No other model stands in for it. */
function pinned(question: Question, { input, optimization }: Prepared, row: number): Decision {
  const { table, request, needs } = input;
  const model = table.model(row);
  const closed = table.barred[row];
  if (closed === 'deprecated' || closed === 'unpriced') throw modelNotRoutable(model.id, closed);
  if (request.scope && !inScope(request.scope, table, row)) throw modelNotRoutable(model.id, 'key_scope');
  if (input.excludedRows?.[row] === 1) throw modelNotRoutable(model.id, 'preference');
  const unmet = input.demands.find((demand) => !demand.meets(model));
  if (unmet) throw modelNotRoutable(model.id, unmet.reason);
  if (needs.contextTokens > table.context[row]!) throw contextTooLong(model.id, needs.contextTokens, table.context[row]!);
  const cost = new CostScale(input).exact(row);
  const budget = request.budget === null ? null : fromPico(request.budget);
  if (budget !== null && cost > budget) throw budgetTooLow(table, { row, cost }, budget);
  return {
    classification: input.classification,
    optimization,
    model: model.id,
    provider: model.provider,
    costTier: model.price_tier ?? 'standard',
    estimatedCost: toPico(cost),
    reason: reasonForPinned(model.id),
    candidates: [{ model: model.id, score: 1, components: nothingWeighed, estimatedCost: toPico(cost) }],
    candidateCount: 1,
    excluded: {},
    fallbackChain: [model.id],
    priceComparison: { cheapestModel: model.id, bestValueModel: model.id, bestQualityModel: model.id, estimatedCost: toPico(cost), savingsVsHighestPct: 0 },
    contextualBoost: sessionBoost(input),
    price: model.pricing,
    position: question.view.position.toString(),
    policy: { name: question.policy.name, version: question.policy.version },
    decider: question.decider,
    propensity: 1,
  };
}

const nothingWeighed: ScoreComponents = { quality: 0, cost: 0, latency: 0, health: 0, preference: 0, context: 0 };
