import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { LiveCatalog } from '../../catalog/exports.js';
import { AsOfRequest, PointsOfThePast } from '../../event-sourcing/as-of.js';
import { ReadsAfterWrites } from '../../event-sourcing/projections/read-your-writes.js';
import { Access, Caller, type OrgId } from '../../identity/exports.js';
import { invalid } from '../../platform/http/api-error.js';
import { healthAt, windowAt } from '../domain/health.js';
import { ModelHealthQuery, type KnownHealth } from '../read-model/model-health.js';
import { PastModelHealth } from '../read-model/past-model-health.js';

const mostModels = 500;
const modelId = /^[^\s/\0]+\/[^\s\0]+$/;

class ModelHealthRequest extends AsOfRequest {
  @ApiPropertyOptional({ description: 'Model ids, separated by commas; every model with an outcome when absent.', example: 'openai/gpt-5,anthropic/claude-sonnet-4' })
  @IsOptional()
  @IsString()
  @MaxLength(100_000)
  models?: string;

  @ApiPropertyOptional({ description: 'Wait, for a bounded time, until the read model has reached this position.' })
  @IsOptional()
  @Matches(/^\d{1,19}$/, { message: 'min_position must be a whole number' })
  min_position?: string;
}

@ApiTags('health')
@Controller('v1/model-health')
export class ModelHealthController {
  constructor(
    private readonly health: ModelHealthQuery,
    private readonly past: PastModelHealth,
    private readonly points: PointsOfThePast,
    private readonly catalog: LiveCatalog,
  ) {}

  @Get()
  @Access('org:health')
  @ReadsAfterWrites('model-health')
  @ApiOperation({ summary: 'Whether models answer, and how fast, by the outcomes of the last hour. As of a point of the past, X-GR-Position names the last event known then' })
  async list(@Caller() { orgId, mode }: Caller, @Query() request: ModelHealthRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const models = request.models === undefined ? null : modelIds(request.models, this.catalog);
    const asOf = await this.points.named(request.as_of);
    if (asOf === null) return listed(orgId, await this.health.of(mode, models), Date.now());
    const { known, position, atMs } = await this.past.of(mode, models, asOf);
    void reply.header('x-gr-position', position.toString());
    return listed(orgId, known, atMs);
  }
}

const listed = (orgId: OrgId, known: readonly KnownHealth[], atMs: number) => ({ health: known.map((entry) => answer(entry, atMs)), tenant_id: orgId });

function answer({ model, health }: KnownHealth, nowMs: number) {
  const { degraded, latencyPenalty } = healthAt(health, nowMs);
  const { failures, successes, ...latencies } = windowAt(health, nowMs);
  return {
    model_id: model,
    degraded,
    latency_penalty: latencyPenalty,
    health_entry: { failures, successes, consecutiveFailures: health.consecutiveFailures, ...latencies },
  };
}

/** @throws ApiError naming what is no model id, or one that was never in the catalogue. */
function modelIds(text: string, catalog: LiveCatalog): string[] {
  const ids = [...new Set(text.split(',').map((id) => id.trim()))];
  if (ids.length > mostModels) throw invalid('models', `models must name at most ${mostModels} models.`);
  const known = catalog.latest();
  return ids.map((id) => {
    if (!modelId.test(id)) throw invalid('models', `models must be ids such as openai/gpt-5, separated by commas; "${id.slice(0, 200)}" is none.`);
    const model = known.find(id)?.model;
    if (!model) throw invalid('models', `models names "${id.slice(0, 200)}", which the catalogue does not know.`, 'model_not_found');
    return model.id;
  });
}
