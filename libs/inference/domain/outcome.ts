/** What the gateway was asked to do and how it ended. */
import type { KeyMode, OrgId } from '../../identity/domain/caller.js';
import type { Money } from '../../money/money.js';
import type { CostStatus, ErrorClass, InferenceAttemptFailed } from '../../routing/domain/events.js';
import type { ModelId, ProviderSlug, RequestId } from '../../routing/domain/vocabulary.js';
import type { ChainModel } from './chain.js';
import type { MeteredUsage } from './usage.js';

/** A chat request in OpenAI's shape, parsed. Unknown fields are kept and passed on. */
export type ChatBody = Readonly<Record<string, unknown>> & { readonly messages?: unknown };

/** Tells when the client has hung up. An AbortSignal is one; it costs four microseconds, which a short request need not spend. */
export interface HangUp {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface ChatCall {
  readonly requestId: RequestId;
  readonly orgId: OrgId;
  /** `test`: the built-in sandbox provider serves every model of the chain. */
  readonly mode: KeyMode;
  /** When the request was received (ISO 8601, UTC); prices may depend on it. */
  readonly at: string;
  /** Best first; never empty. */
  readonly chain: readonly ChainModel[];
  /** The client's body. `model`, `stream` and `stream_options` are the gateway's to set. */
  readonly body: ChatBody;
  /** Whether the client asked for the usage chunk (`stream_options.include_usage`). */
  readonly includeUsage: boolean;
  /** Whether an answer that was cut may be continued by the next model from the text already sent. */
  readonly mayContinue: boolean;
  /** Seconds an identical request may be answered from memory (`X-GR-Cache-TTL`); 0 is off. */
  readonly cacheTtlSeconds: number;
  /** The `greatrouter` object of the answer: called for the first chunk, and for the last with what it came to. */
  metadata(facts: AnswerFacts): object;
  readonly signal: HangUp;
}

/** What is known of an answer when a piece of metadata is written. */
export interface AnswerFacts {
  readonly phase: 'first' | 'last';
  readonly model: ModelId;
  /** Slug of the maker. */
  readonly provider: ProviderSlug;
  /** Slug of the host that was called, `sandbox` for test keys. */
  readonly host: ProviderSlug;
  /** Calls made upstream so far, this one included. */
  readonly attempts: number;
  readonly continued: boolean;
  readonly cache: CacheUse;
  /** Null before the last phase, and when unknown. */
  readonly usage: MeteredUsage | null;
  readonly cost: Money | null;
  readonly costStatus: CostStatus | null;
}

export type CacheUse = 'hit' | 'miss' | 'off';

/** Where a streamed answer goes. Not started before the first event of an upstream was seen to be good. */
export interface ClientSink {
  /** Commits the status and headers: called once, before the first write. */
  start(facts: AnswerFacts): void;
  /** Takes whole SSE events. @returns false when the client is slow: no more before `drained`. */
  write(events: Buffer): boolean;
  /** Resolves once the client can take more, or is gone. */
  drained(): Promise<void>;
}

export type Outcome = Completed | Failed | Cancelled;

/** True of every ending. */
export interface Ending {
  /** Calls upstream that failed, in order: InferenceAttemptFailed of each. */
  readonly failedAttempts: readonly InferenceAttemptFailed[];
  /** Calls made upstream, failed ones included. */
  readonly attempts: number;
  /** The model that answered last, or that was tried last. */
  readonly model: ModelId;
  readonly provider: ProviderSlug;
  readonly host: ProviderSlug;
  readonly usage: MeteredUsage | null;
  /** The provider's usage object, verbatim; an array of them when more than one attempt was billed. */
  readonly rawUsage: unknown;
  /** Null is unknown, never zero. */
  readonly cost: Money | null;
  readonly costStatus: CostStatus;
  /** Milliseconds from the call to the first content the client could see; null when none came. */
  readonly ttftMs: number | null;
  readonly inferenceMs: number;
  readonly cache: CacheUse;
  readonly continued: boolean;
  /** The answer as it was seen, for sealing: text, or JSON of the message when it is more than text. Null when nothing came. */
  output(): string | null;
}

export interface Completed extends Ending {
  readonly kind: 'completed';
  readonly finishReason: string | null;
  readonly answer: JsonAnswer | StreamAnswer;
  /** The whole answer as one chat.completion, put together again when it was streamed; null when it was too long to remember. Costs a parse: ask once. */
  completion(): Readonly<Record<string, unknown>> | null;
}

/** The answer of a call without a sink, as the upstream sent it: OpenAI's chat.completion. */
export interface JsonAnswer {
  readonly form: 'json';
  readonly bytes: Buffer;
  readonly value: Readonly<Record<string, unknown>>;
}

/** What is left to write of a stream (last chunk with metadata, `[DONE]`), after the ending is durable. */
export interface StreamAnswer {
  readonly form: 'stream';
  readonly tail: Buffer;
}

export interface Failed extends Ending {
  readonly kind: 'failed';
  readonly error: ClientError;
  /** Null when nothing was sent to the client: answer with `error.status`. Otherwise the SSE error event that ends the stream. */
  readonly tail: Buffer | null;
}

/** The error a client is shown: scrubbed of keys and of prompt text. */
export interface ClientError {
  readonly class: ErrorClass;
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Cancelled extends Ending {
  readonly kind: 'cancelled';
  readonly by: 'client' | 'operator';
}
