/** POST /v1/models/route: the best model within explicit filters. */
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { taskTypes } from '../../catalog/domain/model.js';
import { Access, Caller } from '../../identity/exports.js';
import { noHints, type RoutingHints } from '../domain/request.js';
import { taskOfType } from '../domain/task-asked.js';
import { presentChosen } from '../presentation.js';
import { Router } from '../router.js';
import { answerErrors } from './answer-errors.js';
import { answerHeaders, upstreamError } from './chat-serving.js';
import { ExplicitRouteBody } from './route.bodies.js';
import { jobHeaders, newJob } from './present-job.js';
import { TaskRequests } from './task-request.js';
import { presentTiming, resultOf } from './task-serving.js';

@ApiTags('Routing')
@ApiBearerAuth()
@Controller('v1/models')
export class ExplicitRouteController {
  constructor(
    private readonly tasks: TaskRequests,
    private readonly router: Router,
  ) {}

  @Post('route')
  @HttpCode(200)
  @Access('route:infer')
  @ApiOperation({ summary: 'Route to the best model that matches explicit filters', description: 'Video and music are answered with 202 and a job.' })
  @ApiAcceptedResponse({ description: 'Video, music and large pictures take minutes, and `Prefer: respond-async` asks not to wait for any other: `job` says under which id, `Location` where.' })
  @answerErrors()
  async route(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() caller: Caller, @Body() body: ExplicitRouteBody): Promise<void> {
    const hints = { ...typeHints(body.query), capabilities: body.filter?.capabilities ?? [], maxPriceTier: body.maxCost ?? null, ...(body.filter?.task_type && { taskType: body.filter.task_type }) };
    const asked = { endpoint: 'models/route', hints, input: body.input, prompt: body.query, sessionId: null, budgetDollars: null } as const;
    const { routed } = await this.tasks.route({ request, reply, caller }, asked);
    const { outcome, decision, timing } = routed;
    if (outcome.kind === 'deferred') {
      return void reply.status(202).headers(jobHeaders(routed)).send({ job: newJob(routed, outcome), ...presentChosen(decision, this.router.model(decision.model)!) });
    }
    if (outcome.kind === 'cancelled') return void reply.hijack().raw.destroy();
    if (outcome.kind === 'failed') throw upstreamError(outcome);
    const { routing_ms, inference_ms, total_ms } = presentTiming(timing);
    void reply
      .headers(answerHeaders(routed, outcome))
      .send({ ...presentChosen(decision, this.router.model(outcome.model)!), result: resultOf(outcome), timing: { routing_ms, inference_ms, total_ms } });
  }
}

/** `query` is a description in words, or the very name of a task type, which then decides the task. */
function typeHints(query: string): RoutingHints {
  const type = taskTypes.find((known) => known === query);
  return type ? { ...noHints, taskType: type, task: type === 'text_embedding' ? null : taskOfType[type] } : noHints;
}
