/** POST /v1/images/generations and /v1/images/edits, as OpenAI defines them. */
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, Caller } from '../../identity/exports.js';
import { invalid } from '../../platform/http/api-error.js';
import type { Fields } from '../commands/measure-input.js';
import { answerErrors } from './answer-errors.js';
import { aboutAnswer } from './chat-serving.js';
import { MediaEndpoints, type Served } from './media-endpoints.js';
import { formOf } from './multipart.js';

const common = { model: { type: 'string', default: 'router' }, prompt: { type: 'string' }, n: { type: 'integer' }, size: { type: 'string' } };

@ApiTags('Media')
@ApiBearerAuth()
@Controller('v1/images')
export class ImagesController {
  constructor(private readonly media: MediaEndpoints) {}

  @Post('generations')
  @HttpCode(200)
  @Access('route:infer')
  @ApiOperation({ summary: 'Make pictures, as OpenAI defines it', description: 'With `model: "router"` the best model is chosen.' })
  @ApiBody({ schema: { type: 'object', required: ['prompt'], additionalProperties: true, properties: common } })
  @answerErrors()
  async generate(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() caller: Caller, @Body() body: unknown): Promise<void> {
    const fields = objectBody(body);
    const wish = { endpoint: 'images/generations', task: 'image', taskType: 'image_generation', contentMode: 'generate', promptField: 'prompt', fields } as const;
    answer(reply, await this.media.serve(request, reply, caller, wish));
  }

  @Post('edits')
  @HttpCode(200)
  @Access('route:infer')
  @ApiOperation({ summary: 'Edit or combine pictures, as OpenAI defines it' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: { type: 'object', required: ['image', 'prompt'], properties: { ...common, image: { type: 'string', format: 'binary' }, mask: { type: 'string', format: 'binary' } } } })
  @answerErrors()
  async edit(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() caller: Caller): Promise<void> {
    const fields = await formOf(request);
    if (fields['image'] === undefined) throw invalid('image', 'image is required.', 'missing_field');
    const contentMode = Array.isArray(fields['image']) ? 'combine' : 'edit';
    const wish = { endpoint: 'images/edits', task: 'image', taskType: 'image_generation', contentMode, promptField: 'prompt', fields } as const;
    answer(reply, await this.media.serve(request, reply, caller, wish));
  }
}

function answer(reply: FastifyReply, served: Served | null): void {
  if (!served) return;
  const { routed, completed } = served;
  void reply.send({ ...completed.completion(), greatrouter: aboutAnswer(routed, { ...completed, phase: 'last' }) });
}

/** @throws ApiError 400 */
export function objectBody(body: unknown): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid(null, 'The request body must be a JSON object.', 'invalid_json');
  return body as Fields;
}
