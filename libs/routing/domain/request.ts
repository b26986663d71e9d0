/**
 * All that a decision may know of a request, besides its text. It is recorded whole in RouteRequested, so a replay
 * decides from the same input: `decision = decide(request, text, view at P, policy)`. Plain JSON, no undefined.
 */
import type { KeyMode, KeyScope, OrgId } from '../../identity/domain/caller.js';
import type { PicoDollars } from '../../money/money.js';
import type { ClassificationMode, ContentMode, Endpoint, Modality, ModelId, Optimization, PriceTier, ProviderSlug, RequestId, Task } from './vocabulary.js';

export interface RoutingRequest {
  readonly requestId: RequestId;
  readonly orgId: OrgId;
  /** The only clock of a decision: when the request was received (ISO 8601, milliseconds, UTC). */
  readonly at: string;
  /** The only chance of a decision: 32 bits drawn from the request id. */
  readonly seed: number;
  readonly endpoint: Endpoint;
  /** Health and speed seen by test keys come from the sandbox and count for test keys alone. */
  readonly mode: KeyMode;
  readonly hints: RoutingHints;
  readonly profile: InputProfile;
  readonly session: SessionContext | null;
  /** The most the request may cost, `budget_dollars` of the contract. */
  readonly budget: PicoDollars | null;
  readonly scope: KeyScope | null;
  /** Slugs of the hosts that could be called when the request came, sorted: those with a key. Absent: the sandbox serves every model. */
  readonly hosts?: readonly ProviderSlug[];
  /** Models whose input schema refuses what is sent: checked at the edge, because only the edge has it. Absent when none did. */
  readonly unfit?: readonly ModelId[];
}

/** What the caller asked for in words of the contract; each narrows or decides. Null where nothing was asked. */
export interface RoutingHints {
  readonly task: Task | null;
  readonly contentMode: ContentMode | null;
  readonly optimization: Optimization | null;
  readonly mode: ClassificationMode;
  readonly taxonomy: string | null;
  readonly provider: string | null;
  readonly catalogFamily: string | null;
  /** An explicit model: ranking is skipped. */
  readonly model: ModelId | null;
  /** Stand in for the explicit model when it cannot serve or fails, in this order. Absent when none were named. */
  readonly fallbackModels?: readonly ModelId[];
  readonly taskType: string | null;
  readonly capabilities: readonly string[];
  /** `maxCost` of the explicit route: no dearer tier than this. */
  readonly maxPriceTier: PriceTier | null;
}

/** Nothing asked for by name. */
export const noHints: RoutingHints = {
  task: null, contentMode: null, optimization: null, mode: 'auto', taxonomy: null, provider: null, catalogFamily: null, model: null,
  taskType: null, capabilities: [], maxPriceTier: null,
};

/** The shape of the input, measured once when the body is parsed. */
export interface InputProfile {
  /** Modalities present in the input, sorted. */
  readonly modalities: readonly Modality[];
  /** Estimated tokens of everything sent upstream. */
  readonly inputTokens: number;
  /** `max_tokens` as asked, else null. */
  readonly maxOutputTokens: number | null;
  /** Characters of the last user turn. */
  readonly promptChars: number;
  readonly systemChars: number;
  /** Turns before the last user turn. */
  readonly historyTurns: number;
  readonly attachments: number;
  readonly tools: number;
  readonly wantsJsonSchema: boolean;
  readonly stream: boolean;
  /** Media quantities that price the work: seconds, images, characters; absent where unknown. */
  readonly seconds: number | null;
  readonly images: number | null;
  /** Of a request for vectors: tokens of its longest text, and the length of vector asked for, else null. */
  readonly embedding?: { readonly longestTokens: number; readonly dimensions: number | null };
}

/** What the session brought so far; kept in memory by the API process and recorded with the request. */
export interface SessionContext {
  readonly sessionId: string;
  /** Prompts of this session before this one. */
  readonly prompts: number;
  readonly lastTask: Task | null;
  readonly lastModel: ModelId | null;
}

/** The texts a classification reads. Personal data: encrypted in the log, and gone after an erasure. */
export interface RoutingText {
  /** The last user turn. */
  readonly prompt: string;
  /** Context only; never what is classified. */
  readonly system: string;
  /** The user turns before, the nearest first, each cut short. Context only. Absent where there are none. */
  readonly earlier?: readonly string[];
}
