/** Audit and replay: why each decision was made, the proof that it was, and what another policy would have done. */
import { Module } from '@nestjs/common';
import { ActivityModule } from '../activity/activity.module.js';
import { PointsOfThePast } from '../event-sourcing/as-of.js';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { Vault } from '../platform/vault.js';
import { DeciderRegistry } from '../routing/exports.js';
import { DecisionsController } from './http/decisions.controller.js';
import { ErasureController } from './http/erasure.controller.js';
import { ProofsController } from './http/proofs.controller.js';
import { Analytics } from './analytics/run-analysis.js';
import { AnalyticsController } from './http/analytics.controller.js';
import { PolicyController } from './http/policy.controller.js';
import { PastPolicies } from './read-model/past-policies.js';
import { ReplaysController } from './http/replays.controller.js';
import { Replays } from './read-model/replays.js';
import { ReplayQueue } from './replay/replay-queue.js';
import { ForgottenKeys } from './read-model/forgotten-keys.js';
import { DecisionAudit } from './replay/decision-audit.js';
import { PastViewsModule } from './past-views.module.js';
import { Proofs } from './tree/published-proofs.js';
import { TileStore } from './tree/tile-store.js';
import { TreeProofs } from './tree/tree-proofs.js';

@Module({
  imports: [ActivityModule, PastViewsModule],
  controllers: [DecisionsController, ProofsController, ErasureController, ReplaysController, AnalyticsController, PolicyController],
  providers: [{ provide: DeciderRegistry, useFactory: () => new DeciderRegistry() }, DecisionAudit, TileStore, TreeProofs, Proofs, Replays, ReplayQueue, Analytics, PastPolicies, PointsOfThePast],
})
export class AuditModule {
  constructor(folds: LiveFolds, vault: Vault) {
    folds.register(new ForgottenKeys(vault));
  }
}
