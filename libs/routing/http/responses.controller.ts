/** POST /v1/responses: OpenAI's Responses contract against any model, for unmodified SDKs. */
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, Caller } from '../../identity/exports.js';
import { askedInResponses } from '../../inference/exports.js';
import { answerErrors } from './answer-errors.js';
import { Conversation, wantedInDialect } from './conversation.js';

@ApiTags('Routing')
@ApiBearerAuth()
@Controller('v1/responses')
export class ResponsesController {
  constructor(private readonly conversation: Conversation) {}

  @Post()
  @HttpCode(200)
  @Access('route:infer')
  @ApiOperation({
    summary: 'Response, as OpenAI defines it',
    description: 'Any model answers, whoever made it. With `model: "router"` the best model is chosen; a model id pins one. Functions and structured output work; nothing is stored, so every request brings its whole conversation, and tools that run at OpenAI are refused.',
  })
  @ApiBody({ schema: { type: 'object', required: ['input'], additionalProperties: true, properties: { model: { type: 'string', default: 'router' }, input: {}, instructions: { type: 'string' }, tools: { type: 'array', items: { type: 'object' } }, text: { type: 'object' }, max_output_tokens: { type: 'integer' }, stream: { type: 'boolean', default: false } } } })
  @answerErrors()
  async create(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() caller: Caller, @Body() body: unknown): Promise<void> {
    await this.conversation.answer({ request, reply, caller }, wantedInDialect('responses', askedInResponses(body, request.id)));
  }
}
