/** Why this model, in words: one sentence or two, from the figures of the decision. */
import type { Classification } from './decision.js';
import { toDollars, type Money } from '../../money/money.js';
import type { Optimization } from './vocabulary.js';

export interface ReasonFacts {
  readonly classification: Classification;
  readonly optimization: Optimization;
  readonly model: string;
  /** Expected success, 0 to 1. */
  readonly success: number;
  /** Its place by expected success among the candidates, 1 is best. */
  readonly placeByQuality: number;
  readonly candidates: number;
  readonly cost: Money;
  readonly savingsPct: number;
  readonly explored: boolean;
  readonly boosts: readonly string[];
}

const goals: Readonly<Record<Optimization, string>> = {
  'price-optimized': 'the best price for enough quality',
  balanced: 'the best balance of quality, price and speed',
  'output-optimized': 'the best expected answer',
};

export function reasonFor(facts: ReasonFacts): string {
  const { classification, candidates, success, placeByQuality } = facts;
  const work = `${classification.complexity_tier} ${classification.task}`;
  const choice = facts.explored
    ? `${facts.model} was tried among the best of ${candidates} candidates, to compare outcomes, for this ${work} request`
    : `${facts.model} is ${goals[facts.optimization]} for this ${work} request among ${candidates} candidates`;
  const quality = `expected success ${Math.round(success * 100)} % (place ${placeByQuality})`;
  const price = `about ${toDollars(facts.cost)} dollars${facts.savingsPct > 0 ? `, ${facts.savingsPct} % below the dearest` : ''}`;
  const boosts = facts.boosts.length > 0 ? ` It gains from ${facts.boosts.join(' and ')}.` : '';
  return `${choice}: ${quality}, ${price}.${boosts}`;
}

/** @param adequate how many models could have done it. */
export const reasonForEmbedding = (model: string, adequate: number, cost: Money): string =>
  `${model} is the cheapest of ${adequate} models that hold every text and make the vectors asked for: about ${toDollars(cost)} dollars.`;

/** @param chain the named model, and those named to stand in for it. */
export const reasonForPinned = ([model, ...fallbacks]: readonly string[]): string =>
  `The request names ${model}, so nothing was ranked.${fallbacks.length > 0 ? ` If it fails, ${fallbacks.join(', then ')}.` : ''}`;
