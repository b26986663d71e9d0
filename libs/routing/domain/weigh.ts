/**
 * Every model of a task, asked and weighed: the one walk behind `decide`, `suggest`, audit and what-if. Each component
 * is between 0 and 1 before its weight:
 *
 *   quality   expected success at this difficulty, with an ability the policy's doubt below what is believed, times the
 *             probability that the task is one the model can do: where a classification is unsure, versatility pays
 *   cost      1 at the cheap end of the market for this very work, 0 at the dear end, by the logarithm between
 *   latency   half at the wait that people take for usual in this task, falling with every second
 *
 * and then what is added or taken off: a preferred provider, the model of the session, a latency penalty, a preview.
 */
import { exclusionOf, type FilterInput } from './filter.js';
import { exclusions, type Exclusion } from './exclusion.js';
import { healthAt } from '../../health/domain/health.js';
import { taskBit, traitBit, type ModelTable } from './model-table.js';
import { CostScale } from './cost-scale.js';
import { round6 } from './portable-math.js';
import type { ModeWeights, RoutingPolicy } from './policy.js';
import { difficultyOf, successOf } from './quality.js';
import type { Opinions, OrganizationView } from './organization-view.js';
import type { Task } from './vocabulary.js';
import { costOf, exactCostOf, outputTokenIndex } from './work.js';
import { fromPico, type Money } from '../../money/money.js';

export interface WeighInput extends FilterInput {
  readonly organization: OrganizationView;
  readonly policy: RoutingPolicy;
  readonly weights: ModeWeights;
}

/** One number of each kind per candidate, in the order of `rows`. The arrays are working memory: read them before the next weighing. */
export interface Weighed {
  readonly count: number;
  readonly rows: Int32Array;
  readonly score: Float64Array;
  /** Expected success, before its weight. */
  readonly success: Float64Array;
  readonly quality: Float64Array;
  readonly cost: Float64Array;
  readonly latency: Float64Array;
  readonly health: Float64Array;
  readonly preference: Float64Array;
  readonly context: Float64Array;
  /** Pico-dollars, to compare; `costs.exact` is what is recorded. */
  readonly comparableCost: Float64Array;
  readonly costs: CostScale;
  /** How many models of the task, and of the others, are excluded, by the index of the reason. */
  readonly excluded: Int32Array;
  /** Price of the cheapest model that only the budget excludes; null when none. */
  readonly overBudget: { readonly row: number; readonly cost: Money } | null;
}

let capacity = 0;
let columns = columnsFor(1024);

function columnsFor(size: number) {
  capacity = size;
  const column = () => new Float64Array(size);
  return {
    rows: new Int32Array(size), score: column(), success: column(), quality: column(), cost: column(), latency: column(), health: column(),
    preference: column(), context: column(), comparableCost: column(), excluded: new Int32Array(exclusions.length), opinion: column(),
  };
}

const reasonIndex = Object.fromEntries(exclusions.map((reason, i) => [reason, i])) as Record<Exclusion, number>;

/** @param visit told of each model that is excluded, when someone wants to know them all. */
export function weigh(input: WeighInput, visit?: (row: number, reason: Exclusion) => void): Weighed {
  const { table, needs, request, policy, weights, organization } = input;
  if (table.size > capacity) columns = columnsFor(table.size * 2);
  const all = columns;
  all.excluded.fill(0);
  const rows = table.candidates(needs.task);
  all.excluded[reasonIndex.task] = table.size - rows.length;

  const ability = abilityAt(table, input);
  const difficulty = difficultyOf(clamped(needs.complexity + weights.caution), needs.language);
  const meant = taskCoverage(input);
  const scale = new CostScale(input);
  const usualWait = usualWaitS[needs.task];
  const preferred = organization.preferredProviders;
  const stay = stayingWith(input);
  const budget = request.budget === null ? null : fromPico(request.budget);
  const heard = hear(organization, needs.task, policy, all.opinion);

  let count = 0;
  let overBudget: { row: number; cost: Money } | null = null;
  for (const row of rows) {
    const reason = exclusionOf(input, row);
    if (reason !== null) {
      all.excluded[reasonIndex[reason]]! += 1;
      visit?.(row, reason);
      continue;
    }
    const price = scale.priceOf(row);
    const { work } = scale;
    if (budget !== null) {
      const exact = exactCostOf(price, work);
      if (exact > budget) {
        all.excluded[reasonIndex.budget]! += 1;
        visit?.(row, 'budget');
        if (overBudget === null || exact < overBudget.cost || (exact === overBudget.cost && table.model(row).id < table.model(overBudget.row).id)) overBudget = { row, cost: exact };
        continue;
      }
    }
    const comparable = costOf(price, work);
    const success = meant(row) * successOf(ability(row) + (heard ? all.opinion[row]! : 0), difficulty, needs.language);
    const waitS = (table.firstTokenS[row]! + work[outputTokenIndex]! * table.perTokenS[row]!) * input.learnt.waitFactor(row, policy.learning.priorAnswers);
    const health = input.learnt.healthOf(row);
    const penalty = health ? healthAt(health, input.atMs).latencyPenalty : 0;

    all.rows[count] = row;
    all.success[count] = success;
    all.quality[count] = round6(weights.quality * success);
    all.comparableCost[count] = comparable;
    all.cost[count] = round6(weights.cost * scale.position(comparable));
    all.latency[count] = round6((weights.latency * usualWait) / (usualWait + waitS));
    all.health[count] = penalty === 0 ? 0 : -round6(policy.penalties.latency * penalty);
    const favoured = preferred.length > 0 && preferred.includes(table.model(row).provider);
    const favour = (favoured ? policy.boosts.preferredProvider : 0) - (table.preview[row] === 1 ? policy.penalties.preview : 0);
    all.preference[count] = favour === 0 ? 0 : round6(favour);
    all.context[count] = row === stay.row ? stay.boost : 0;
    all.score[count] = round6(all.quality[count]! + all.cost[count]! + all.latency[count]! + all.health[count]! + all.preference[count]! + all.context[count]!);
    count += 1;
  }
  if (heard) for (const { row } of organization.opinions()) all.opinion[row] = 0;
  // Spelt out: spreading the columns costs more than a tenth of the walk (V8 copies property by property).
  return {
    count, rows: all.rows, score: all.score, success: all.success, quality: all.quality, cost: all.cost, latency: all.latency, health: all.health,
    preference: all.preference, context: all.context, comparableCost: all.comparableCost, excluded: all.excluded, costs: scale, overBudget,
  };
}

/** Rows of two candidates, better first: by score, then expected success, then cost, then id. No two are equal. */
export function compareCandidates(weighed: Weighed, table: ModelTable): (a: number, b: number) => number {
  const { score, success, comparableCost, rows } = weighed;
  return (a, b) =>
    score[b]! - score[a]! ||
    success[b]! - success[a]! ||
    comparableCost[a]! - comparableCost[b]! ||
    (table.model(rows[a]!).id < table.model(rows[b]!).id ? -1 : 1);
}

/** Seconds people take for usual. */
const usualWaitS: Readonly<Record<Task, number>> = { text: 10, code: 20, web_search: 15, image: 15, video: 120, music: 60, speech: 5 };

/** The boost of staying with the session's model grows to its whole over the first three prompts of the session. */
export function sessionBoost(input: Pick<WeighInput, 'request' | 'policy' | 'needs'>): number {
  const { session } = input.request;
  if (!session || session.lastModel === null || session.lastTask !== input.needs.task) return 0;
  return round6((input.policy.boosts.session * Math.min(session.prompts, promptsOfWholeBoost)) / promptsOfWholeBoost);
}
const promptsOfWholeBoost = 3;

function stayingWith(input: WeighInput): { row: number; boost: number } {
  const boost = sessionBoost(input);
  return boost === 0 ? { row: -1, boost } : { row: input.table.find(input.request.session!.lastModel!) ?? -1, boost };
}

/** The ability for this mix of skills, as low as the policy's doubt takes it. */
function abilityAt(table: ModelTable, { needs, weights }: WeighInput): (row: number) => number {
  const mix = needs.skills.map(({ skill, share }) => ({ share, mean: table.abilityColumn(skill), spread: table.spreadColumn(skill) }));
  const only = mix.length === 1 ? mix[0]! : null;
  if (only) return (row) => only.mean[row]! - weights.doubt * only.spread[row]!;
  return (row) => {
    let sum = 0;
    for (const { share, mean, spread } of mix) sum += share * (mean[row]! - weights.doubt * spread[row]!);
    return sum;
  };
}

/**
 * The probability that the request means something the model can do. A task that was asked for is certain. One who
 * writes also answers most of what would better be searched for or coded by another.
 */
function taskCoverage({ classification, request, table }: WeighInput): (row: number) => number {
  const others = request.hints.task === null ? classification.alternatives.map(({ task, p }) => ({ bit: taskBit(task), p, told: (languageTasks & taskBit(task)) !== 0 })) : [];
  if (others.length === 0) return () => 1;
  return (row) => {
    let covered = 1;
    for (const { bit, p, told } of others) {
      if (!(table.fit[row]! & bit)) covered -= told && table.traits[row]! & writes ? p * lostByWriters : p;
    }
    return covered;
  };
}
const lostByWriters = 0.3;
const languageTasks = taskBit('text') | taskBit('code') | taskBit('web_search');
const writes = traitBit('text_generation');

/** What an organization thinks of models at this task moves their ability, shrunk towards no change. */
function hear(organization: OrganizationView, task: Task, policy: RoutingPolicy, opinion: Float64Array): boolean {
  let heard = false;
  for (const opinions of organization.opinions()) {
    if (opinions.task !== task) continue;
    opinion[opinions.row] = opinionOf(opinions, policy);
    heard = true;
  }
  return heard;
}

const opinionOf = ({ good, bad }: Opinions, { learning }: RoutingPolicy): number =>
  (learning.mostAbility * (good - bad)) / (good + bad + learning.priorOpinions);

/** Expected success of a row as it is believed: without the policy's caution and doubt. For people, not for the ranking. */
export function believedSuccess(input: WeighInput, row: number): number {
  const { table, needs, organization, policy } = input;
  const believed = abilityAt(table, { ...input, weights: { ...input.weights, doubt: 0 } })(row);
  const opinion = [...organization.opinions()].find((heard) => heard.row === row && heard.task === needs.task);
  const moved = opinion ? opinionOf(opinion, policy) : 0;
  return round6(taskCoverage(input)(row) * successOf(believed + moved, difficultyOf(clamped(needs.complexity), needs.language), needs.language));
}

const clamped = (x: number): number => Math.min(1, Math.max(0, x));
