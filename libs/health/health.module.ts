import { Global, Module } from '@nestjs/common';
import { PERFORMANCE_SOURCE } from '../catalog/domain/performance.js';
import { ModelHealthController } from './http/model-health.controller.js';
import { ModelHealthQuery } from './read-model/model-health.js';
import { ModelPerformance } from './read-model/model-performance.js';

/** How well models answer. Global, because the catalogue shows their performance where somebody measures it. */
@Global()
@Module({
  controllers: [ModelHealthController],
  providers: [ModelHealthQuery, ModelPerformance, { provide: PERFORMANCE_SOURCE, useExisting: ModelPerformance }],
  exports: [PERFORMANCE_SOURCE],
})
export class HealthModule {}
