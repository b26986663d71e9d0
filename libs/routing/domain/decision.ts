/** What `decide` returns and ModelSelected records: the choice and why, under 4 KiB. Plain JSON. */
import type { PicoDollars } from '../../money/money.js';
import type { ComplexityTier, ContentMode, ModelId, Optimization, PriceTier, ProviderSlug, Task } from './vocabulary.js';

export interface Classification {
  readonly task: Task;
  /** Calibrated probability that the task is right, 0 to 1, four decimals. */
  readonly confidence: number;
  readonly reasoning: string;
  /** The stage that decided: `regex`, `hint`, or the statistical stage's name. */
  readonly decision: string;
  readonly content_mode: ContentMode;
  readonly complexity_tier: ComplexityTier;
  readonly complexity_score: number;
  /** How much a strong model is expected to gain over a weak one here, 0 to 1. */
  readonly needs_strong: number;
  /** The kind of work, for the lookup of quality: math, coding, writing ... */
  readonly skill: string;
  readonly alternatives: readonly { readonly task: Task; readonly p: number }[];
  readonly evidence: readonly { readonly signal: string; readonly effect: number }[];
}

export interface ScoreComponents {
  readonly quality: number;
  readonly cost: number;
  readonly latency: number;
  readonly health: number;
  readonly preference: number;
  readonly context: number;
}

export interface RankedCandidate {
  readonly model: ModelId;
  readonly score: number;
  readonly components: ScoreComponents;
  readonly estimatedCost: PicoDollars | null;
}

export interface Decision {
  readonly classification: Classification;
  readonly optimization: Optimization;
  readonly model: ModelId;
  readonly provider: ProviderSlug;
  readonly costTier: PriceTier;
  readonly estimatedCost: PicoDollars | null;
  /** In words: why this model. */
  readonly reason: string;
  /** The top of the ranking, best first. The rest is refolded from the position. */
  readonly candidates: readonly RankedCandidate[];
  readonly candidateCount: number;
  /** How many models were excluded, by reason. */
  readonly excluded: Readonly<Record<string, number>>;
  /** Tried in this order; the first is the chosen model. */
  readonly fallbackChain: readonly ModelId[];
  readonly priceComparison: {
    readonly cheapestModel: ModelId | null;
    readonly bestValueModel: ModelId | null;
    readonly bestQualityModel: ModelId | null;
    readonly estimatedCost: PicoDollars | null;
    readonly savingsVsHighestPct: number;
  };
  readonly contextualBoost: number;
  /** The price of the chosen model at the decision, verbatim from the catalogue. */
  readonly price: unknown;
  /** Commit position of the last event the view had folded. */
  readonly position: string;
  readonly policy: { readonly name: string; readonly version: number };
  /** Content address of the code and weights that decided. */
  readonly decider: string;
  /** Probability with which a seeded, exploring policy chose this model; 1 when it did not explore. */
  readonly propensity: number;
  /** Whether the policy lets another model go on from an answer that was cut. */
  readonly mayContinue: boolean;
}
