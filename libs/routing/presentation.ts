/** A decision in the words of the HTTP contract. Amounts are numbers there: for reading, never for computing. */
import { pricingInDollars } from '../catalog/domain/dollars.js';
import type { CatalogModel } from '../catalog/domain/model.js';
import { approximateDollars, fromPico, type PicoDollars } from '../money/money.js';
import type { Decision } from './domain/decision.js';
import type { RoutingRequest } from './domain/request.js';
import type { ExplainedDecision } from './router.js';

/** `classification` of every answer; the fields beyond the contract say how it came about. */
export const presentClassification = ({ classification }: Decision) => ({
  task: classification.task,
  confidence: classification.confidence,
  reasoning: classification.reasoning,
  decision: classification.decision,
  content_mode: classification.content_mode,
  complexity_tier: classification.complexity_tier,
  complexity_score: classification.complexity_score,
  needs_strong: classification.needs_strong,
  skill: classification.skill,
  alternatives: classification.alternatives,
  evidence: classification.evidence,
});

/** A model as an answer of the router shows it. */
export const presentModel = (model: CatalogModel) => ({
  id: model.id,
  name: model.name,
  provider: model.provider,
  task_type: model.task_type,
  category: model.category,
  capabilities: model.capabilities,
  pricing: pricingInDollars(model.pricing),
});

/**
 * `model`, `cost_tier` and `estimated_cost`, as route and explicit route answer them.
 * @param model the one that answered: where a fallback did, its own tier and its estimate as a candidate.
 */
export const presentChosen = (decision: Decision, model: CatalogModel) => ({
  model: presentModel(model),
  cost_tier: model.id === decision.model ? decision.costTier : model.price_tier,
  estimated_cost: inDollars(model.id === decision.model ? decision.estimatedCost : (decision.candidates.find((candidate) => candidate.model === model.id)?.estimatedCost ?? null)),
});

export const presentPriceComparison = ({ priceComparison }: Decision) => ({
  cheapest_model: priceComparison.cheapestModel,
  best_value_model: priceComparison.bestValueModel,
  best_quality_model: priceComparison.bestQualityModel,
  estimated_cost_dollars: inDollars(priceComparison.estimatedCost),
  savings_vs_highest_pct: priceComparison.savingsVsHighestPct,
});

/** The best models in order, as suggestions: with an explicit model, that one alone. */
export function suggestionsOf({ decision, explanation }: ExplainedDecision, limit: number) {
  const ranking = explanation.pinned ? decision.candidates : explanation.candidates;
  return ranking.slice(0, limit).map(({ model, estimatedCost, score, ...more }) => ({
    model,
    estimated_cost: inDollars(estimatedCost),
    estimated_cost_dollars: inDollars(estimatedCost),
    score,
    ...('success' in more && { expected_success: more.success }),
  }));
}

/** `context`: this prompt counts among those of its session. */
export const presentContext = ({ session }: RoutingRequest, { contextualBoost }: Decision) => ({
  session_prompts: (session?.prompts ?? 0) + 1,
  contextual_boost: contextualBoost,
});

/** What explains a decision beside the contract's own fields: which models were left out, and under which policy. */
export const presentRouting = (decision: Decision) => ({
  reason: decision.reason,
  candidates: decision.candidateCount,
  excluded: decision.excluded,
  fallback_chain: decision.fallbackChain,
  policy: `${decision.policy.name}@${decision.policy.version}`,
  decider: decision.decider,
  position: decision.position,
});

/** Null is unknown, never free. */
export const inDollars = (amount: PicoDollars | null): number | null => (amount === null ? null : approximateDollars(fromPico(amount)));
