/** POST /v1/auto/suggest: what route would choose, and what comes after it. Calls and costs nothing. */
import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Access, Caller } from '../../identity/exports.js';
import { ApiError } from '../../platform/http/api-error.js';
import type { Wish } from '../commands/route-request.js';
import { presentClassification, presentContext, presentModel, presentPriceComparison, presentRouting, suggestionsOf } from '../presentation.js';
import { Router } from '../router.js';
import { Sessions } from '../sessions.js';
import { hintsOf } from './hinted-body.js';
import { InputFit } from './input-fit.js';
import { receive } from './receive.js';
import { AutoSuggestBody } from './suggest.bodies.js';

const usualSuggestions = 5;

@ApiTags('Routing')
@ApiBearerAuth()
@Controller('v1/auto')
export class SuggestController {
  constructor(
    private readonly router: Router,
    private readonly sessions: Sessions,
    private readonly fit: InputFit,
  ) {}

  @Post('suggest')
  @HttpCode(200)
  @Access('route:suggest')
  @ApiOperation({ summary: 'Suggest models for a prompt', description: 'The first suggestion is the model that /v1/auto/route would call for the same body.' })
  @ApiOkResponse({ description: 'The classification, the best models in order, and how their prices compare.' })
  suggest(@Req() request: FastifyRequest, @Caller() caller: Caller, @Body() body: AutoSuggestBody) {
    const wish = receive(
      request,
      caller,
      { endpoint: 'auto/suggest', hints: hintsOf(body), input: body.input ?? {}, prompt: body.prompt, sessionId: body.session_id ?? null, budgetDollars: body.budget_dollars ?? null },
      this.sessions,
    );
    const { request: asked, text } = this.asRouted({ ...wish, request: this.router.received(wish.request) }, body);
    const explained = this.router.explain(asked, text);
    const { decision } = explained;
    return {
      classification: presentClassification(decision),
      optimization: decision.optimization,
      suggestions: suggestionsOf(explained, body.limit ?? usualSuggestions).map((suggestion) => this.present(suggestion, body)),
      price_comparison: presentPriceComparison(decision),
      context: presentContext(asked, decision),
      routing: presentRouting(decision),
    };
  }

  /** As route would ask it: without the models that refuse the input. Where all do, each says why. */
  private asRouted(wish: Wish, { input, prompt }: AutoSuggestBody): Wish {
    if (!input) return wish;
    try {
      return this.fit.fitted(wish, input, prompt);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'invalid_input') return wish;
      throw error;
    }
  }

  private present({ model: id, ...ranked }: ReturnType<typeof suggestionsOf>[number], { input, prompt }: AutoSuggestBody) {
    const model = this.router.model(id)!;
    const report = input && this.fit.report(model, input, prompt);
    return {
      model: presentModel(model),
      cost_tier: model.price_tier,
      ...ranked,
      ...(report && { input_valid: report.valid, ...(!report.valid && { input_errors: report.errors }) }),
    };
  }
}
