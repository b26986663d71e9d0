/** What the processes and other features use of routing, beside its domain. */
export { Router } from './router.js';
export { loadClassifierWeights } from './weights.js';
