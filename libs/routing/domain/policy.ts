/** The policy of routing: what the numbers of a decision weigh. Versioned events; stream policy-{name}. */
import { Refused, never, type Decider } from '../../event-sourcing/domain/decider.js';
import type { StreamName } from '../../event-sourcing/domain/event.js';
import { optimizations, type Optimization } from './vocabulary.js';

/** How one optimization mode weighs the components; each component is between 0 and 1. */
export interface ModeWeights {
  /** The three sum to 1. */
  readonly quality: number;
  readonly cost: number;
  readonly latency: number;
  /** Added to the complexity of a prompt: how much harder than it looks it is taken to be. -0.5 to 0.5. */
  readonly caution: number;
  /** Spreads of uncertainty taken off an ability: 0 trusts every figure, 1 wants proof. 0 to 2. */
  readonly doubt: number;
}

export interface RoutingPolicy {
  readonly modes: Readonly<Record<Optimization, ModeWeights>>;
  readonly boosts: {
    /** Score added for a preferred provider. */
    readonly preferredProvider: number;
    /** Score added, at most, for staying with the model of the session (its prompt cache is warm). */
    readonly session: number;
  };
  readonly penalties: {
    /** Score taken off at a latency penalty of 1. */
    readonly latency: number;
    /** Score taken off for a preview model: it may change or end without notice. */
    readonly preview: number;
  };
  readonly thresholds: {
    /** Below this confidence the organization's default task decides. */
    readonly defaultTaskBelow: number;
    /** Below this confidence the organization's feedback may change the task. */
    readonly feedbackBelow: number;
  };
  readonly learning: {
    /** Opinions of an organization that weigh as much as the published figures. */
    readonly priorOpinions: number;
    /** The most that feedback moves an ability, in spreads of the ability scale. */
    readonly mostAbility: number;
    /** Answers of a model that weigh as much as the usual length and speed. */
    readonly priorAnswers: number;
  };
  /** Models in a fallback chain, the chosen one included. 1 to 8. */
  readonly fallbacks: number;
  /** Whether an answer that was cut may be gone on from by the next model; else it ends in an error. */
  readonly mayContinue: boolean;
  readonly exploration: {
    /** Share of requests, 0 to 0.5, that try another of the best candidates, so that outcomes can be compared. */
    readonly share: number;
    /** How far below the best score a candidate may be explored. */
    readonly margin: number;
    /** The most candidates explored, the best included. 2 to 8. */
    readonly among: number;
  };
}

export interface RoutingPolicyPublished {
  readonly name: string;
  /** 1 for the first; the shipped default is version 0. */
  readonly version: number;
  readonly policy: RoutingPolicy;
  readonly note: string;
}

export interface PublishedPolicy {
  readonly name: string;
  readonly version: number;
  readonly policy: RoutingPolicy;
}

export const defaultPolicyName = 'default';

/** What ships: in force until a policy named `default` is published. */
export const defaultPolicy: PublishedPolicy = {
  name: defaultPolicyName,
  version: 0,
  policy: {
    modes: {
      'price-optimized': { quality: 0.55, cost: 0.42, latency: 0.03, caution: -0.05, doubt: 0.3 },
      balanced: { quality: 0.78, cost: 0.16, latency: 0.06, caution: 0.05, doubt: 0.5 },
      'output-optimized': { quality: 0.985, cost: 0.005, latency: 0.01, caution: 0.3, doubt: 0.5 },
    },
    boosts: { preferredProvider: 0.05, session: 0.02 },
    penalties: { latency: 0.2, preview: 0.02 },
    thresholds: { defaultTaskBelow: 0.5, feedbackBelow: 0.9 },
    learning: { priorOpinions: 8, mostAbility: 1.5, priorAnswers: 20 },
    fallbacks: 4,
    mayContinue: true,
    exploration: { share: 0, margin: 0.02, among: 3 },
  },
};

export type PolicyEvent = { readonly type: 'RoutingPolicyPublished'; readonly data: RoutingPolicyPublished };
export interface PublishPolicy {
  readonly type: 'PublishPolicy';
  readonly name: string;
  readonly policy: unknown;
  readonly note: string;
}

export const policyStream = (name: string): StreamName => `policy-${name}`;

/** State: the policy in force, null before the first. */
export const routingPolicy: Decider<PublishedPolicy | null, PublishPolicy, PolicyEvent> = {
  initial: null,

  /** Publishing what is already in force is no news. @throws Refused naming the field that is out of range. */
  decide(command, state) {
    if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(command.name)) {
      throw new Refused('invalid_policy', 'name must be 1 to 40 lower-case letters, digits and dashes', 'name');
    }
    const policy = validPolicy(command.policy);
    if (state && policyDifference(state.policy, policy).length === 0) return [];
    return [{ type: 'RoutingPolicyPublished', data: { name: command.name, version: (state?.version ?? 0) + 1, policy, note: command.note } }];
  },

  evolve(_state, event) {
    switch (event.type) {
      case 'RoutingPolicyPublished': {
        const { name, version, policy } = event.data;
        return { name, version, policy };
      }
      default:
        return never(event.type);
    }
  },
};

/** The ranges of every number of a policy, by its path. */
const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  ...Object.fromEntries(
    optimizations.flatMap((mode) => [
      [`modes.${mode}.quality`, [0, 1]], [`modes.${mode}.cost`, [0, 1]], [`modes.${mode}.latency`, [0, 1]],
      [`modes.${mode}.caution`, [-0.5, 0.5]], [`modes.${mode}.doubt`, [0, 2]],
    ]),
  ),
  'boosts.preferredProvider': [0, 0.5],
  'boosts.session': [0, 0.5],
  'penalties.latency': [0, 1],
  'penalties.preview': [0, 1],
  'thresholds.defaultTaskBelow': [0, 1],
  'thresholds.feedbackBelow': [0, 1],
  'learning.priorOpinions': [1, 10_000],
  'learning.mostAbility': [0, 4],
  'learning.priorAnswers': [1, 10_000],
  fallbacks: [1, 8],
  'exploration.share': [0, 0.5],
  'exploration.margin': [0, 0.5],
  'exploration.among': [2, 8],
};
const wholeNumbers = new Set(['fallbacks', 'exploration.among']);
const switches: readonly string[] = ['mayContinue'];

/** Checks a policy from outside and returns it with its fields in the order of the default, so that equal is equal. */
export function validPolicy(candidate: unknown): RoutingPolicy {
  const unknownPath = leaves(candidate, '').map(([path]) => path).find((path) => !(path in ranges) && !switches.includes(path));
  if (unknownPath !== undefined) throw new Refused('invalid_policy', `${unknownPath} is not a field of a policy`, unknownPath);
  const values = new Map(leaves(candidate, ''));
  for (const [path, [least, most]] of Object.entries(ranges)) {
    const value = values.get(path);
    if (typeof value !== 'number' || !(value >= least && value <= most) || (wholeNumbers.has(path) && !Number.isInteger(value))) {
      throw new Refused('invalid_policy', `${path} must be a ${wholeNumbers.has(path) ? 'whole ' : ''}number from ${least} to ${most}`, path);
    }
  }
  const undecided = switches.find((path) => typeof values.get(path) !== 'boolean');
  if (undecided !== undefined) throw new Refused('invalid_policy', `${undecided} must be true or false`, undecided);
  const policy = rebuilt(defaultPolicy.policy, '', values) as RoutingPolicy;
  for (const mode of optimizations) {
    const { quality, cost, latency } = policy.modes[mode];
    if (Math.abs(quality + cost + latency - 1) > 1e-9) {
      throw new Refused('invalid_policy', `modes.${mode}: quality, cost and latency must sum to 1`, `modes.${mode}`);
    }
  }
  return policy;
}

/** Every value that differs, as `path: before → after`. */
export function policyDifference(before: RoutingPolicy, after: RoutingPolicy): readonly { path: string; before: unknown; after: unknown }[] {
  const old = new Map(leaves(before, ''));
  return leaves(after, '').filter(([path, value]) => old.get(path) !== value).map(([path, value]) => ({ path, before: old.get(path), after: value }));
}

function leaves(value: unknown, path: string): [path: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key));
}

function rebuilt(shape: unknown, path: string, values: ReadonlyMap<string, unknown>): unknown {
  if (typeof shape !== 'object' || shape === null) return values.get(path);
  return Object.fromEntries(Object.entries(shape).map(([key, inner]) => [key, rebuilt(inner, path ? `${path}.${key}` : key, values)]));
}
