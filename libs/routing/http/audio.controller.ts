/** POST /v1/audio/speech and /v1/audio/transcriptions, as OpenAI defines them. */
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, Caller } from '../../identity/exports.js';
import { invalid } from '../../platform/http/api-error.js';
import type { Fields } from '../commands/measure-input.js';
import { answerErrors } from './answer-errors.js';
import { aboutAnswer } from './chat-serving.js';
import { objectBody } from './images.controller.js';
import { MediaEndpoints } from './media-endpoints.js';
import { formOf } from './multipart.js';

@ApiTags('Media')
@ApiBearerAuth()
@Controller('v1/audio')
export class AudioController {
  constructor(private readonly media: MediaEndpoints) {}

  @Post('speech')
  @HttpCode(200)
  @Access('route:infer')
  @ApiOperation({ summary: 'Say a text aloud, as OpenAI defines it', description: 'Answers the audio itself. With `model: "router"` the best model is chosen.' })
  @ApiProduces('audio/mpeg', 'audio/wav')
  @ApiBody({ schema: { type: 'object', required: ['input'], additionalProperties: true, properties: { model: { type: 'string', default: 'router' }, input: { type: 'string' }, voice: { type: 'string' }, response_format: { type: 'string' } } } })
  @answerErrors()
  async speak(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() caller: Caller, @Body() body: unknown): Promise<void> {
    const wish = { endpoint: 'audio/speech', task: 'speech', taskType: 'text_to_speech', contentMode: 'generate', promptField: 'input', fields: objectBody(body) } as const;
    const served = await this.media.serve(request, reply, caller, wish);
    if (!served) return;
    const { audio } = served.completed.completion() as { audio: { b64_json?: string; url?: string; mime_type: string } | null };
    if (audio?.b64_json === undefined) return void reply.redirect(audio?.url ?? '/', 303);
    void reply.type(audio.mime_type).send(Buffer.from(audio.b64_json, 'base64'));
  }

  @Post('transcriptions')
  @HttpCode(200)
  @Access('route:infer')
  @ApiOperation({ summary: 'Write down what is said in a recording, as OpenAI defines it' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' }, model: { type: 'string', default: 'router' }, language: { type: 'string' }, response_format: { type: 'string' } } } })
  @answerErrors()
  async transcribe(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() caller: Caller): Promise<void> {
    const { file, ...rest } = await formOf(request);
    if (file === undefined) throw invalid('file', 'file is required.', 'missing_field');
    const fields: Fields = { ...rest, audio: file };
    const wish = { endpoint: 'audio/transcriptions', task: 'speech', taskType: 'speech_to_text', contentMode: 'generate', promptField: null, fields } as const;
    const served = await this.media.serve(request, reply, caller, wish);
    if (!served) return;
    const { routed, completed } = served;
    const answer = completed.completion() ?? {};
    if (fields['response_format'] === 'text') return void reply.type('text/plain; charset=utf-8').send(`${String(answer['text'])}\n`);
    void reply.send({ ...answer, greatrouter: aboutAnswer(routed, { ...completed, phase: 'last' }) });
  }
}
