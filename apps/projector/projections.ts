/** Every projection of the product. A new one is listed here, and nowhere else. */
import { logsProjection } from '../../libs/activity/exports.js';
import { purchasesProjection, walletProjection } from '../../libs/wallet/exports.js';
import type { Projection } from '../../libs/event-sourcing/projections/projection.js';

export const projections: readonly Projection[] = [logsProjection, walletProjection, purchasesProjection];
