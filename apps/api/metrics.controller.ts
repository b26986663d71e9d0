/** Figures of this process and of every projection, for Prometheus. */
import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { ProjectionStatus } from '../../libs/event-sourcing/projections/status.js';
import { Access } from '../../libs/identity/exports.js';

@ApiTags('Health')
@Controller('metrics')
export class MetricsController {
  private readonly registry = new Registry();

  constructor(projections: ProjectionStatus) {
    collectDefaultMetrics({ register: this.registry, prefix: 'greatrouter_api_' });
    projections.registerMetrics(this.registry);
  }

  @Get()
  @Access('public')
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  @ApiProduces('text/plain')
  @ApiOperation({ summary: 'Metrics of the process and the projections, in the text format of Prometheus' })
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
