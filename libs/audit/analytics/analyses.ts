/** Every standard analysis. A new one is listed here, and nowhere else. */
import type { Analysis } from './analysis.js';
import { fallbackCost } from './fallback-cost.js';
import { priceChanges } from './price-changes.js';
import { promptDrift } from './prompt-drift.js';
import { providerReliability } from './provider-reliability.js';
import { qualityByTask } from './quality-by-task.js';
import { savings } from './savings.js';

export const analyses: readonly Analysis[] = [qualityByTask, savings, providerReliability, fallbackCost, promptDrift, priceChanges];
