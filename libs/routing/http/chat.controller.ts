/** POST /v1/chat/completions: OpenAI's contract, for unmodified SDKs. */
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, Caller } from '../../identity/exports.js';
import { splice } from '../../inference/exports.js';
import { RouteRequest, type Admitted, type Routed } from '../commands/route-request.js';
import { Sessions } from '../sessions.js';
import { answerErrors } from './answer-errors.js';
import { checkChatBody, hintsOfModel } from './chat-body.js';
import { aboutAnswer, answerHeaders, ChatServer, upstreamError } from './chat-serving.js';
import { ClientStream, hangUpSignal } from './client-stream.js';
import { cacheTtlSeconds, receive } from './receive.js';

@ApiTags('Routing')
@ApiBearerAuth()
@Controller('v1/chat')
export class ChatController {
  constructor(
    private readonly commands: CommandBus,
    private readonly chat: ChatServer,
    private readonly sessions: Sessions,
  ) {}

  @Post('completions')
  @HttpCode(200)
  @Access('route:infer')
  @ApiOperation({
    summary: 'Chat completion, as OpenAI defines it',
    description: 'With `model: "router"` the best model is chosen; a model id pins one. Unknown fields pass through to the provider. With `stream: true` the answer comes as server-sent events.',
  })
  @ApiBody({ schema: { type: 'object', required: ['messages'], additionalProperties: true, properties: { model: { type: 'string', default: 'router' }, messages: { type: 'array', items: { type: 'object' } }, stream: { type: 'boolean', default: false } } } })
  @ApiHeader({ name: 'X-GR-Cache-TTL', required: false, description: 'Answer an identical request from the cache for this many seconds, 0 to 3600.' })
  @ApiHeader({ name: 'X-GR-Guardrails', required: false, description: '`moderate` refuses prompts that hold personal data or secrets.' })
  @answerErrors()
  async complete(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() caller: Caller, @Body() body: unknown): Promise<void> {
    const input = checkChatBody(body);
    const wish = receive(request, caller, { endpoint: 'chat/completions', hints: hintsOfModel(input['model']), input, prompt: null, sessionId: null, budgetDollars: null }, this.sessions);
    let admitted: Admitted | undefined;
    const sink = input['stream'] === true ? new ClientStream(reply, (facts) => answerHeaders(admitted!, facts)) : null;
    const serving = { body: input, sink, signal: hangUpSignal(reply), cacheTtlSeconds: cacheTtlSeconds(request) };
    const serve = (now: Admitted) => this.chat.serve((admitted = now), serving);
    try {
      const routed = await this.commands.execute(new RouteRequest(caller, wish, serve));
      finish(reply, routed, sink);
    } catch (error) {
      // A stream that has begun cannot change its status: cut it, so that no client takes it for complete.
      if (!sink?.started) throw error;
      reply.raw.destroy();
    }
  }
}

function finish(reply: FastifyReply, routed: Routed, sink: ClientStream | null): void {
  const { outcome } = routed;
  if (outcome.kind === 'cancelled') return void reply.hijack().raw.destroy();
  if (sink?.started) return sink.end(outcome.kind === 'failed' ? outcome.tail : outcome.answer.form === 'stream' ? outcome.answer.tail : null);
  if (outcome.kind === 'failed') throw upstreamError(outcome);
  if (outcome.answer.form !== 'json') throw new TypeError('a stream that never started has no answer');
  void reply.headers(answerHeaders(routed, outcome)).type('application/json; charset=utf-8').send(splice(outcome.answer.bytes, 'greatrouter', aboutAnswer(routed, { ...outcome, phase: 'last' })));
}
