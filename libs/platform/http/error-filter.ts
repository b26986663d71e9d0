/**
 * Every failure becomes one answer in the shape OpenAI's SDKs read, here and nowhere else. What a client did wrong is
 * a clear 4xx; what is ours is a 500 without a word of its inside, logged under the request id.
 */
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refused } from '../../event-sourcing/domain/decider.js';
import { AppendTooLarge, LogUnavailable, RevisionConflict } from '../../event-sourcing/log-errors.js';
import type { Logger } from '../logger.js';
import { DatabaseUnavailable } from '../postgres.js';
import { ApiError, invalid, unavailable } from './api-error.js';

@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendError(http.getResponse<FastifyReply>(), http.getRequest<FastifyRequest>(), error, this.logger);
  }
}

/** Also what Fastify's own errors (body parser, unknown route) go through. */
export function sendError(reply: FastifyReply, request: FastifyRequest, error: unknown, logger: Logger): void {
  const answer = asApiError(error);
  if (answer.status >= 500) logger.error({ err: error, requestId: request.id, status: answer.status, code: answer.code }, 'request failed');
  else if (request.url.startsWith('/v1/webhooks/')) logger.warn({ requestId: request.id, status: answer.status, code: answer.code }, 'webhook delivery refused');
  if (reply.raw.headersSent) {
    reply.raw.end();
    return;
  }
  void reply.status(answer.status).headers(answer.headers).send(inDialect(request, answer));
}

/** Anthropic's clients look for `type: "error"` beside the error. */
const inDialect = ({ url }: FastifyRequest, answer: ApiError): object => (url.startsWith('/v1/messages') ? { type: 'error', ...answer.body() } : answer.body());

/** A domain's refusal is the caller's to mend: 400, 404 for what does not exist, 403 for what the caller may not. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Refused) return refusal(error);
  if (error instanceof DatabaseUnavailable) return unavailable('Reads are not available right now; routing goes on.', 'database_unavailable', 2);
  if (error instanceof LogUnavailable) return unavailable('The request could not be recorded, so no model was called. Try again.', 'log_unavailable', 1);
  if (error instanceof RevisionConflict) return new ApiError(409, 'invalid_request_error', 'conflict', 'Somebody else changed this at the same time. Try again.');
  if (error instanceof AppendTooLarge) return tooLarge();
  if (error instanceof HttpException) return ofNest(error);
  return ofFastify(error as { statusCode?: number; code?: string; message?: string });
}

const tooLarge = () => new ApiError(413, 'invalid_request_error', 'request_too_large', 'The request body is too large.');

function refusal({ code, message, param }: Refused): ApiError {
  if (/^(unknown|no_such)_(model|member|key|job|request|invitation)|_not_found$/.test(code)) return new ApiError(404, 'not_found_error', code, message, param);
  if (code.endsWith('_not_allowed')) return new ApiError(403, 'permission_error', code, message, param);
  return invalid(param, message, code);
}

function ofNest(error: HttpException): ApiError {
  const status = error.getStatus();
  if (status === 404) return new ApiError(404, 'not_found_error', 'unknown_endpoint', 'There is no such endpoint.');
  if (status === 413) return tooLarge();
  if (status >= 500) return internal();
  const body = error.getResponse();
  const said = typeof body === 'string' ? body : ((body as { message?: unknown }).message ?? error.message);
  return new ApiError(status, 'invalid_request_error', 'invalid_request', Array.isArray(said) ? said.join('; ') : String(said));
}

/** Codes: https://fastify.dev/docs/latest/Reference/Errors/ */
function ofFastify({ statusCode, code }: { statusCode?: number; code?: string }): ApiError {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413) return tooLarge();
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || statusCode === 415) {
    return new ApiError(415, 'invalid_request_error', 'unsupported_media_type', 'Send the body as application/json.');
  }
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return invalid(null, 'The request body is empty.', 'invalid_json');
  if (statusCode === 404) return new ApiError(404, 'not_found_error', 'unknown_endpoint', 'There is no such endpoint.');
  if (statusCode === 400) return invalid(null, 'The request body is not valid JSON.', 'invalid_json');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ApiError(statusCode, 'invalid_request_error', 'invalid_request', 'The request could not be read.');
  }
  return internal();
}

const internal = () => new ApiError(500, 'internal_error', 'internal_error', 'Something went wrong on our side. The request id names it in our logs.');
