/**
 * Everything that decides, as one unit: the fold of its view, its classifier and its rules. A decision is verified by
 * the version that made it, so every version offers the same surface; see deciders/registry.ts for the earlier ones.
 */
import { classifierInput } from './classify-request.js';
import { classify } from './classify/classify.js';
import { decodeWeights, type ClassifierWeights } from './classify/weights.js';
import { decide, expectedSuccess, explain, explorable } from './decide.js';
import { decideVersion } from './decider-id.js';
import { RoutingView } from './view.js';

export interface DecidingCode {
  /** `decideVersion` of this code. */
  readonly version: string;
  readonly newView: () => RoutingView;
  readonly classifierInput: typeof classifierInput;
  readonly classify: typeof classify;
  readonly decodeWeights: typeof decodeWeights;
  readonly decide: typeof decide;
  readonly explain: typeof explain;
  readonly expectedSuccess: typeof expectedSuccess;
  readonly explorable: typeof explorable;
}

/** A version of the code with the weights it classifies by: what a decision names as its decider. */
export interface Decider {
  /** As decisions record it: `decide-<version>+<weights>`. */
  readonly id: string;
  readonly code: DecidingCode;
  /** Null when these weights are not in this build: its classifications are then taken as they were recorded. */
  readonly weights: ClassifierWeights | null;
}

/** The code of this build. Also the entry from which a version is frozen, so its name is part of that contract. */
export const presentCode: DecidingCode = {
  version: decideVersion,
  newView: () => new RoutingView(),
  classifierInput,
  classify,
  decodeWeights,
  decide,
  explain,
  expectedSuccess,
  explorable,
};
