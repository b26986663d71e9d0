import type { Variant } from '../domain/variant.js';

/** A variant that changes nothing. */
export const asItWas: Omit<Variant, 'name'> = { policy: null, preferences: [], prices: {}, catalogAsOf: null, model: null, decider: null };
