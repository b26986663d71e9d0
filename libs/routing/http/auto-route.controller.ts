/** POST /v1/auto/route: classify, choose, call, and answer whole. */
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GiveFeedback, type Opinion } from '../../feedback/exports.js';
import { Access, Caller } from '../../identity/exports.js';
import type { Decision } from '../domain/decision.js';
import { presentChosen, presentClassification, presentPriceComparison } from '../presentation.js';
import { Router } from '../router.js';
import { answerErrors } from './answer-errors.js';
import { answerHeaders, upstreamError } from './chat-serving.js';
import { hintsOf } from './hinted-body.js';
import { jobHeaders, newJob } from './present-job.js';
import { AutoRouteBody, type RouteFeedbackBody } from './route.bodies.js';
import { TaskRequests } from './task-request.js';
import { presentTiming, resultOf } from './task-serving.js';

@ApiTags('Routing')
@ApiBearerAuth()
@Controller('v1/auto')
export class AutoRouteController {
  constructor(
    private readonly commands: CommandBus,
    private readonly tasks: TaskRequests,
    private readonly router: Router,
  ) {}

  @Post('route')
  @HttpCode(200)
  @Access('route:infer')
  @ApiOperation({ summary: 'Classify a prompt, choose the best model, and answer', description: 'The primary endpoint. Complete answers only; stream with /v1/chat/completions. Video and music are answered with 202 and a job.' })
  @ApiAcceptedResponse({ description: 'Video, music and large pictures take minutes, and `Prefer: respond-async` asks not to wait for any other: `job` says under which id, `Location` where.' })
  @answerErrors()
  async route(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() caller: Caller, @Body() body: AutoRouteBody): Promise<void> {
    const asked = { endpoint: 'auto/route', hints: hintsOf(body), input: body.input, prompt: body.prompt, sessionId: body.session_id ?? null, budgetDollars: body.budget_dollars ?? null } as const;
    const { routed, session } = await this.tasks.route({ request, reply, caller }, asked);
    const { outcome, decision } = routed;
    if (body.feedback) await this.commands.execute(new GiveFeedback(caller.orgId, opinionOf(body.prompt, body.feedback, decision), caller.actor));
    const context = { session_id: session.sessionId, session_prompts: session.prompts + 1, contextual_boost: decision.contextualBoost };
    if (outcome.kind === 'deferred') {
      return void reply.status(202).headers(jobHeaders(routed)).send({
        job: newJob(routed, outcome),
        classification: presentClassification(decision),
        model: presentChosen(decision, this.router.model(decision.model)!),
        price_comparison: presentPriceComparison(decision),
        timing: presentTiming(routed.timing),
        context,
      });
    }
    if (outcome.kind === 'cancelled') return void reply.hijack().raw.destroy();
    if (outcome.kind === 'failed') throw upstreamError(outcome);
    void reply.headers(answerHeaders(routed, outcome)).send({
      classification: presentClassification(decision),
      model: presentChosen(decision, this.router.model(outcome.model)!),
      price_comparison: presentPriceComparison(decision),
      result: resultOf(outcome),
      timing: presentTiming(routed.timing),
      context,
    });
  }
}

/** On how this prompt is classified: tied to the earlier request with the same words, where there is one. */
const opinionOf = (prompt: string, { correct, suggested_task }: RouteFeedbackBody, { classification }: Decision): Opinion => ({
  prompt,
  requestId: null,
  classifiedTask: classification.task,
  correct,
  confidence: classification.confidence,
  suggestedTask: suggested_task ?? null,
});
