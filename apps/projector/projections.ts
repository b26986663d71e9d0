/** Every projection of the product. A new one is listed here, and nowhere else. */
import { logsProjection, sessionsProjection, usageProjection } from '../../libs/activity/exports.js';
import type { Projection } from '../../libs/event-sourcing/projections/projection.js';
import { feedbackProjection } from '../../libs/feedback/exports.js';
import { modelHealthProjection, modelPerformanceProjection } from '../../libs/health/exports.js';
import { preferencesProjection } from '../../libs/preferences/exports.js';
import { purchasesProjection, spendingProjection, walletProjection } from '../../libs/wallet/exports.js';

export const projections: readonly Projection[] = [
  feedbackProjection,
  logsProjection,
  modelHealthProjection,
  modelPerformanceProjection,
  preferencesProjection,
  purchasesProjection,
  sessionsProjection,
  usageProjection,
  walletProjection,
  spendingProjection,
];
