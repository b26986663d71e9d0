/** POST /v1/models/price-comparison: what models cost for a prompt, or for one of usual size. Calls and costs nothing. */
import { Body, Controller, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AsOfRequest, PointsOfThePast } from '../../event-sourcing/as-of.js';
import { Access, Caller } from '../../identity/exports.js';
import { PAST_VIEWS, type PastViewSource } from '../domain/past-view-source.js';
import { noHints, type RoutingRequest } from '../domain/request.js';
import { presentClassification, presentPriceComparison, suggestionsOf } from '../presentation.js';
import { Router } from '../router.js';
import { Sessions } from '../sessions.js';
import { receive } from './receive.js';
import { mostSuggestions, PriceComparisonBody } from './suggest.bodies.js';

@ApiTags('Routing')
@ApiBearerAuth()
@Controller('v1/models')
export class PriceComparisonController {
  constructor(
    private readonly router: Router,
    private readonly sessions: Sessions,
    private readonly points: PointsOfThePast,
    @Inject(PAST_VIEWS) private readonly past: PastViewSource,
  ) {}

  @Post('price-comparison')
  @HttpCode(200)
  @Access('route:suggest')
  @ApiOperation({ summary: 'Compare prices', description: 'Ranked models with their estimated cost for a prompt, or for one of usual size; now, or at the prices of a point of the past.' })
  @ApiOkResponse({ description: 'The best models in order, with their cost and how it compares.' })
  async compare(@Req() request: FastifyRequest, @Caller() caller: Caller, @Body() body: PriceComparisonBody, @Query() { as_of }: AsOfRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const point = await this.points.named(as_of);
    const then = point && (await this.past.seenFrom(point));
    if (then) void reply.header('x-gr-position', then.view.position.toString());
    const view = then?.view ?? this.router.view;
    const hints = { ...noHints, task: body.task ?? (body.prompt === undefined ? 'text' : null), optimization: body.optimization ?? null };
    const { request: received, text } = receive(
      request,
      caller,
      { endpoint: 'models/price-comparison', hints, input: {}, prompt: body.prompt ?? null, sessionId: null, budgetDollars: body.budget_dollars ?? null },
      this.sessions,
    );
    const asked = then ? { ...received, at: new Date(then.atMs).toISOString() } : received;
    const explained = body.prompt === undefined ? this.router.explain(ofUsualSize(asked), null, view) : this.router.explain(asked, text, view);
    return {
      classification: presentClassification(explained.decision),
      optimization: explained.decision.optimization,
      suggestions: suggestionsOf(explained, mostSuggestions).map(({ model: id, score, estimated_cost_dollars }) => {
        const { name, provider, task_type, price_tier } = this.router.model(id, view)!;
        return { model_id: id, name, provider, task_type, cost_tier: price_tier, score, estimated_cost_dollars };
      }),
      price_comparison: presentPriceComparison(explained.decision),
    };
  }
}

/** A page of text in, or as many characters spoken. */
const usualInput = { inputTokens: 500, promptChars: 2_000 };

const ofUsualSize = (request: RoutingRequest): RoutingRequest => ({ ...request, profile: { ...request.profile, modalities: ['text'], ...usualInput } });
