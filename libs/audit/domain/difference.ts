import type { Decision } from '../../routing/domain/decision.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';

/** The first place where two pieces of plain JSON differ, in the order in which the first one is written. */
export interface Difference {
  /** Such as `candidates.0.components.cost`. */
  readonly field: string;
  readonly recorded: unknown;
  readonly recomputed: unknown;
}

/** Null when they are the same value written in another order of keys. */
export function firstDifference(recorded: unknown, recomputed: unknown, field = ''): Difference | null {
  if (Object.is(recorded, recomputed)) return null;
  if (!isBranch(recorded) || !isBranch(recomputed) || Array.isArray(recorded) !== Array.isArray(recomputed)) return { field, recorded: recorded ?? null, recomputed: recomputed ?? null };
  for (const key of new Set([...Object.keys(recorded), ...Object.keys(recomputed)])) {
    const difference = firstDifference(recorded[key], recomputed[key], field === '' ? key : `${field}.${key}`);
    if (difference) return difference;
  }
  return null;
}

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** What an auditor looks at next. */
export interface Fault {
  readonly input: InputAtFault;
  /** The model of which that input tells something else, where the candidates show it. */
  readonly model: ModelId | null;
}

/** @param field the first that differs. The price of one model may change the choice, so the candidates tell more than that field does. */
export function faultOf(field: string, recorded: Decision, recomputed: Decision): Fault {
  const byField = inputOf(field);
  const [first] = field.split('.');
  if (first === 'classification' || first === 'policy' || first === 'decider' || first === 'position') return { input: byField, model: null };
  const again = new Map(recomputed.candidates.map((candidate) => [candidate.model, candidate]));
  const told = recorded.candidates.flatMap((was): Fault[] => {
    const is = again.get(was.model);
    if (!is) return [];
    if (is.estimatedCost !== was.estimatedCost) return [{ input: 'catalogue and prices', model: was.model }];
    if (is.components.health !== was.components.health) return [{ input: 'health', model: was.model }];
    return is.components.preference === was.components.preference ? [] : [{ input: 'preferences', model: was.model }];
  });
  const samePrice = recorded.model !== recomputed.model || JSON.stringify(recorded.price) === JSON.stringify(recomputed.price);
  return told[0] ?? (samePrice ? { input: byField, model: null } : { input: 'catalogue and prices', model: recorded.model });
}

/** Which input of a decision a differing field was made from. */
export type InputAtFault = 'prompt text or classifier weights' | 'catalogue and prices' | 'health' | 'preferences' | 'policy' | 'decider' | 'position' | 'any of catalogue, health, preferences, feedback or policy';

function inputOf(field: string): InputAtFault {
  const [first, , , component] = field.split('.');
  switch (first) {
    case 'classification':
      return 'prompt text or classifier weights';
    case 'price':
    case 'costTier':
    case 'estimatedCost':
    case 'priceComparison':
      return 'catalogue and prices';
    case 'policy':
    case 'propensity':
      return 'policy';
    case 'optimization':
      return 'preferences';
    case 'decider':
      return 'decider';
    case 'position':
      return 'position';
    case 'candidates':
      return component === 'health' ? 'health' : component === 'preference' ? 'preferences' : component === 'cost' ? 'catalogue and prices' : unsure;
    default:
      return unsure;
  }
}
const unsure = 'any of catalogue, health, preferences, feedback or policy';
