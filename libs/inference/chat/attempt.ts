/** What every call upstream has in common, streamed or not. */
import { classify, type Failure } from '../domain/failure.js';
import { scrub } from '../domain/scrub.js';
import type { AnswerFacts } from '../domain/outcome.js';
import type { ChatFormat } from '../formats/format.js';
import type { Json } from '../domain/json.js';
import type { Upstream, UpstreamRequest } from '../upstream/upstream.js';
import type { StreamError } from './chat-stream.js';
import { isObject } from '../domain/json.js';
import type { Watch } from './watch.js';

export type AttemptResult = { readonly kind: 'answered' } | { readonly kind: 'failed'; readonly failure: Failure } | { readonly kind: 'cancelled' };

export const answered: AttemptResult = { kind: 'answered' };
export const cancelled: AttemptResult = { kind: 'cancelled' };

export interface AttemptContext {
  readonly upstream: Upstream;
  readonly request: UpstreamRequest;
  readonly format: ChatFormat;
  readonly watch: Watch;
  readonly limits: AttemptLimits;
  readonly facts: (phase: AnswerFacts['phase']) => AnswerFacts;
  readonly metadata: (facts: AnswerFacts) => object;
  /** The caller's texts, so that a provider's error can be cleared of them. */
  readonly prompt: () => readonly string[];
}

/** Milliseconds. */
export interface AttemptLimits {
  /** Until the first content; a whole answer counts as one. */
  readonly firstTokenMs: number;
  /** Between two chunks. */
  readonly idleMs: number;
  /** Monotonic time at which the whole request is over. */
  readonly deadlineAt: number;
}

/** An error body longer than this is not read to its end. */
export const longestErrorBody = 65_536;

export type Header = (name: string) => string | undefined;

export function failure(context: AttemptContext, parts: Partial<Failure> & { readonly class: Failure['class']; readonly message: string }): AttemptResult {
  const clean = scrub(parts.message, [context.request.key], context.prompt());
  const code = parts.code === null || parts.code === undefined ? null : scrub(parts.code, [context.request.key], []);
  return { kind: 'failed', failure: { status: null, retryAfterMs: null, ...parts, code, message: clean } };
}

/** The error an answer's JSON carries; null when it carries none. Providers put it under `error`, or bare. */
export function errorIn(value: unknown): StreamError | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (!isObject(first)) return null;
  const error = first['error'] ?? (first['object'] === 'error' || first['type'] === 'error' || 'detail' in first ? first : null);
  if (error === null || error === undefined) return null;
  if (!isObject(error)) return { code: null, message: String(error) };
  const said = error['message'] ?? error['detail'] ?? error['error'];
  return { code: word(error['code']) ?? word(error['status']) ?? word(error['type']), message: typeof said === 'string' ? said : JSON.stringify(error) };
}

const word = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A refusal by status, from its body. */
export function refused(context: AttemptContext, status: number, body: Buffer, retryAfterMs: number | null): AttemptResult {
  const text = body.toString('utf8');
  const { code, message } = errorIn(parsed(text)) ?? { code: null, message: text.slice(0, 500) || `HTTP ${status}` };
  return failure(context, { class: classify({ status, code, message }), status, code, message, retryAfterMs });
}

/** An error that came with status 200. */
export function refusedInside(context: AttemptContext, { code, message }: StreamError): AttemptResult {
  return failure(context, { class: classify({ status: 200, code, message }), status: 200, code, message });
}

/** The connection failed. `afterHead`: an answer had begun. */
export function broken(context: AttemptContext, error: Error, afterHead: boolean): AttemptResult {
  const code = (error as NodeJS.ErrnoException).code ?? error.name;
  const said = afterHead ? 'the provider closed the connection before the answer was whole' : 'the connection to the provider failed';
  return failure(context, { class: afterHead ? 'cut_stream' : 'connection', code, message: `${said} (${code})` });
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const asObject = (value: unknown): Json | null => (isObject(value) ? value : null);
