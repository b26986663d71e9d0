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
import { admit, reasonIndex, type Visit } from './admission.js';
import type { FilterInput } from './filter.js';
import { exclusions } from './exclusion.js';
import { healthAt } from '../../health/domain/health.js';
import { taskBit, traitBit, type ModelTable } from './model-table.js';
import { CostScale } from './cost-scale.js';
import { millionths, round6 } from './portable-math.js';
import type { ModeWeights, RoutingPolicy } from './policy.js';
import { difficultyOf, successOf } from './quality.js';
import type { Opinions, OrganizationView } from './organization-view.js';
import { tasks, type Task } from './vocabulary.js';
import { fromPico, type Money } from '../../money/money.js';

export interface WeighInput extends FilterInput {
  readonly organization: OrganizationView;
  readonly policy: RoutingPolicy;
  readonly weights: ModeWeights;
}

/**
 * One number of each kind per candidate, in the order of `rows`. The arrays are working memory: read them before the next
 * weighing. Score and components are whole millionths, so that the sum of the ones is the other.
 */
export interface Weighed {
  readonly count: number;
  readonly rows: Int32Array;
  readonly score: Float64Array;
  /** Expected success, before its weight: 0 to 1. */
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

let columns = columnsFor(1024);

function columnsFor(size: number) {
  const column = () => new Float64Array(size);
  return {
    rows: new Int32Array(size), score: column(), success: column(), quality: column(), cost: column(), latency: column(), health: column(),
    preference: column(), context: column(), comparableCost: column(), excluded: new Int32Array(exclusions.length), opinion: column(), outputTokens: column(),
  };
}
type Columns = ReturnType<typeof columnsFor>;

/**
 * Column by column: a loop that does one thing runs in registers, and the ranking is the better part of a decision.
 * @param visit told of each model that is excluded, when someone wants to know them all.
 */
export function weigh(input: WeighInput, visit?: Visit): Weighed {
  if (input.table.size > columns.rows.length) columns = columnsFor(input.table.size * 2);
  const all = columns;
  const costs = new CostScale(input);
  const fit = admit(input, all, visit);
  all.excluded[reasonIndex.task] = input.table.size - input.table.candidates(input.needs.task).length;
  const { count, overBudget } = withinBudget(input, costs, all, { count: fit, visit });
  costs.compareAll(all.rows, count, all);
  weighCost(input, costs, all, count);
  weighQuality(input, all, count);
  weighLatency(input, all, count);
  weighHealth(input, all, count);
  weighFavour(input, all, count);
  addUp(all, count);
  // Spelt out: spreading the columns costs more than a tenth of the walk (V8 copies property by property).
  return {
    count, rows: all.rows, score: all.score, success: all.success, quality: all.quality, cost: all.cost, latency: all.latency, health: all.health,
    preference: all.preference, context: all.context, comparableCost: all.comparableCost, excluded: all.excluded, costs, overBudget,
  };
}

/** The rows that the budget leaves, in their order; the others are counted. */
function withinBudget({ table, request }: WeighInput, costs: CostScale, { rows, excluded }: Columns, { count, visit }: { count: number; visit: Visit | undefined }) {
  let overBudget: Weighed['overBudget'] = null;
  if (request.budget === null) return { count, overBudget };
  const budget = fromPico(request.budget);
  let within = 0;
  for (let place = 0; place < count; place += 1) {
    const row = rows[place]!;
    const cost = costs.exact(row);
    if (cost <= budget) {
      rows[within++] = row;
      continue;
    }
    excluded[reasonIndex.budget]! += 1;
    visit?.(row, 'budget');
    if (overBudget === null || cost < overBudget.cost || (cost === overBudget.cost && table.model(row).id < table.model(overBudget.row).id)) overBudget = { row, cost };
  }
  return { count: within, overBudget };
}

function weighCost({ weights: { cost: weight } }: WeighInput, costs: CostScale, { cost, comparableCost }: Columns, count: number): void {
  for (let place = 0; place < count; place += 1) cost[place] = millionths(weight * costs.position(comparableCost[place]!));
}

function weighQuality(input: WeighInput, columns: Columns, count: number): void {
  const { table, needs, policy, weights, organization } = input;
  const { rows, success, quality, opinion } = columns;
  const { language } = needs;
  const weight = weights.quality;
  const difficulty = difficultyOf(clamped(needs.complexity + weights.caution), language);
  const heard = organization.opinionsOn(needs.task);
  abilityAt(table, input, rows, success, count);
  if (heard.length > 0) {
    for (const opinions of heard) opinion[opinions.row] = opinionOf(opinions, policy);
    for (let place = 0; place < count; place += 1) success[place]! += opinion[rows[place]!]!;
    for (const { row } of heard) opinion[row] = 0;
  }
  for (let place = 0; place < count; place += 1) success[place] = successOf(success[place]!, difficulty, language);
  const meant = taskCoverage(input);
  if (meant !== certain) for (let place = 0; place < count; place += 1) success[place] = meant(rows[place]!) * success[place]!;
  for (let place = 0; place < count; place += 1) quality[place] = millionths(weight * success[place]!);
}

function weighLatency({ table, needs, learnt, policy, weights }: WeighInput, { rows, latency, outputTokens }: Columns, count: number): void {
  const { firstTokenS, perTokenS } = table;
  const usualWait = usualWaitS[needs.task];
  const worth = weights.latency * usualWait;
  const { priorAnswers } = policy.learning;
  for (let place = 0; place < count; place += 1) {
    const row = rows[place]!;
    const waitS = (firstTokenS[row]! + outputTokens[place]! * perTokenS[row]!) * learnt.waitFactor(row, priorAnswers);
    latency[place] = millionths(worth / (usualWait + waitS));
  }
}

function weighHealth({ learnt, policy, atMs }: WeighInput, { rows, health }: Columns, count: number): void {
  health.fill(0, 0, count);
  const { ailing } = learnt;
  for (let place = 0; place < count; place += 1) {
    if (ailing[rows[place]!] !== 1) continue;
    const penalty = healthAt(learnt.healthOf(rows[place]!)!, atMs).latencyPenalty;
    if (penalty !== 0) health[place] = -millionths(policy.penalties.latency * penalty);
  }
}

function weighFavour(input: WeighInput, { rows, preference, context }: Columns, count: number): void {
  const { table, policy, organization } = input;
  const { preview } = table;
  const preferred = organization.preferredRows(table);
  const stay = stayingWith(input);
  const boost = millionths(stay.boost);
  const { preferredProvider } = policy.boosts;
  for (const [known, value] of [0, -policy.penalties.preview, preferredProvider, preferredProvider - policy.penalties.preview].entries()) favours[known] = value === 0 ? 0 : millionths(value);
  for (let place = 0; place < count; place += 1) {
    const row = rows[place]!;
    preference[place] = favours[(preferred === null ? 0 : 2 * preferred[row]!) + preview[row]!]!;
    context[place] = row === stay.row ? boost : 0;
  }
}
/** What is added for neither, a preview, a preferred provider, and both. */
const favours = new Float64Array(4);

function addUp({ score, quality, cost, latency, health, preference, context }: Columns, count: number): void {
  for (let place = 0; place < count; place += 1) score[place] = quality[place]! + cost[place]! + latency[place]! + health[place]! + preference[place]! + context[place]!;
}

/** Rows of two candidates, better first: by score, then expected success, then cost, then id. No two are equal. */
export function compareCandidates(weighed: Weighed, table: ModelTable): (a: number, b: number) => number {
  const { score, success, comparableCost, rows } = weighed;
  return (a, b) =>
    score[b]! - score[a]! ||
    success[b]! - success[a]! ||
    comparableCost[a]! - comparableCost[b]! ||
    (table.ids[rows[a]!]! < table.ids[rows[b]!]! ? -1 : 1);
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

/** The ability of each row for this mix of skills, as low as the policy's doubt takes it. */
function abilityAt(table: ModelTable, { needs, weights }: Pick<WeighInput, 'needs' | 'weights'>, rows: Int32Array, ability: Float64Array, count: number): void {
  const only = needs.skills.length === 1;
  const { doubt } = weights;
  ability.fill(0, 0, count);
  for (const { skill, share } of needs.skills) {
    const [mean, spread] = [table.abilityColumn(skill), table.spreadColumn(skill)];
    for (let place = 0; place < count; place += 1) {
      const low = mean[rows[place]!]! - doubt * spread[rows[place]!]!;
      ability[place] = only ? low : ability[place]! + share * low;
    }
  }
}

/**
 * The probability that the request means something the model can do. A task that was asked for is certain. One who
 * writes also answers most of what would better be searched for or coded by another.
 */
function taskCoverage({ classification, request, table }: Pick<WeighInput, 'classification' | 'request' | 'table'>): (row: number) => number {
  const others = request.hints.task === null ? classification.alternatives.map(({ task, p }) => ({ bit: taskBit(task), p, told: (languageTasks & taskBit(task)) !== 0 })) : [];
  if (others.length === 0) return certain;
  // It depends on what a row is fit for and on nothing else of it: a few sums serve hundreds of rows.
  coverage.fill(unknown);
  const { fit, traits } = table;
  return (row) => {
    const able = (fit[row]! << 1) | (traits[row]! & writes ? 1 : 0);
    let covered = coverage[able]!;
    if (covered !== unknown) return covered;
    covered = 1;
    for (const { bit, p, told } of others) {
      if (!(fit[row]! & bit)) covered -= told && able & 1 ? p * lostByWriters : p;
    }
    coverage[able] = covered;
    return covered;
  };
}
const certain = (): number => 1;
const unknown = -1;
/** Working memory of the weighing that goes on. */
const coverage = new Float64Array(2 << tasks.length);
const lostByWriters = 0.3;
const languageTasks = taskBit('text') | taskBit('code') | taskBit('web_search');
const writes = traitBit('text_generation');

/** What an organization thinks of a model at this task moves its ability, shrunk towards no change. */
const opinionOf = ({ good, bad }: Opinions, { learning }: RoutingPolicy): number =>
  (learning.mostAbility * (good - bad)) / (good + bad + learning.priorOpinions);

/** Expected success of a row as it is believed: without the policy's caution and doubt. For people, not for the ranking. */
export function believedSuccess(input: WeighInput, row: number): number {
  const { table, needs, organization, policy } = input;
  const believed = new Float64Array(1);
  abilityAt(table, { needs, weights: { ...input.weights, doubt: 0 } }, Int32Array.of(row), believed, 1);
  const opinion = organization.opinion(row, needs.task);
  const moved = opinion ? opinionOf(opinion, policy) : 0;
  return round6(taskCoverage(input)(row) * successOf(believed[0]! + moved, difficultyOf(clamped(needs.complexity), needs.language), needs.language));
}

const clamped = (x: number): number => Math.min(1, Math.max(0, x));
