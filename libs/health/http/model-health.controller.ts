import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import type { FastifyReply } from 'fastify';
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
  ) {}

  @Get()
  @Access('org:health')
  @ReadsAfterWrites('model-health')
  @ApiOperation({ summary: 'Whether models answer, and how fast, by the outcomes of the last hour. As of a point of the past, X-GR-Position names the last event known then' })
  async list(@Caller() { orgId, mode }: Caller, @Query() request: ModelHealthRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const models = request.models === undefined ? null : modelIds(request.models);
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

/** @throws ApiError naming what is no model id. */
function modelIds(text: string): string[] {
  const ids = [...new Set(text.split(',').map((id) => id.trim()))];
  const wrong = ids.find((id) => !modelId.test(id));
  if (wrong !== undefined) throw invalid('models', `models must be ids such as openai/gpt-5, separated by commas; "${wrong.slice(0, 200)}" is none.`);
  if (ids.length > mostModels) throw invalid('models', `models must name at most ${mostModels} models.`);
  return ids;
}
