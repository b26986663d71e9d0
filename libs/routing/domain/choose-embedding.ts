/**
 * Which model turns texts into vectors: the one that is named, else the cheapest that can. Vectors of two models cannot
 * be compared, so nothing stands in for the chosen one (docs/decisions/0005-embedding-models.md).
 */
import { healthAt } from '../../health/domain/health.js';
import { embeds, type CatalogModel } from '../../catalog/domain/model.js';
import { fromPico, toPico } from '../../money/money.js';
import { CostScale } from './cost-scale.js';
import { decisionOf, recordedCandidates } from './decision-of.js';
import { exclusions, type Exclusion } from './exclusion.js';
import { asNamed, closedBy, refusalOf, type NamedModel } from './named-models.js';
import type { Explanation, Prepared, Question } from './question.js';
import { reasonForEmbedding, reasonForPinned } from './reason.js';
import { budgetTooLow, contextTooLong, dimensionsNotMade, noCandidate } from './refusals.js';
import type { WeighInput } from './weigh.js';

/** @throws Refused when no model may make these vectors, or not the named one. */
export function chosenEmbedding(question: Question, prepared: Prepared): Explanation {
  const { input, pinned } = prepared;
  const found = pinned === null ? cheapest(input) : { candidates: [named(input, pinned[0]!)], excluded: [] };
  const { table } = input;
  const { row, cost } = found.candidates[0]!;
  const model = table.model(row).id;
  const ranking = found.candidates.map((each) => asNamed(table, each));
  const counts: Record<string, number> = {};
  for (const { reason } of found.excluded) counts[reason] = (counts[reason] ?? 0) + 1;
  const decision = decisionOf(question, prepared, {
    row,
    cost,
    reason: pinned === null ? reasonForEmbedding(model, ranking.length, cost) : reasonForPinned([model]),
    candidates: ranking.slice(0, recordedCandidates),
    candidateCount: ranking.length,
    excluded: counts,
    fallbackChain: [model],
    priceComparison: { cheapestModel: model, bestValueModel: model, bestQualityModel: null, estimatedCost: toPico(cost), savingsVsHighestPct: savings(found.candidates) },
    contextualBoost: 0,
    propensity: 1,
  });
  return { decision, pinned: pinned !== null, candidates: ranking.map((each) => ({ ...each, success: 1 })), excluded: found.excluded };
}

interface Found {
  /** The cheapest first; a tie goes by id. */
  readonly candidates: readonly NamedModel[];
  readonly excluded: Explanation['excluded'];
}

function cheapest(input: WeighInput): Found {
  const { table, request } = input;
  const costs = new CostScale(input);
  const candidates: NamedModel[] = [];
  const excluded: { model: CatalogModel['id']; reason: Exclusion }[] = [];
  for (const [row, { model }] of table.all()) {
    const reason = exclusionOf(input, row);
    if (reason === null) candidates.push({ row, cost: costs.exact(row) });
    else excluded.push({ model: model.id, reason });
  }
  const id = ({ row }: NamedModel) => table.model(row).id;
  candidates.sort((a, b) => (a.cost === b.cost ? (id(a) < id(b) ? -1 : 1) : a.cost < b.cost ? -1 : 1));
  const budget = request.budget === null ? null : fromPico(request.budget);
  if (!candidates[0]) throw noCandidate(input.needs.task, exclusions.map((reason) => excluded.filter((each) => each.reason === reason).length), { context_length: 'input' });
  if (budget !== null && candidates[0].cost > budget) throw budgetTooLow(table, candidates[0], budget);
  return { candidates, excluded: excluded.sort((a, b) => (a.model < b.model ? -1 : 1)) };
}

function exclusionOf(input: WeighInput, row: number): Exclusion | null {
  const { table, request, learnt, atMs } = input;
  const model = table.model(row);
  if (!embeds(model)) return 'task';
  const closed = table.barred[row] || closedBy(input, row);
  if (closed) return closed;
  const { longestTokens, dimensions } = request.profile.embedding!;
  if (longestTokens > table.context[row]!) return 'context_length';
  if (dimensions !== null && !makes(model, dimensions)) return 'dimensions';
  const health = learnt.healthOf(row);
  return health && healthAt(health, atMs).degraded ? 'degraded' : null;
}

function named(input: WeighInput, row: number): NamedModel {
  const { table, request } = input;
  const model = table.model(row);
  const closed = closedBy(input, row) ?? (embeds(model) ? null : 'task');
  if (closed !== null) throw refusalOf(input, row, closed);
  const { longestTokens, dimensions } = request.profile.embedding!;
  if (longestTokens > table.context[row]!) throw contextTooLong(model.id, longestTokens, table.context[row]!, 'input');
  if (dimensions !== null && !makes(model, dimensions)) throw dimensionsNotMade(model.id, dimensions, model.limits);
  return { row, cost: new CostScale(input).exact(row) };
}

/** Without a range a model makes vectors of one length. */
function makes({ limits: { dimensions, min_dimensions, max_dimensions } }: CatalogModel, asked: number): boolean {
  if (asked === dimensions) return true;
  return min_dimensions !== undefined && max_dimensions !== undefined && asked >= min_dimensions && asked <= max_dimensions;
}

function savings(candidates: readonly NamedModel[]): number {
  const [first, last] = [candidates[0]!.cost, candidates.at(-1)!.cost];
  return last === 0n ? 0 : Number(100n - (first * 100n + last - 1n) / last);
}
