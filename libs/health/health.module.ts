import { Global, Module } from '@nestjs/common';
import { PastViewsModule } from '../audit/past-views.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { PERFORMANCE_SOURCE } from '../catalog/domain/performance.js';
import { PointsOfThePast } from '../event-sourcing/as-of.js';
import { ModelHealthController } from './http/model-health.controller.js';
import { ModelHealthQuery } from './read-model/model-health.js';
import { ModelPerformance } from './read-model/model-performance.js';
import { PastPerformance } from './read-model/past-performance.js';
import { PastModelHealth } from './read-model/past-model-health.js';

/** How well models answer. Global, because the catalogue shows their performance where somebody measures it. */
@Global()
@Module({
  imports: [PastViewsModule, CatalogModule],
  controllers: [ModelHealthController],
  providers: [ModelHealthQuery, PastModelHealth, PointsOfThePast, ModelPerformance, PastPerformance, { provide: PERFORMANCE_SOURCE, useExisting: ModelPerformance }],
  exports: [PERFORMANCE_SOURCE],
})
export class HealthModule {}
