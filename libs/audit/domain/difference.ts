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

/** Which input of a decision a differing field was made from; what an auditor looks at next. */
export type InputAtFault = 'prompt text or classifier weights' | 'catalogue and prices' | 'health' | 'preferences' | 'policy' | 'decider' | 'position' | 'any of catalogue, health, preferences, feedback or policy';

export function inputOf(field: string): InputAtFault {
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
