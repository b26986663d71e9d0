/** What the processes use of health, beside its domain. */
export { modelHealthProjection } from './read-model/model-health.js';
export { modelPerformanceProjection } from './read-model/model-performance.js';
