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
  readonly then: 'next' | 'larger' | 'stop';
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
  context_length: { ...refusal, then: 'larger', status: 400, type: 'invalid_request_error', code: 'context_length_exceeded' },
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
