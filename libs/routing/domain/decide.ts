/**
 * decision = decide(request, view at position P, policy). Pure: no clock (time comes with the request), no chance (a
 * seed comes with it), no look-up outside the view. The same question gives the same decision, byte for byte.
 */
import { tasksOf } from '../../catalog/domain/model.js';
import { fromPico, toPico } from '../../money/money.js';
import { adjusted, decidedByHint, decidedByInput } from './classify-request.js';
import type { Classification, Decision, RankedCandidate, ScoreComponents } from './decision.js';
import { exclusions, type Exclusion } from './exclusion.js';
import { exclusionOf, inScope } from './filter.js';
import { demandsOf, refuseContradiction, type Demand } from './hints.js';
import type { ModelTable } from './model-table.js';
import { needsOf } from './needs.js';
import type { PublishedPolicy } from './policy.js';
import { exploredPlace } from './explore.js';
import { reasonFor, reasonForPinned } from './reason.js';
import { budgetTooLow, contextTooLong, modelNotFound, modelNotRoutable, noCandidate, taskOutsideScope, wrongTaskForModel } from './refusals.js';
import type { RoutingRequest } from './request.js';
import type { RoutingView } from './view.js';
import { tasks, type ModelId, type Optimization, type Task } from './vocabulary.js';
import { believedSuccess, compareCandidates, CostScale, sessionBoost, weigh, type Weighed, type WeighInput } from './weigh.js';

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

/** Candidates recorded with a decision. */
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

/** The likelier alternatives first, then what is usually done with a recording, then plain text. */
function otherTasks({ task, alternatives }: Classification, { modalities }: RoutingRequest['profile']): readonly Task[] {
  const heard: readonly Task[] = modalities.includes('audio') ? ['speech'] : [];
  return [...new Set<Task>([...alternatives.map((other) => other.task), ...heard, 'text'])].filter((other) => other !== task);
}

function found(table: ModelTable, id: string): number {
  const row = table.find(id);
  if (row === null) throw modelNotFound(id);
  return row;
}

/** Where what was asked for leaves no model of the classified task, it decides the task: the likeliest that is left. */
function narrowed(classification: Classification, request: RoutingRequest, demands: readonly Demand[], table: ModelTable): Classification {
  if (demands.length === 0) return classification;
  const counts = new Map<Task, number>();
  for (const [, { model }] of table.all()) {
    if (!demands.every((demand) => demand.meets(model))) continue;
    for (const task of tasksOf(model)) counts.set(task, (counts.get(task) ?? 0) + (task === model.task ? 1 : 0));
  }
  if (counts.has(classification.task)) return classification;
  if (request.hints.task !== null) {
    throw wrongTaskForModel(demands.map(({ asked }) => asked).join(' and '), request.hints.task, tasks.filter((task) => counts.has(task)));
  }
  const likelihood = (task: Task) => classification.alternatives.find((other) => other.task === task)?.p ?? 0;
  const left = tasks.filter((task) => counts.has(task));
  const task = left.reduce((best, next) => (likelihood(next) > likelihood(best) || (likelihood(next) === likelihood(best) && counts.get(next)! > counts.get(best)!) ? next : best));
  return decidedByHint(classification, task, demands[0]!.asked);
}

/** An explicit model is asked for what it can do. @throws Refused when the task was named too and does not fit. */
function fitted(classification: Classification, { hints }: RoutingRequest, table: ModelTable, row: number): Classification {
  const model = table.model(row);
  const fit = tasksOf(model);
  if (fit.includes(classification.task)) return classification;
  if (hints.task !== null) throw wrongTaskForModel(model.id, hints.task, fit);
  return decidedByHint(classification, model.task, `The model ${model.id}`);
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
    candidates: best.slice(0, recordedCandidates).map((candidate) => ranked(input, weighed, candidate)),
    candidateCount: weighed.count,
    excluded: counted(weighed),
    fallbackChain: chainOf(table, weighed, place, best, policy.fallbacks),
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

/** The best places in order, as many as a decision can need: a partial sort, for the ranking of hundreds is not kept. */
function bestPlaces({ count, score }: Weighed, compare: (a: number, b: number) => number): readonly number[] {
  const best: number[] = [];
  for (let place = 0; place < count; place += 1) {
    if (best.length < placesKept) best.push(place);
    else if (score[place]! < score[best[placesKept - 1]!]! || compare(place, best[placesKept - 1]!) > 0) continue;
    let at = best.length - 1;
    for (; at > 0 && compare(place, best[at - 1]!) < 0; at -= 1) best[at] = best[at - 1]!;
    best[at] = place;
  }
  return best;
}
const placesKept = 12;

/** After the chosen model: the best of other providers first, so that one provider's outage does not end the chain. */
function chainOf(table: ModelTable, weighed: Weighed, place: number, best: readonly number[], length: number): readonly ModelId[] {
  const chain = [place];
  const providers = new Set([table.model(weighed.rows[place]!).provider]);
  for (const distinct of [true, false]) {
    for (const next of best) {
      if (chain.length >= length) break;
      const { provider } = table.model(weighed.rows[next]!);
      if (chain.includes(next) || (distinct && providers.has(provider))) continue;
      chain.push(next);
      providers.add(provider);
    }
  }
  return chain.map((candidate) => table.model(weighed.rows[candidate]!).id);
}

/** The extremes of the field, each tie broken as the ranking's: by success, then cost, then id. */
function compared({ table, weights }: WeighInput, weighed: Weighed, place: number): Decision['priceComparison'] {
  const { comparableCost: cost, success, rows } = weighed;
  const id = (at: number) => table.model(rows[at]!).id;
  const earlier = (a: number, b: number) => success[a]! > success[b]! || (success[a] === success[b] && (cost[a]! < cost[b]! || (cost[a] === cost[b] && id(a) < id(b))));
  const value = (at: number) => weighed.quality[at]! / (weights.quality || 1) + weighed.cost[at]! / (weights.cost || 1);
  let [cheapest, dearest, ablest, worthiest, worth] = [0, 0, 0, 0, value(0)];
  for (let next = 1; next < weighed.count; next += 1) {
    if (cost[next]! < cost[cheapest]! || (cost[next] === cost[cheapest] && earlier(next, cheapest))) cheapest = next;
    if (cost[next]! > cost[dearest]!) dearest = next;
    if (earlier(next, ablest)) ablest = next;
    const nextWorth = value(next);
    if (nextWorth > worth || (nextWorth === worth && earlier(next, worthiest))) [worthiest, worth] = [next, nextWorth];
  }
  const highest = cost[dearest]!;
  return {
    cheapestModel: id(cheapest),
    bestValueModel: id(worthiest),
    bestQualityModel: id(ablest),
    estimatedCost: toPico(weighed.costs.exact(rows[place]!)),
    savingsVsHighestPct: highest === 0 ? 0 : Math.round((1 - cost[place]! / highest) * 100),
  };
}

function placeByQuality({ success, count }: Weighed, place: number): number {
  let better = 0;
  for (let other = 0; other < count; other += 1) if (success[other]! > success[place]!) better += 1;
  return better + 1;
}

function boostsOf(weighed: Weighed, place: number): readonly string[] {
  const boosts: string[] = [];
  if (weighed.preference[place]! > 0) boosts.push('a preferred provider');
  if (weighed.context[place]! > 0) boosts.push('staying with the session');
  return boosts;
}

function ranked(input: WeighInput, weighed: Weighed, place: number): RankedCandidate {
  const row = weighed.rows[place]!;
  return {
    model: input.table.model(row).id,
    score: weighed.score[place]!,
    components: {
      quality: weighed.quality[place]!,
      cost: weighed.cost[place]!,
      latency: weighed.latency[place]!,
      health: weighed.health[place]!,
      preference: weighed.preference[place]!,
      context: weighed.context[place]!,
    },
    estimatedCost: toPico(weighed.costs.exact(row)),
  };
}

function counted({ excluded }: Weighed): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [i, reason] of exclusions.entries()) if (excluded[i]! > 0) counts[reason] = excluded[i]!;
  return counts;
}

