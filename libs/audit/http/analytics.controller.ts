import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { AsOfRequest, PointsOfThePast } from '../../event-sourcing/as-of.js';
import { Access, Caller } from '../../identity/exports.js';
import { notFound } from '../../platform/http/api-error.js';
import { analyses } from '../analytics/analyses.js';
import { saidTime, timePattern, timeRange } from '../domain/time-range.js';
import { Analytics } from '../analytics/run-analysis.js';
import { refusedAs400 } from './refused-as-400.js';

class AnalysisRequest extends AsOfRequest {
  @ApiPropertyOptional({ type: String, description: 'What happened at or after.' })
  @IsOptional()
  @Matches(timePattern, { message: `from ${saidTime}` })
  from?: string;

  @ApiPropertyOptional({ type: String, description: 'What happened before.' })
  @IsOptional()
  @Matches(timePattern, { message: `to ${saidTime}` })
  to?: string;
}

/** Standard analyses: each a fold over the log, as of any position. */
@ApiTags('analytics')
@Controller('v1/analytics')
@Access('org:replay')
export class AnalyticsController {
  constructor(
    private readonly analytics: Analytics,
    private readonly points: PointsOfThePast,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The analyses there are' })
  @ApiOkResponse({ description: '{analyses: [{name, tells}]}' })
  list() {
    return { analyses: analyses.map(({ name, tells }) => ({ name, tells })) };
  }

  @Get(':name')
  @ApiParam({ name: 'name', enum: analyses.map(({ name }) => name) })
  @ApiOperation({ summary: 'One analysis over a range, as of any position' })
  @ApiOkResponse({ description: '{analysis, position, from, to, ...}' })
  async run(@Caller() { orgId }: Caller, @Param('name') name: string, @Query() { as_of: text, from, to }: AnalysisRequest) {
    const analysis = analyses.find((each) => each.name === name);
    if (!analysis) throw notFound(`There is no analysis ${name.slice(0, 80)}; there are ${analyses.map((each) => each.name).join(', ')}.`, 'analysis_not_found', 'name');
    const range = await refusedAs400(() => timeRange({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }, new Date().toISOString()));
    const { position, result } = await this.analytics.run(analysis, { orgId, asOf: await this.points.named(text), ...range });
    return { analysis: name, position: position.toString(), from: range.from ?? null, to: range.to ?? null, ...result };
  }
}
