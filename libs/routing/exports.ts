/** What the processes and other features use of routing, beside its domain. */
export { Router } from './router.js';
export { RequestRecord } from './commands/request-record.js';
export { loadClassifierWeights } from './weights.js';
export { DeciderRegistry, partsOf } from './deciders/registry.js';
