/** What can go wrong upstream: the classes, how an answer is sorted into them, and the rule of each. */
import type { ErrorClass } from '../../routing/domain/events.js';

/** One failed call, as the wire showed it. */
export interface Failure {
  readonly class: ErrorClass;
  /** HTTP status of the upstream; null when there was no answer. */
  readonly status: number | null;
  /** The provider's own code or type, scrubbed. */
  readonly code: string | null;
  /** Scrubbed of keys and of prompt text. */
  readonly message: string;
  /** How long the provider asked to be left alone, milliseconds. */
  readonly retryAfterMs: number | null;
}

/** What a class of failure means for the next step, for the provider's health, and for the client. */
export interface FailureRule {
  /** Calls to the same endpoint after the first one failed so. */
  readonly retries: number;
  /** `stop`: another model would refuse as well. `larger`: only a model with a larger context can help. */
  readonly then: 'next' | 'as_large' | 'stop';
  /** What rests for a while: the model at this host with this key, the key at this host, or nothing. */
  readonly rests: 'model' | 'key' | null;
  /** Whether it counts against the circuit of the model at this host. */
  readonly trips: boolean;
  readonly status: number;
  readonly type: string;
  readonly code: string;
  /** Whether a client may try again by itself (`x-should-retry`). */
  readonly clientMayRetry: boolean;
}

const refusal = { retries: 0, rests: null, trips: false, clientMayRetry: false } as const;
const outage = { then: 'next', rests: null, trips: true, status: 502, type: 'upstream_error', clientMayRetry: true } as const;

export const failureRules: Readonly<Record<ErrorClass, FailureRule>> = {
  bad_request: { ...refusal, then: 'next', status: 400, type: 'invalid_request_error', code: 'provider_rejected_request' },
  context_length: { ...refusal, then: 'as_large', status: 400, type: 'invalid_request_error', code: 'context_length_exceeded' },
  content_policy: { ...refusal, then: 'stop', status: 400, type: 'invalid_request_error', code: 'content_policy_violation' },
  authentication: { ...refusal, then: 'next', rests: 'key', status: 502, type: 'upstream_error', code: 'provider_authentication_failed' },
  not_configured: { ...refusal, then: 'next', status: 502, type: 'upstream_error', code: 'provider_not_configured' },
  circuit_open: { ...outage, retries: 0, trips: false, code: 'upstream_unavailable' },
  rate_limit: { ...outage, retries: 2, rests: 'model', trips: false, status: 429, type: 'rate_limit_error', code: 'upstream_rate_limited' },
  overloaded: { ...outage, retries: 1, code: 'upstream_overloaded' },
  server_error: { ...outage, retries: 1, code: 'upstream_error' },
  connection: { ...outage, retries: 1, code: 'upstream_connection_failed' },
  invalid_response: { ...outage, retries: 1, code: 'upstream_invalid_response' },
  timeout: { ...outage, retries: 0, code: 'upstream_timeout' },
  cut_stream: { ...outage, retries: 1, code: 'upstream_stream_cut' },
};

const contextLength = /context[_ ]?(?:length|window)|maximum context|too many tokens|prompt is too long|input is too long|exceeds the (?:maximum|model'?s) (?:number of )?tokens|string_above_max_length|request_too_large/i;
const contentPolicy = /content[_ ]?(?:policy|filter|management)|safety (?:system|settings|filters?)|moderation|prohibited_content|responsible ?ai|data_inspection_failed|sensitive content/i;
const overload = /overloaded|capacity|engine_overloaded|temporarily unavailable|model is (?:currently )?loading/i;
const keyTrouble = /invalid[_ ]api[_ ]key|incorrect api key|api key not valid|authentication|unauthori[sz]ed|permission|insufficient_quota|billing|credit balance/i;
const rateLimited = /rate[_ ]?limit|too many requests|resource[_ ]?exhausted|quota/i;

/** What a provider said when it refused. */
export interface Refusal {
  readonly status: number | null;
  readonly code: string | null;
  readonly message: string;
}

/**
 * Sorts a refusal into its class: by what the provider said first, then by its status, because hosts disagree on
 * statuses (a context overflow is a 400 here and a 413 there, an overload a 503, a 529 or an event in a 200 stream).
 */
export function classify({ status, code, message }: Refusal): ErrorClass {
  const said = `${code ?? ''} ${message}`;
  const clientFault = status === null || status === 200 || (status >= 400 && status < 500);
  if (clientFault && status !== 401 && status !== 429) {
    if (contextLength.test(said)) return 'context_length';
    if (contentPolicy.test(said)) return 'content_policy';
  }
  return byStatus(status) ?? bySaid(said);
}

function byStatus(status: number | null): ErrorClass | null {
  switch (status) {
    case 401: case 402: case 403: return 'authentication';
    case 408: case 504: return 'timeout';
    case 413: return 'context_length';
    case 429: return 'rate_limit';
    case 503: case 529: return 'overloaded';
    case null: case 200: return null;
    default: return status >= 500 ? 'server_error' : status >= 400 ? 'bad_request' : 'invalid_response';
  }
}

/** An error inside a 200 has no status: its words have to do. */
function bySaid(said: string): ErrorClass {
  if (overload.test(said)) return 'overloaded';
  if (rateLimited.test(said)) return 'rate_limit';
  if (keyTrouble.test(said)) return 'authentication';
  return /invalid_request|bad request|validation/i.test(said) ? 'bad_request' : 'server_error';
}

/**
 * How long a provider asks to be left alone, milliseconds: `retry-after-ms`, or `retry-after` in seconds or as a date
 * (RFC 9110, 10.2.3). Null when it does not say, or says nonsense.
 */
export function retryAfter(header: (name: string) => string | undefined, nowMs: number): number | null {
  const precise = Number(header('retry-after-ms') ?? NaN);
  if (Number.isFinite(precise) && precise >= 0) return Math.round(precise);
  const plain = header('retry-after');
  if (plain === undefined || plain.trim() === '') return null;
  const seconds = Number(plain);
  if (Number.isFinite(seconds)) return seconds >= 0 ? Math.round(seconds * 1000) : null;
  const date = Date.parse(plain);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
