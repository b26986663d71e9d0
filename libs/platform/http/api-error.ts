/**
 * Every error under /v1, in the shape OpenAI's SDKs read: {error: {message, type, param, code}}.
 * Thrown once, with what the caller needs to act; the filter of apps/api writes it.
 */
export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'insufficient_funds_error'
  | 'rate_limit_error'
  | 'upstream_error'
  | 'unavailable_error'
  | 'internal_error';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly type: ErrorType,
    readonly code: string,
    message: string,
    readonly param: string | null = null,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }

  body() {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }
}

/** 400: the request is at fault, and `param` names the field. */
export const invalid = (param: string | null, message: string, code = 'invalid_value') =>
  new ApiError(400, 'invalid_request_error', code, message, param);

/** 404. */
export const notFound = (message: string, code = 'not_found', param: string | null = null) =>
  new ApiError(404, 'not_found_error', code, message, param);

/** 503: ours, and worth trying again after `retryAfterSeconds`. */
export const unavailable = (message: string, code: string, retryAfterSeconds = 1) =>
  new ApiError(503, 'unavailable_error', code, message, null, { 'retry-after': String(retryAfterSeconds) });
