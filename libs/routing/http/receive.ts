/** From an HTTP request to what a decision is made from: ids, time and seed enter here, and nowhere below. */
import type { FastifyRequest } from 'fastify';
import { v7 as uuidV7 } from 'uuid';
import type { Caller } from '../../identity/exports.js';
import { moderate, textsOf } from '../../inference/exports.js';
import { dollars, toPico, type PicoDollars } from '../../money/money.js';
import { invalid } from '../../platform/http/api-error.js';
import type { Wish } from '../commands/route-request.js';
import { measureInput, type Fields } from '../commands/measure-input.js';
import type { InputProfile, RoutingHints, RoutingRequest } from '../domain/request.js';
import type { Endpoint, RequestId } from '../domain/vocabulary.js';
import type { Sessions } from '../sessions.js';

export interface Received {
  readonly endpoint: Endpoint;
  readonly hints: RoutingHints;
  /** What goes to the model. */
  readonly input: Fields;
  /** What the caller wants in words, where it is given apart from the input. */
  readonly prompt: string | null;
  /** Null: a session of its own begins. */
  readonly sessionId: string | null;
  readonly budgetDollars: number | null;
  /** For vectors: tokens of each text, and the length of vector asked for. */
  readonly embedding?: { readonly tokens: readonly number[]; readonly dimensions: number | null };
}

/** The body as it came; kept by the body parser. */
export const rawBody = (request: FastifyRequest): string => (request as FastifyRequest & { rawBody?: Buffer }).rawBody?.toString('utf8') ?? '';

/** @throws ApiError 400 for a budget that is no amount, and for what the guardrails refuse. */
export function receive(request: FastifyRequest, caller: Caller, received: Received, sessions: Sessions): Wish {
  guard(request, received);
  const { text, profile } = measureInput(received.input, received.prompt);
  const requestId = request.id as RequestId;
  const sessionId = received.sessionId ?? requestId;
  const routing: RoutingRequest = {
    requestId,
    orgId: caller.orgId,
    at: new Date().toISOString(),
    seed: seedOf(requestId),
    endpoint: received.endpoint,
    mode: caller.mode,
    hints: received.hints,
    profile: received.embedding ? embeddingProfile(profile, received.embedding) : profile,
    session: sessions.contextOf(caller.orgId, sessionId),
    budget: budgetOf(received.budgetDollars),
    scope: caller.scope,
  };
  const subject = typeof received.input['user'] === 'string' && received.input['user'] !== '' ? received.input['user'] : null;
  return { request: routing, text, body: rawBody(request), subject, receivedAt: receivedAt(request) };
}

/** Nothing is written for it, and each text must fit by itself. */
const embeddingProfile = (profile: InputProfile, { tokens, dimensions }: NonNullable<Received['embedding']>): InputProfile => ({
  ...profile,
  modalities: ['text'],
  inputTokens: tokens.reduce((sum, each) => sum + each, 0),
  maxOutputTokens: 0,
  embedding: { longestTokens: Math.max(...tokens), dimensions },
});

/** `X-GR-Cache-TTL` of the contract. @throws ApiError 400. */
export function cacheTtlSeconds(request: FastifyRequest): number {
  const header = request.headers['x-gr-cache-ttl'];
  if (header === undefined) return 0;
  const seconds = Number(header);
  if (typeof header === 'string' && /^\d{1,4}$/.test(header) && seconds <= mostCacheSeconds) return seconds;
  throw invalid('X-GR-Cache-TTL', `X-GR-Cache-TTL must be a whole number of seconds from 0 to ${mostCacheSeconds}.`);
}

/** `Prefer: respond-async` (RFC 7240): a job is wanted, not the answer. */
export const prefersJob = ({ headers }: FastifyRequest): boolean => /(?:^|,)\s*respond-async\s*(?:$|[,;])/i.test(String(headers['prefer'] ?? ''));

const mostCacheSeconds = 3_600;

/** `X-GR-Guardrails` of the contract. */
function guard({ headers }: FastifyRequest, { input, prompt }: Received): void {
  const asked = headers['x-gr-guardrails'];
  if (asked === undefined) return;
  if (asked !== 'moderate') throw invalid('X-GR-Guardrails', 'X-GR-Guardrails must be "moderate".');
  const parameters = Object.values(input).filter((value) => typeof value === 'string');
  moderate([...(prompt === null ? [] : [prompt]), ...parameters, ...textsOf(input)]);
}

/** Time-ordered (RFC 9562 UUIDv7), so that ids sort as the requests came; also `x-request-id` of the answer. */
export const newRequestId = (): string => uuidV7();

/** Set by the first hook of the server. */
export const receivedAt = (request: FastifyRequest): number => (request as FastifyRequest & { receivedAt?: number }).receivedAt ?? performance.now();

/** The last 32 bits of the id, which are random. */
const seedOf = (requestId: string): number => Number.parseInt(requestId.slice(-8), 16);

function budgetOf(budget: number | null): PicoDollars | null {
  if (budget === null) return null;
  try {
    return toPico(dollars(String(budget)));
  } catch {
    throw invalid('budget_dollars', 'budget_dollars must be a positive amount of dollars with at most 12 decimals.');
  }
}
