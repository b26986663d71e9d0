/**
 * decision = decide(request, view at position P, policy). Pure: no clock (time comes with the request), no chance (a
 * seed comes with it), no look-up outside the view. The same question gives the same decision, byte for byte.
 */
import { fromPico, toPico } from '../../money/money.js';
import { adjusted, decidedByInput } from './classify-request.js';
import type { Decision } from './decision.js';
import { decisionOf, recordedCandidates } from './decision-of.js';
import type { Exclusion } from './exclusion.js';
import { chosenEmbedding } from './choose-embedding.js';
import { exclusionOf } from './filter.js';
import { demandsOf, refuseContradiction } from './hints.js';
import { exploredPlace, placesNear } from './explore.js';
import { asNamed, namedRows, usableOf } from './named-models.js';
import { taskBit } from './model-table.js';
import { needsOf } from './needs.js';
import { bestPlaces, boostsOf, chainOf, compared, counted, placeByQuality, ranked } from './ranking.js';
import type { Explanation, Prepared, Question } from './question.js';
import { reasonFor, reasonForPinned } from './reason.js';
import { budgetTooLow, noCandidate, taskOutsideScope } from './refusals.js';
import { fitted, narrowed, otherTasks } from './task-asked.js';
import type { ModelId } from './vocabulary.js';
import { believedSuccess, compareCandidates, sessionBoost, weigh } from './weigh.js';

/** @throws Refused when no model may serve the request. */
export function decide(question: Question): Decision {
  const prepared = prepare(question);
  if (question.request.endpoint === 'embeddings') return chosenEmbedding(question, prepared).decision;
  return prepared.pinned === null ? chosen(question, prepared) : pinned(question, prepared, prepared.pinned);
}

/** The same walk as `decide`, told in full: for suggestions, audit and what-if. @throws Refused as `decide` does. */
export function explain(question: Question): Explanation {
  if (question.request.endpoint === 'embeddings') return chosenEmbedding(question, prepare(question));
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

/**
 * Expected success of some models at this request, as `explain` tells it of its candidates, without ranking the rest.
 * Null for a model the view does not know, or that cannot do the task at all.
 */
export function expectedSuccess(question: Question, models: readonly ModelId[]): readonly (number | null)[] {
  if (question.request.endpoint === 'embeddings') {
    const { candidates } = chosenEmbedding(question, prepare(question));
    return models.map((model) => candidates.find((candidate) => candidate.model === model)?.success ?? null);
  }
  const { input } = serveable(prepare(question));
  return models.map((model) => {
    const row = input.table.indexOf(model);
    return row === undefined || !(input.table.fit[row]! & taskBit(input.needs.task)) ? null : believedSuccess(input, row);
  });
}

/** The models the policy could have taken at this request, by one draw of its seed or another: one where it does not explore. */
export function explorable(question: Question): readonly ModelId[] {
  const { input, pinned } = serveable(prepare(question));
  if (pinned !== null || question.request.endpoint === 'embeddings') return [decide(question).model];
  const weighed = weigh(input);
  const best = bestPlaces(weighed, compareCandidates(weighed, input.table));
  return placesNear(best, weighed.score, input.policy.exploration).map((place) => input.table.model(weighed.rows[place]!).id);
}

function prepare({ request, classification, recorded, view, policy }: Question): Prepared {
  const { table } = view;
  table.settle();
  const organization = view.organization(request.orgId);
  const believed = recorded ? classification : adjusted(classification, request, organization, policy.policy);
  const named = namedRows(request.hints, table);
  const demands = demandsOf(request.hints, table);
  refuseContradiction(demands, table);
  const settled = named === null ? narrowed(believed, request, demands, table) : fitted(believed, request, table, named[0]!);
  if (request.scope?.tasks && !request.scope.tasks.includes(settled.task)) throw taskOutsideScope(settled.task, request.scope.tasks);
  const optimization = request.hints.optimization ?? organization.defaultOptimization ?? 'balanced';
  return {
    optimization,
    pinned: named,
    input: {
      request,
      classification: settled,
      needs: needsOf(request, settled),
      demands,
      table,
      learnt: view.learnt(request.mode),
      excludedRows: organization.excludedRows(table),
      uncallable: request.hosts ? table.uncallableAt(request.hosts) : null,
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

function chosen(question: Question, prepared: Prepared): Decision {
  const { input, optimization } = prepared;
  const { table, request, policy, needs } = input;
  const weighed = weigh(input);
  if (weighed.count === 0) {
    const other = serveable(prepared);
    if (other !== prepared) return chosen(question, other);
    throw weighed.overBudget ? budgetTooLow(table, weighed.overBudget, fromPico(request.budget!)) : noCandidate(needs.task, weighed.excluded);
  }
  const best = bestPlaces(weighed, compareCandidates(weighed, table));
  const { place, propensity } = exploredPlace(best, weighed.score, policy.exploration, request.seed);
  const row = weighed.rows[place]!;
  const chain = chainOf(table, weighed, place, best, policy.fallbacks);
  const comparison = compared(input, weighed, place);
  const cost = weighed.costs.exact(row);
  return decisionOf(question, prepared, {
    row,
    cost,
    reason: reasonFor({
      classification: input.classification,
      optimization,
      model: table.ids[row]!,
      success: believedSuccess(input, row),
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
    fallbackChain: chain.map((each) => table.ids[weighed.rows[each]!]!),
    priceComparison: comparison,
    contextualBoost: sessionBoost(input),
    propensity,
  });
}

/** The first of the named models that may serve; the others of them stand in for it, and no other model does. */
function pinned(question: Question, prepared: Prepared, rows: readonly number[]): Decision {
  const { input } = prepared;
  const { table } = input;
  const { usable, excluded } = usableOf(input, rows);
  const [{ row, cost }] = usable;
  const model = table.model(row).id;
  const chain = usable.map((each) => table.model(each.row).id);
  return decisionOf(question, prepared, {
    row,
    cost,
    reason: reasonForPinned(chain),
    candidates: usable.map((named) => asNamed(table, named)),
    candidateCount: usable.length,
    excluded,
    fallbackChain: chain,
    priceComparison: { cheapestModel: model, bestValueModel: model, bestQualityModel: model, estimatedCost: toPico(cost), savingsVsHighestPct: 0 },
    contextualBoost: sessionBoost(input),
    propensity: 1,
  });
}
