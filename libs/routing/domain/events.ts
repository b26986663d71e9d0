/**
 * The story of one request, stream route-{requestId}:
 * RouteRequested, ModelSelected, InferenceDeferred when a job does the work, InferenceAttemptFailed*, then exactly one of
 * InferenceCompleted | InferenceFailed | InferenceCancelled; and, when a price comes late, InferenceRepriced*.
 */
import type { KeyId, KeyMode } from '../../identity/domain/caller.js';
import type { PicoDollars } from '../../money/money.js';
import type { FundsHold } from '../../wallet/domain/holding.js';
import type { Sealed } from '../../event-sourcing/domain/sealed.js';
import type { Decision } from './decision.js';
import type { RoutingRequest } from './request.js';
import type { ContentMode, LongWorkKind, ModelId, ProviderSlug, Task } from './vocabulary.js';

export interface RouteRequested {
  readonly request: RoutingRequest;
  readonly keyId: KeyId | null;
  readonly mode: KeyMode;
  /** `host/pid/start` of the API process: how the watchdog knows that nobody will end it any more. */
  readonly servedBy: string;
  /** SHA-256 (hex) of the length-prefixed request id and prompt: proves a text without revealing it. Null when nothing is kept. */
  readonly promptHash: string | null;
  /** `{text: RoutingText, body}` as JSON, encrypted; null when only hashes are kept. */
  readonly content: Sealed | null;
  readonly retention: Retention;
  /** What was held for it from a lease on the wallet; absent when nothing had to be. */
  readonly hold?: FundsHold;
}

export type Retention = 'full' | 'hashes' | 'none';

/** The decision as `decide` returned it: see decision.ts. Stays under 4 KiB. */
export type ModelSelected = Decision;

/** The work is long: the client was answered with a job, and whoever works it off ends the request. */
export interface InferenceDeferred {
  readonly mode: KeyMode;
  readonly kind: LongWorkKind;
  /** The chain as the job will try it: the models of the decision that make this kind of work. */
  readonly models: readonly ModelId[];
  /** What is known before the work begins, for the terminal event. */
  readonly timing: Pick<Timing, 'classificationMs' | 'routingMs'>;
}

export interface InferenceAttemptFailed {
  /** 1 for the first model of the chain. */
  readonly attempt: number;
  /** A sandbox failure (mode `test`) must not touch the health of a model that live keys use. */
  readonly mode: KeyMode;
  readonly model: ModelId;
  readonly provider: ProviderSlug;
  readonly errorClass: ErrorClass;
  /** HTTP status of the upstream, null when there was no answer. */
  readonly status: number | null;
  /** Scrubbed of keys and of prompt text. */
  readonly message: string;
  readonly tookMs: number;
}

export const errorClasses = [
  'bad_request', 'context_length', 'content_policy', 'authentication', 'rate_limit', 'overloaded', 'timeout',
  'cut_stream', 'connection', 'server_error', 'invalid_response', 'not_configured', 'circuit_open',
] as const;
export type ErrorClass = (typeof errorClasses)[number];

/** Token counts as each provider means them, normalised: `input` includes cached and cache-written tokens. */
export interface Usage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  /** Part of outputTokens. */
  readonly reasoningTokens: number;
  readonly inputAudioTokens: number;
  readonly outputAudioTokens: number;
  /** Units of media (images, seconds, characters, songs, requests), when the model is priced by them. */
  readonly units: number | null;
}

/** exact: from the provider's usage and a known price; estimated: the usage was not seen whole; unpriced: cost is null. */
export type CostStatus = 'exact' | 'estimated' | 'unpriced';

export interface Timing {
  readonly classificationMs: number;
  readonly routingMs: number;
  readonly inferenceMs: number;
  readonly totalMs: number;
  /** Time to the first token the client could have seen; null when nothing came. */
  readonly ttftMs: number | null;
}

/** What every terminal event carries, so that its readers need no other event. */
export interface Terminal {
  readonly keyId: KeyId | null;
  readonly mode: KeyMode;
  readonly task: Task;
  readonly contentMode: ContentMode;
  readonly sessionId: string | null;
  /** The model that answered last, or that was tried last. */
  readonly model: ModelId;
  readonly provider: ProviderSlug;
  readonly attempts: number;
  readonly timing: Timing;
  readonly usage: Usage | null;
  /** The provider's usage object, verbatim. */
  readonly rawUsage: unknown;
  /** Null is unknown, never zero. Covers every attempt that was billed. */
  readonly cost: PicoDollars | null;
  readonly costStatus: CostStatus;
  /** As in RouteRequested: the debit draws on this lease. */
  readonly hold?: FundsHold;
}

export interface InferenceCompleted extends Terminal {
  readonly finishReason: string | null;
  readonly outputHash: string | null;
  readonly output: Sealed | null;
  readonly cache: 'hit' | 'miss' | 'off';
  /** True when a second model continued the answer of a first that was cut. */
  readonly continued: boolean;
}

export interface InferenceFailed extends Terminal {
  readonly errorClass: ErrorClass;
  /** The `code` of the error the client got. */
  readonly errorCode: string;
  readonly message: string;
}

export interface InferenceCancelled extends Terminal {
  /** client: hung up; watchdog: the process that served it died; operator: cancelled by request. */
  readonly by: 'client' | 'watchdog' | 'operator';
}

/** After the terminal event: a price that came late, or was repaired. What was written before stays as it was. */
export interface InferenceRepriced {
  /** The same repair twice is one. */
  readonly repricingId: string;
  readonly keyId: KeyId | null;
  readonly mode: KeyMode;
  readonly model: ModelId;
  readonly provider: ProviderSlug;
  /** Null when the cost was unknown. */
  readonly previousCost: PicoDollars | null;
  readonly cost: PicoDollars;
  readonly reason: string;
}

export type RouteEvent =
  | { readonly type: 'RouteRequested'; readonly data: RouteRequested }
  | { readonly type: 'ModelSelected'; readonly data: ModelSelected }
  | { readonly type: 'InferenceDeferred'; readonly data: InferenceDeferred }
  | { readonly type: 'InferenceAttemptFailed'; readonly data: InferenceAttemptFailed }
  | { readonly type: 'InferenceCompleted'; readonly data: InferenceCompleted }
  | { readonly type: 'InferenceFailed'; readonly data: InferenceFailed }
  | { readonly type: 'InferenceCancelled'; readonly data: InferenceCancelled }
  | { readonly type: 'InferenceRepriced'; readonly data: InferenceRepriced };
