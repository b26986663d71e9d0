import { Module, type DynamicModule } from '@nestjs/common';
import { AuditWorkerModule } from '../../libs/audit/audit-worker.module.js';
import { EventSourcingModule } from '../../libs/event-sourcing/event-sourcing.module.js';
import type { Config } from '../../libs/platform/config.js';
import type { Logger } from '../../libs/platform/logger.js';
import { PlatformModule } from '../../libs/platform/platform.module.js';
import { PreferencesWorkerModule } from '../../libs/preferences/preferences-worker.module.js';
import { WalletWorkerModule } from '../../libs/wallet/wallet-worker.module.js';
import { JobWorkerModule } from '../../libs/routing/jobs/job-worker.module.js';
import { WatchdogModule } from '../../libs/routing/watchdog.module.js';

/** Everything that acts on events, in one process. */
@Module({})
export class WorkerModule {
  static with(config: Config, logger: Logger): DynamicModule {
    return { module: WorkerModule, imports: [PlatformModule.with(config, logger), EventSourcingModule, WatchdogModule, WalletWorkerModule, AuditWorkerModule, PreferencesWorkerModule, JobWorkerModule] };
  }
}
