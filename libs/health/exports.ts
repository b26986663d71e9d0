/** What the processes and other features use of health, beside its domain. */
export { modelHealthProjection } from './read-model/model-health.js';
export { ModelPerformance, modelPerformanceProjection } from './read-model/model-performance.js';
