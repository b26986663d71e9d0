/** POST /v1/chat/completions: OpenAI's contract, for unmodified SDKs. */
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, callerOf } from '../../identity/exports.js';
import { splice } from '../../inference/exports.js';
import { answerErrors } from './answer-errors.js';
import { checkChatBody } from './chat-body.js';
import { Conversation } from './conversation.js';

@ApiTags('Routing')
@ApiBearerAuth()
@Controller('v1/chat')
export class ChatController {
  constructor(private readonly conversation: Conversation) {}

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
  async complete(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    // Not by decorators: Nest sends what they bring through its pipes, which have nothing to say of a body that is checked by hand.
    await this.conversation.answer({ request, reply, caller: callerOf(request) }, {
      endpoint: 'chat/completions',
      input: checkChatBody(request.body),
      whole: ({ bytes }, about) => splice(bytes, 'greatrouter', about),
      events: (chat) => chat,
    });
  }
}
