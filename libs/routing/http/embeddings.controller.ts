/** POST /v1/embeddings: OpenAI's contract, for unmodified SDKs. */
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, Caller } from '../../identity/exports.js';
import { chainModel } from '../../inference/domain/chain.js';
import { wordsOf, type EmbeddingText } from '../../inference/domain/embedding.js';
import { EmbeddingGateway } from '../../inference/exports.js';
import { RouteRequest, type Admitted } from '../commands/route-request.js';
import { estimateTokens } from '../commands/measure-input.js';
import { Router } from '../router.js';
import { Sessions } from '../sessions.js';
import { answerErrors } from './answer-errors.js';
import { aboutAnswer, answerHeaders, upstreamError } from './chat-serving.js';
import { hangUpSignal } from './client-stream.js';
import { embeddingBody, type EmbeddingBody } from './embedding-body.js';
import { cacheTtlSeconds, receive } from './receive.js';

interface EmbeddingList {
  readonly data: readonly { readonly embedding: readonly number[] }[];
}

@ApiTags('Routing')
@ApiBearerAuth()
@Controller('v1/embeddings')
export class EmbeddingsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly router: Router,
    private readonly gateway: EmbeddingGateway,
    private readonly sessions: Sessions,
  ) {}

  @Post()
  @HttpCode(200)
  @Access('route:infer')
  @ApiOperation({
    summary: 'Turn texts into vectors, as OpenAI defines it',
    description: 'With `model: "router"` the cheapest model is chosen that holds every text and makes vectors of the length asked for. Vectors of two models cannot be compared: name the model whose vectors you keep. No other model stands in for it.',
  })
  @ApiBody({ schema: { type: 'object', required: ['input'], additionalProperties: true, properties: { model: { type: 'string', default: 'router' }, input: { description: 'A text or a list of texts, as words or as token ids.' }, dimensions: { type: 'integer' }, encoding_format: { type: 'string', enum: ['float', 'base64'], default: 'float' }, user: { type: 'string' } } } })
  @ApiHeader({ name: 'X-GR-Cache-TTL', required: false, description: 'Answer an identical request from the cache for this many seconds, 0 to 3600.' })
  @ApiHeader({ name: 'X-GR-Guardrails', required: false, description: '`moderate` refuses texts that hold personal data or secrets.' })
  @answerErrors()
  async embed(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() caller: Caller, @Body() body: unknown): Promise<void> {
    const asked = embeddingBody(body);
    const wish = receive(
      request,
      caller,
      {
        endpoint: 'embeddings', hints: asked.hints, input: { user: asked.user }, prompt: wordsOf(asked.texts).join('\n'), sessionId: null, budgetDollars: null,
        embedding: { tokens: asked.texts.map(tokensOf), dimensions: asked.dimensions },
      },
      this.sessions,
    );
    const about = { signal: hangUpSignal(reply), cacheTtlSeconds: cacheTtlSeconds(request) };
    const routed = await this.commands.execute(new RouteRequest(caller, wish, (admitted) => this.serve(admitted, asked, about)));
    const { outcome } = routed;
    if (outcome.kind === 'cancelled') return void reply.hijack().raw.destroy();
    if (outcome.kind === 'failed') throw upstreamError(outcome);
    const list = outcome.completion() as unknown as EmbeddingList;
    void reply.headers(answerHeaders(routed, outcome)).send({ ...list, ...(asked.encoding === 'base64' && inBase64(list)), greatrouter: aboutAnswer(routed, { ...outcome, phase: 'last' }) });
  }

  private serve({ request, decision }: Admitted, { texts, dimensions, user }: EmbeddingBody, about: { signal: AbortSignal; cacheTtlSeconds: number }) {
    const { requestId, orgId, mode, at } = request;
    const model = this.router.model(decision.model)!;
    return this.gateway.embed({ requestId, orgId, mode, at, model: chainModel(model), texts, dimensions, usualDimensions: model.limits.dimensions ?? null, user, ...about });
  }
}

const tokensOf = (text: EmbeddingText): number => (typeof text === 'string' ? Math.max(1, estimateTokens(text)) : text.length);

/** 32-bit floats, little-endian: what OpenAI's clients ask for unless told otherwise, and read by themselves. */
const inBase64 = ({ data }: EmbeddingList) => ({ data: data.map((item) => ({ ...item, embedding: Buffer.from(Float32Array.from(item.embedding).buffer).toString('base64') })) });
