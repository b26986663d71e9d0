import { Module } from '@nestjs/common';
import { ModelHealthController } from './http/model-health.controller.js';
import { ModelHealthQuery } from './read-model/model-health.js';
import { ModelPerformance } from './read-model/model-performance.js';

/** How well models answer. Exports their performance for the catalogue. */
@Module({ controllers: [ModelHealthController], providers: [ModelHealthQuery, ModelPerformance], exports: [ModelPerformance] })
export class HealthModule {}
