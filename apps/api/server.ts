/** The HTTP server around the features: ids, body parsing, validation, errors, documentation. */
import cookies from '@fastify/cookie';
import multipart from '@fastify/multipart';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { LiveFolds } from '../../libs/event-sourcing/live-folds.js';
import { newRequestId } from '../../libs/routing/http/receive.js';
import { ApiError } from '../../libs/platform/http/api-error.js';
import type { Config } from '../../libs/platform/config.js';
import { ErrorFilter } from '../../libs/platform/http/error-filter.js';
import { dtoValidation } from '../../libs/platform/http/validation.js';
import type { Logger } from '../../libs/platform/logger.js';
import { NestLogger } from '../../libs/platform/nest-logger.js';
import { Router } from '../../libs/routing/router.js';
import { warmUp } from '../../libs/routing/warm-up.js';
import { ApiModule } from './api.module.js';

/** Larger than any text a model can hold; media go by address or as parts within it. */
export const bodyLimitBytes = 8 * 1024 * 1024;

/** OpenAI's own limit for recordings. */
const largestFileBytes = 25 * 1024 * 1024;
const drainedBytes = 8 * bodyLimitBytes;

/** Everything wired and every live fold caught up, but neither documented nor listening. */
export async function createServer(config: Config, logger: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    genReqId: newRequestId,
    // An id with a slash may come encoded: the router must not split it.
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    trustProxy: config.trustProxy ?? false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(config, logger), adapter, { rawBody: true, logger: new NestLogger(logger), abortOnError: false });
  await app.register(cookies);
  app.useGlobalFilters(new ErrorFilter(logger));
  app.useGlobalPipes(dtoValidation());
  requestBasics(adapter.getInstance() as unknown as FastifyInstance);
  await app.register(multipart, { limits: { fileSize: largestFileBytes, files: 16 } });
  await app.init();
  await app.get(LiveFolds).start();
  warmUp(app.get(Router));
  return app;
}

function requestBasics(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, next) => {
    (request as typeof request & { receivedAt: number }).receivedAt = performance.now();
    void reply.header('x-request-id', request.id);
    next();
  });
  // Clients that send `content-type: application/json` with everything send it with a DELETE, which has no body to parse.
  server.addHook('onRequest', (request, _reply, next) => {
    const { 'content-length': length = '0', 'transfer-encoding': chunked } = request.headers;
    if (request.method === 'DELETE' && length === '0' && chunked === undefined) delete request.raw.headers['content-type'];
    next();
  });
  server.addHook('onRequest', (request, _reply, next) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    const isForm = request.headers['content-type']?.startsWith('multipart/form-data') ?? false;
    if (announced <= (isForm ? drainedBytes : bodyLimitBytes)) next();
    else tooLarge(request.raw, announced).catch(next);
  });
}

/** @throws ApiError 413. A client that is still sending would see a broken connection instead of it: what it has is read first, up to a point. */
async function tooLarge(body: AsyncIterable<unknown>, announced: number): Promise<never> {
  if (announced <= drainedBytes) await drained(body);
  throw new ApiError(413, 'invalid_request_error', 'request_too_large', `The request body is larger than ${bodyLimitBytes} bytes.`);
}

async function drained(body: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of body);
}

/** OpenAPI 3.1 at /openapi.json, to be read at /docs. Before listening. */
export function serveDocumentation(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => openApi(app), { jsonDocumentUrl: 'openapi.json', yamlDocumentUrl: 'openapi.yaml' });
}

export function openApi(app: NestFastifyApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('GreatRouter')
    .setDescription('Routes prompts to the best AI model, and proves every decision it made.')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key: pk_live_... or pk_test_...' })
    .addCookieAuth('gr_session', { type: 'apiKey', in: 'cookie', description: 'A session of the dashboard' }, 'session')
    .build();
  return SwaggerModule.createDocument(app, description);
}
