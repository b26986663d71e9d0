import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { decodeCursor, encodeCursor, filterOf, LogsQuery, LogsRequest, type LogCursor } from '../../activity/exports.js';
import { ReadsAfterWrites } from '../../event-sourcing/projections/read-your-writes.js';
import { Access, Caller, type OrgId } from '../../identity/exports.js';
import { invalid, notFound } from '../../platform/http/api-error.js';
import { timeRange } from '../domain/time-range.js';
import { inWords, storyText } from '../domain/story-text.js';
import { DecisionAudit } from '../replay/decision-audit.js';
import { refusedAs400 } from './refused-as-400.js';

class StoryRequest {
  @ApiPropertyOptional({ enum: ['json', 'text'], default: 'json', description: 'text: in sentences.' })
  @IsOptional()
  @IsIn(['json', 'text'])
  format: 'json' | 'text' = 'json';
}

const mostDecisions = 1_000;

/** Why each request went where it went, and the proof that it would go there again. */
@ApiTags('audit')
@Controller('v1/audit/decisions')
export class DecisionsController {
  constructor(
    private readonly logs: LogsQuery,
    private readonly audit: DecisionAudit,
  ) {}

  @Get()
  @Access('org:audit')
  @ReadsAfterWrites('logs')
  @ApiOperation({ summary: 'Decisions of the organization, newest first, by the filters of the activity log' })
  @ApiOkResponse({ description: '{decisions, next_cursor}' })
  async list(@Caller() { orgId }: Caller, @Query() request: LogsRequest) {
    if (request.format !== 'json') throw invalid('format', 'format must be json here; GET /v1/org/logs exports CSV');
    if (request.limit > mostDecisions) throw invalid('limit', `limit must be at most ${mostDecisions}`);
    const filter = filterOf(request);
    await refusedAs400(() => timeRange({ ...(filter.from && { from: filter.from }), ...(filter.to && { to: filter.to }) }, new Date().toISOString()));
    const { entries, next } = await this.logs.page(orgId, filter, cursorOf(orgId, request.cursor), request.limit);
    return { decisions: entries.map((entry) => ({ ...entry, story: `/v1/audit/decisions/${entry.request_id}` })), next_cursor: next && encodeCursor(orgId, next) };
  }

  @Get(':requestId')
  @Access('org:audit')
  @ApiOperation({ summary: 'The whole story of one decision, refolded to the position it was made at' })
  @ApiProduces('application/json', 'text/plain')
  @ApiOkResponse({ description: 'Request, classification with its reasons, every candidate and every excluded model, what was known, attempts, outcome, feedback, events with their hashes.' })
  async story(@Caller() { orgId }: Caller, @Param('requestId') requestId: string, @Query() { format }: StoryRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const story = await this.audit.story(orgId, requestId);
    if (!story) throw unknownRequest(requestId);
    if (format === 'json') return story;
    void reply.header('content-type', 'text/plain; charset=utf-8');
    return storyText(story);
  }

  @Post(':requestId/reproduce')
  @HttpCode(200)
  @Access('org:audit')
  @ApiOperation({ summary: 'Asks the decider again, with what was known then, and compares byte for byte' })
  @ApiOkResponse({ description: '{reproduced, verdict, explanation}' })
  async reproduce(@Caller() { orgId }: Caller, @Param('requestId') requestId: string) {
    const found = await this.audit.reproduce(orgId, requestId);
    if (!found) throw unknownRequest(requestId);
    const { recorded, verdict } = found;
    return {
      request_id: requestId,
      reproduced: verdict.kind === 'reproduced',
      position: recorded.decision.position,
      decider: recorded.decision.decider,
      policy: recorded.decision.policy,
      verdict,
      explanation: inWords(verdict),
    };
  }
}

/** Also for the request of another organization: that it exists is nobody else's business. */
const unknownRequest = (requestId: string) => notFound(`There is no request ${requestId.slice(0, 80)} in this organization.`, 'request_not_found', 'requestId');

function cursorOf(orgId: OrgId, text: string | undefined): LogCursor | null {
  if (text === undefined) return null;
  const cursor = decodeCursor(orgId, text);
  if (!cursor) throw invalid('cursor', 'cursor is not one that this organization was given', 'invalid_cursor');
  return cursor;
}
