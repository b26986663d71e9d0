/** A decision from what was chosen: what every way of choosing records alike is put together here, once. */
import { toPico, type Money } from '../../money/money.js';
import type { Decision } from './decision.js';
import type { Prepared, Question } from './question.js';

/** Candidates recorded with a decision, beside those of its chain. */
export const recordedCandidates = 5;

/** What the ways of choosing differ in. */
interface Choice extends Pick<Decision, 'reason' | 'candidates' | 'candidateCount' | 'excluded' | 'fallbackChain' | 'priceComparison' | 'contextualBoost' | 'propensity'> {
  /** Of the chosen model in the view's table. */
  readonly row: number;
  readonly cost: Money;
}

/** Its fields are in the order in which they are recorded. */
export function decisionOf(question: Question, { input, optimization }: Prepared, choice: Choice): Decision {
  const model = input.table.model(choice.row);
  return {
    classification: input.classification,
    optimization,
    model: model.id,
    provider: model.provider,
    costTier: model.price_tier ?? 'standard',
    estimatedCost: toPico(choice.cost),
    reason: choice.reason,
    candidates: choice.candidates,
    candidateCount: choice.candidateCount,
    excluded: choice.excluded,
    fallbackChain: choice.fallbackChain,
    priceComparison: choice.priceComparison,
    contextualBoost: choice.contextualBoost,
    price: model.pricing,
    position: question.view.position.toString(),
    policy: { name: question.policy.name, version: question.policy.version },
    decider: question.decider,
    propensity: choice.propensity,
    mayContinue: input.policy.mayContinue,
  };
}
