/** POST /v1/messages and its count of tokens: Anthropic's contract against any model, for unmodified SDKs. */
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, Caller } from '../../identity/exports.js';
import { askedInMessages } from '../../inference/exports.js';
import { measureInput } from '../commands/measure-input.js';
import { answerErrors } from './answer-errors.js';
import { hintsOfBody } from './chat-body.js';
import { Conversation, wantedInDialect } from './conversation.js';

@ApiTags('Routing')
@ApiBearerAuth()
@Controller('v1/messages')
export class MessagesController {
  constructor(private readonly conversation: Conversation) {}

  @Post('count_tokens')
  @HttpCode(200)
  @Access('route:suggest')
  @ApiOperation({ summary: 'Count the tokens of a message, as Anthropic defines it', description: 'An estimate, as tokenizers differ from model to model. Calls no model and costs nothing.' })
  @ApiBody({ schema: { type: 'object', required: ['messages'], additionalProperties: true, properties: { model: { type: 'string', default: 'router' }, system: {}, messages: { type: 'array', items: { type: 'object' } }, tools: { type: 'array', items: { type: 'object' } } } } })
  countTokens(@Req() request: FastifyRequest, @Body() body: unknown): { input_tokens: number } {
    const { input } = wantedInDialect('messages', askedInMessages(body, request.id));
    hintsOfBody(input);
    return { input_tokens: measureInput(input, null).profile.inputTokens };
  }

  @Post()
  @HttpCode(200)
  @Access('route:infer')
  @ApiOperation({
    summary: 'Message, as Anthropic defines it',
    description: 'Any model answers, whoever made it. With `model: "router"` the best model is chosen; a model id pins one. The key may come as `x-api-key`. With `stream: true` the answer comes as Anthropic\'s server-sent events. Tools that run at Anthropic are refused.',
  })
  @ApiBody({ schema: { type: 'object', required: ['messages'], additionalProperties: true, properties: { model: { type: 'string', default: 'router' }, max_tokens: { type: 'integer' }, system: {}, messages: { type: 'array', items: { type: 'object' } }, tools: { type: 'array', items: { type: 'object' } }, stream: { type: 'boolean', default: false } } } })
  @answerErrors()
  async create(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() caller: Caller, @Body() body: unknown): Promise<void> {
    await this.conversation.answer({ request, reply, caller }, wantedInDialect('messages', askedInMessages(body, request.id)));
  }
}
