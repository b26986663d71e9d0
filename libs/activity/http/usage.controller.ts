import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { AsOfRequest, PointsOfThePast } from '../../event-sourcing/as-of.js';
import { ReadsAfterWrites } from '../../event-sourcing/projections/read-your-writes.js';
import { Access, Caller } from '../../identity/exports.js';
import { invalid } from '../../platform/http/api-error.js';
import { PastUsage } from '../read-model/past-usage.js';
import { SessionsQuery } from '../read-model/sessions.js';
import { UsageQuery, usageDimensions, type UsageDimension } from '../read-model/usage.js';

const isoDay = /^\d{4}-\d{2}-\d{2}$/;
const usualDays = 30;

class UsageRequest extends AsOfRequest {
  @ApiPropertyOptional({ example: '2026-01-01', description: 'First day, UTC; 30 days before the last when absent.' })
  @IsOptional()
  @Matches(isoDay, { message: 'from must be a date such as 2026-01-31' })
  from?: string;

  @ApiPropertyOptional({ example: '2026-01-31', description: 'Last day, UTC; today when absent.' })
  @IsOptional()
  @Matches(isoDay, { message: 'to must be a date such as 2026-01-31' })
  to?: string;

  @ApiPropertyOptional({ default: 'day', example: 'day,model', description: `Any of ${usageDimensions.join(', ')}, separated by commas; "none" for one total.` })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  group_by = 'day';

  @ApiPropertyOptional({ description: 'Wait, for a bounded time, until the read model has reached this position.' })
  @IsOptional()
  @Matches(/^\d{1,19}$/, { message: 'min_position must be a whole number' })
  min_position?: string;
}

class SessionsRequest {
  @ApiPropertyOptional({ minimum: 1, maximum: 1_000, default: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit = 100;

  @ApiPropertyOptional({ description: 'Only this session.' })
  @IsOptional()
  @IsString()
  @Matches(/^[^\0]{1,300}$/, { message: 'session_id must be 1 to 300 characters' })
  session_id?: string;

  @ApiPropertyOptional({ description: 'Wait, for a bounded time, until the read model has reached this position.' })
  @IsOptional()
  @Matches(/^\d{1,19}$/, { message: 'min_position must be a whole number' })
  min_position?: string;
}

@ApiTags('activity')
@Controller('v1/org')
export class UsageController {
  constructor(
    private readonly usage: UsageQuery,
    private readonly sessions: SessionsQuery,
    private readonly past: PastUsage,
    private readonly points: PointsOfThePast,
  ) {}

  @Get('usage')
  @Access('org:logs')
  @ReadsAfterWrites('usage')
  @ApiOperation({ summary: 'Requests, tokens and exact cost by day, model, provider, task, key or mode. As of a point of the past, X-GR-Position names a position of the log at which it was so' })
  async used(@Caller() { orgId }: Caller, @Query() request: UsageRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const asOf = await this.points.named(request.as_of);
    const today = isoDayOf(asOf !== null && 'atMs' in asOf ? asOf.atMs : Date.now());
    const to = dayOf('to', request.to) ?? today;
    const from = dayOf('from', request.from) ?? isoDayOf(Date.parse(to) - usualDays * 86_400_000);
    const wish = { from, to, groupBy: dimensionsOf(request.group_by) };
    if (asOf === null) return { from, to, usage: await this.usage.of(orgId, wish), tenant_id: orgId };
    const { rows, position } = await this.past.at(orgId, wish, asOf);
    void reply.header('x-gr-position', position.toString());
    return { from, to, usage: rows, tenant_id: orgId };
  }

  @Get('sessions')
  @Access('org:logs')
  @ReadsAfterWrites('sessions')
  @ApiOperation({ summary: 'Sessions, the latest first: prompts, tokens, cost, last task and model' })
  async latest(@Caller() { orgId }: Caller, @Query() request: SessionsRequest) {
    return { sessions: await this.sessions.latest(orgId, request.session_id ?? null, request.limit), tenant_id: orgId };
  }
}

const isoDayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** @throws ApiError for a day that no calendar has. */
function dayOf(param: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ms) || isoDayOf(ms) !== text) throw invalid(param, `${param} must be a date such as 2026-01-31`);
  return text;
}

function dimensionsOf(text: string): UsageDimension[] {
  if (text === 'none') return [];
  const wanted = [...new Set(text.split(',').map((name) => name.trim()))];
  const wrong = wanted.find((name) => !usageDimensions.some((known) => known === name));
  if (wrong !== undefined) throw invalid('group_by', `group_by must be of ${usageDimensions.join(', ')}, separated by commas, or none; "${wrong}" is not.`);
  return wanted as UsageDimension[];
}
