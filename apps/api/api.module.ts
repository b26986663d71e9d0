import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from '../../libs/audit/audit.module.js';
import { ActivityModule } from '../../libs/activity/activity.module.js';
import { CatalogModule } from '../../libs/catalog/catalog.module.js';
import { EventSourcingModule } from '../../libs/event-sourcing/event-sourcing.module.js';
import { ProjectionsModule } from '../../libs/event-sourcing/projections/projections.module.js';
import { FeedbackModule } from '../../libs/feedback/feedback.module.js';
import { HealthModule } from '../../libs/health/health.module.js';
import { IdentityModule } from '../../libs/identity/identity.module.js';
import type { Config } from '../../libs/platform/config.js';
import type { Logger } from '../../libs/platform/logger.js';
import { PlatformModule } from '../../libs/platform/platform.module.js';
import { PreferencesModule } from '../../libs/preferences/preferences.module.js';
import { RoutingModule } from '../../libs/routing/routing.module.js';
import { WalletModule } from '../../libs/wallet/wallet.module.js';
import { PromptTaskModule } from './prompt-task.module.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';

/** Every feature's http room, in one process. */
@Module({})
export class ApiModule {
  static with(config: Config, logger: Logger): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        PlatformModule.with(config, logger),
        EventSourcingModule,
        ProjectionsModule,
        IdentityModule,
        CatalogModule,
        RoutingModule,
        ActivityModule,
        PreferencesModule,
        FeedbackModule,
        HealthModule,
        WalletModule,
        PromptTaskModule,
        AuditModule,
      ],
      controllers: [HealthController, MetricsController],
    };
  }
}
