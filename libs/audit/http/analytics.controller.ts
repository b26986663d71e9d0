import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { Access, Caller } from '../../identity/exports.js';
import { invalid, notFound } from '../../platform/http/api-error.js';
import { analyses } from '../analytics/analyses.js';
import { Analytics } from '../analytics/run-analysis.js';

const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/;
const saidTime = 'must be a date (2026-01-31) or a time in UTC (2026-01-31T12:00:00Z)';

class AnalysisRequest {
  @ApiPropertyOptional({ type: String, description: 'What happened at or after.' })
  @IsOptional()
  @Matches(isoTime, { message: `from ${saidTime}` })
  from?: string;

  @ApiPropertyOptional({ type: String, description: 'What happened before.' })
  @IsOptional()
  @Matches(isoTime, { message: `to ${saidTime}` })
  to?: string;

  @ApiPropertyOptional({ type: String, description: 'The log up to this commit position, or up to a time.' })
  @IsOptional()
  @Matches(/^\d{1,19}$|^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/, { message: 'as_of must be a commit position or a time in UTC' })
  as_of?: string;
}

/** Standard analyses: each a fold over the log, as of any position. */
@ApiTags('analytics')
@Controller('v1/analytics')
@Access('org:replay')
export class AnalyticsController {
  constructor(private readonly analytics: Analytics) {}

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
  async run(@Caller() { orgId }: Caller, @Param('name') name: string, @Query() { from, to, as_of: asOf }: AnalysisRequest) {
    const analysis = analyses.find((each) => each.name === name);
    if (!analysis) throw notFound(`There is no analysis ${name.slice(0, 80)}; there are ${analyses.map((each) => each.name).join(', ')}.`, 'analysis_not_found', 'name');
    const range = { ...(from && { from: timeOf('from', from) }), ...(to && { to: timeOf('to', to) }) };
    if (range.from && range.to && range.from >= range.to) throw invalid('from', 'from must lie before to');
    if (range.from && Date.parse(range.from) > Date.now()) throw invalid('from', `from ${from} lies in the future`);
    const head = await this.analytics.head();
    const byPosition = asOf !== undefined && /^\d+$/.test(asOf);
    if (byPosition && BigInt(asOf) > head) throw invalid('as_of', `as_of ${asOf} lies ahead of the log, which is at ${head}`);
    const upTo = byPosition ? BigInt(asOf) : head;
    const until = asOf !== undefined && !byPosition ? timeOf('as_of', asOf) : undefined;
    const last = until !== undefined && (range.to === undefined || until < range.to) ? { to: until } : {};
    return { analysis: name, position: upTo.toString(), from: range.from ?? null, to: range.to ?? null, ...(await this.analytics.run(analysis, { orgId, upTo, ...range, ...last })) };
  }
}

function timeOf(param: string, text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw invalid(param, `${param} ${saidTime}`);
  return time.toISOString();
}
