/** What is decided on, and a decision told in full. */
import type { Classification, Decision, RankedCandidate } from './decision.js';
import type { Exclusion } from './exclusion.js';
import type { PublishedPolicy } from './policy.js';
import type { RoutingRequest } from './request.js';
import type { RoutingView } from './view.js';
import type { ModelId, Optimization } from './vocabulary.js';
import type { WeighInput } from './weigh.js';

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

/** A question as it is decided on. */
export interface Prepared {
  readonly input: WeighInput;
  readonly optimization: Optimization;
  /** Rows of the models the request names, the preferred first. */
  readonly pinned: readonly number[] | null;
}

export interface ExplainedCandidate extends RankedCandidate {
  /** Expected success, 0 to 1, as it is believed: before the policy's caution and doubt. */
  readonly success: number;
}

/** The decision with every candidate, best first, and every excluded model with its reason, by id. */
export interface Explanation {
  readonly decision: Decision;
  /** Whether the request named its models; the candidates are then what ranking would have made of it. */
  readonly pinned: boolean;
  readonly candidates: readonly ExplainedCandidate[];
  readonly excluded: readonly { readonly model: ModelId; readonly reason: Exclusion }[];
}
