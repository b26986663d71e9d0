import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsObject, IsOptional, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { csvRecord } from '../../activity/exports.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { Access, Caller } from '../../identity/exports.js';
import { ApiError, notFound } from '../../platform/http/api-error.js';
import { tasks } from '../../routing/domain/vocabulary.js';
import { DeciderRegistry } from '../../routing/exports.js';
import { mostVariants, variantsOf, type VariantRequest } from '../domain/replay-request.js';
import { saidTime, timePattern, timeRange } from '../domain/time-range.js';
import { dimensions, type WhatIfResult } from '../domain/what-if.js';
import { Replays, type Replay } from '../read-model/replays.js';
import { knownTo } from '../replay/replay-job.js';
import { ReplayQueue } from '../replay/replay-queue.js';
import { refusedAs400 } from './refused-as-400.js';

/** PostgreSQL keeps no NUL in a text. */
const withoutNul = /^[^\0]{1,300}$/;

class ReplayBody {
  @ApiPropertyOptional({ type: String, description: 'Decisions received at or after.' })
  @IsOptional()
  @Matches(timePattern, { message: `from ${saidTime}` })
  from?: string;

  @ApiPropertyOptional({ type: String, description: 'Decisions received before.' })
  @IsOptional()
  @Matches(timePattern, { message: `to ${saidTime}` })
  to?: string;

  @ApiPropertyOptional({ enum: tasks })
  @IsOptional()
  @IsIn(tasks)
  task?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @Matches(withoutNul, { message: 'key_id must be a text of 1 to 300 characters' })
  key_id?: string;

  @ApiPropertyOptional({ type: String, description: 'Decisions that chose this model.' })
  @IsOptional()
  @Matches(withoutNul, { message: 'model must be a text of 1 to 300 characters' })
  model?: string;

  @ApiProperty({
    type: 'array', items: { type: 'object', additionalProperties: true }, minItems: 1, maxItems: mostVariants,
    description: 'Each names what is other than it was: policy (whole, or name@version), preferences, prices (dollars per million tokens by model), catalog_as_of (position), model (forced), decider (`present` or an earlier version of this build).',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(mostVariants)
  @IsObject({ each: true })
  variants!: VariantRequest[];
}

class ResultRequest {
  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsOptional()
  @IsIn(['json', 'csv'])
  format: 'json' | 'csv' = 'json';
}

/** What another policy, price or model would have meant, without calling any. */
@ApiTags('replays')
@Controller('v1/replays')
export class ReplaysController {
  constructor(
    private readonly log: EventLog,
    private readonly deciders: DeciderRegistry,
    private readonly replays: Replays,
    private readonly queue: ReplayQueue,
  ) {}

  @Post()
  @HttpCode(202)
  @Access('org:replay')
  @ApiOperation({ summary: 'Starts a what-if replay of the organization\'s decisions, up to five variants in one pass' })
  @ApiAcceptedResponse({ description: '{replay_id, status}' })
  async start(@Caller() { orgId }: Caller, @Body() body: ReplayBody) {
    const range = await refusedAs400(() => timeRange({ ...(body.from && { from: body.from }), ...(body.to && { to: body.to }) }, new Date().toISOString()));
    await refusedAs400(async () => variantsOf(body.variants, await knownTo({ log: this.log, deciders: this.deciders }, { variants: body.variants })));
    const replayId = randomUUID();
    const { task, key_id, model, variants } = body;
    await this.replays.add(replayId, orgId, { ...range, ...(task && { task }), ...(key_id && { key_id }), ...(model && { model }), variants });
    await this.queue.wake(replayId);
    return { replay_id: replayId, status: 'queued' };
  }

  @Get()
  @Access('org:replay')
  @ApiOperation({ summary: 'The organization\'s replays, newest first' })
  @ApiOkResponse({ description: '{replays}' })
  async list(@Caller() { orgId }: Caller) {
    return { replays: (await this.replays.list(orgId, listed)).map(asJson) };
  }

  @Get(':id')
  @Access('org:replay')
  @ApiOperation({ summary: 'Progress, and the result when it is there: decisions that change and to what, cost, latency and quality with intervals' })
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ description: 'JSON, or CSV with one line for each variant, dimension and value.' })
  async get(@Caller() { orgId }: Caller, @Param('id') id: string, @Query() { format }: ResultRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const replay = await this.replays.find(orgId, id);
    if (!replay) throw unknownReplay(id);
    if (format === 'json') return { ...asJson(replay), request: replay.request, result: replay.result };
    if (!replay.result) throw new ApiError(409, 'invalid_request_error', 'replay_not_completed', `The replay is ${replay.status}: there is no result to export.`);
    void reply.header('content-type', 'text/csv; charset=utf-8; header=present').header('content-disposition', 'attachment; filename="greatrouter-replay.csv"');
    return csvOf(replay.result.variants);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Access('org:replay')
  @ApiOperation({ summary: 'Stops a replay that is under way' })
  @ApiOkResponse({ description: '{replay_id, status}' })
  async cancel(@Caller() { orgId }: Caller, @Param('id') id: string) {
    await this.replays.cancel(orgId, id);
    const replay = await this.replays.find(orgId, id);
    if (!replay) throw unknownReplay(id);
    return { replay_id: id, status: replay.status };
  }
}

const listed = 100;

const asJson = ({ replayId, status, progress, decisions, error, createdAt }: Replay) => ({ replay_id: replayId, status, progress, decisions, error, created_at: createdAt });

const unknownReplay = (id: string) => notFound(`There is no replay ${id.slice(0, 80)} in this organization.`, 'replay_not_found', 'id');

const figures = ['decisions', 'changed', 'refused', 'cost_before_dollars', 'cost_after_dollars', 'cost_after_low_dollars', 'cost_after_high_dollars', 'cost_method', 'latency_before_ms', 'latency_after_ms', 'expected_success_change'] as const;
type Line = Readonly<Record<string, string | number | null>>;

function csvOf(variants: readonly WhatIfResult[]): string {
  const record = (variant: string, dimension: string, value: string, line: Line) => csvRecord([variant, dimension, value, ...figures.map((figure) => line[figure] ?? null)]);
  const lines = variants.flatMap(({ name, by, ...total }) => [
    record(name, 'all', '', total as unknown as Line),
    ...dimensions.flatMap((dimension) => (by[dimension] as readonly Line[]).map((line) => record(name, dimension, String(line[dimension]), line))),
  ]);
  return [csvRecord(['variant', 'dimension', 'value', ...figures]), ...lines].join('');
}
