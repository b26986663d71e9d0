/** Work that is not a conversation: pictures, clips, music, voices, transcripts and searches, asked for and answered. */
import type { CatalogModel } from '../../catalog/domain/model.js';
import type { KeyMode, OrgId } from '../../identity/domain/caller.js';
import type { PicoDollars } from '../../money/money.js';
import type { InferenceAttemptFailed } from '../../routing/domain/events.js';
import type { ContentMode, ModelId, ProviderSlug, RequestId } from '../../routing/domain/vocabulary.js';
import type { ChainModel, ModelEndpoint } from './chain.js';
import type { MeteredUsage } from './usage.js';

/** What a model is asked to make, whatever its maker calls it. */
export const mediaKinds = ['image', 'video', 'music', 'speech', 'transcript', 'search'] as const;
export type MediaKind = (typeof mediaKinds)[number];

/** The kind of work of a model; null for one that is spoken to by chat. */
export function mediaKindOf({ task_type, pricing }: Pick<CatalogModel, 'task_type' | 'pricing'>): MediaKind | null {
  switch (task_type) {
    case 'web_search':
      // A search engine is paid by the request; a language model that searches, by tokens.
      return pricing?.unit === 'request' ? 'search' : null;
    case 'image_generation':
    case 'image_editing':
      return 'image';
    case 'video_generation':
    case 'image_to_video':
    case 'video_editing':
    case 'avatar_video':
    case 'character_performance':
      return 'video';
    case 'music_generation':
      return 'music';
    case 'text_to_speech':
    case 'speech_to_speech':
      return 'speech';
    case 'speech_to_text':
      return 'transcript';
    default:
      return null;
  }
}

/** A picture, recording or clip that is given: by address, or as bytes. */
export interface MediaSource {
  readonly url: string | null;
  readonly bytes: Buffer | null;
  readonly mime: string;
}

export interface MediaCall {
  readonly requestId: RequestId;
  readonly orgId: OrgId;
  /** `test`: the built-in sandbox provider serves every model of the chain. */
  readonly mode: KeyMode;
  /** When the request was received (ISO 8601, UTC). */
  readonly at: string;
  /** Best first; never empty. */
  readonly chain: readonly MediaModel[];
  readonly contentMode: ContentMode;
  /** What is wanted in words; what is said, for speech. */
  readonly prompt: string;
  /** Parameters as the client named them: size, n, voice, duration ... */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly images: readonly MediaSource[];
  readonly audio: MediaSource | null;
  /** Told how far the work has come, 0 to 1, as often as the provider says. */
  readonly onProgress?: (progress: number) => void;
  /** Aborted when the client hangs up, or asks for an end: the provider is told. */
  readonly signal: AbortSignal;
  /** Whether what is made is fetched at once, because the provider's own address of it will not last. */
  readonly keep?: boolean;
  /** Of work that outlives a process. */
  readonly journal?: WorkJournal;
}

/** What is durable of work under way, so that another process goes on with it and asks nobody anew. */
export interface WorkJournal {
  /** What the process before had noted; null at the first run. */
  readonly before: WorkNote | null;
  /** Resolves once it is durable. */
  note(note: WorkNote): Promise<void>;
  /** Aborted when this process stops: work that a provider has taken on is left to it. */
  readonly leave: AbortSignal;
}

/** Where the work stands: which model was asked where, and how the provider is asked again. Plain JSON. */
export interface WorkNote {
  readonly model: ModelId;
  readonly host: ProviderSlug;
  /** Which of the keys of the host, from 0: what one has asked for, another may not see. */
  readonly key: number;
  /** When the provider was asked, milliseconds since 1970. */
  readonly sentMs: number;
  /** Null from before the provider is asked until it has taken the work on. */
  readonly accepted: Accepted | null;
  readonly failedAttempts: readonly InferenceAttemptFailed[];
  /** What earlier attempts have cost that were billed and not delivered; null is unknown. */
  readonly spent: PicoDollars | null;
}

export interface Accepted {
  readonly poll: PlainRequest;
  /** Null where the provider cannot be told to stop. */
  readonly cancel: PlainRequest | null;
}

/** A request to a provider without a file in it. */
export interface PlainRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the host's base URL, or a whole address that the provider itself gave. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface MediaModel extends ChainModel {
  readonly kind: MediaKind;
  readonly endpoints: readonly MediaEndpoint[];
}

/** One address that media are made at. */
export interface MediaEndpoint extends ModelEndpoint {
  /** The id for requests that bring a picture, where it is another. */
  readonly withImage?: string;
}

/** One thing that was made. */
export interface Artefact {
  readonly mime: string;
  /** Null when the provider keeps it at `url`. */
  readonly bytes: Buffer | null;
  readonly url: string | null;
  /** Length of what plays. */
  readonly seconds: number | null;
  /** Whether `url` opens with the provider's key alone: it is fetched, never shown. */
  readonly locked?: boolean;
}

export interface Found {
  readonly title: string;
  readonly url: string;
  readonly snippet: string;
}

export interface MediaAnswer {
  readonly artefacts: readonly Artefact[];
  /** A transcript, or the answer of a search. */
  readonly text: string | null;
  readonly found: readonly Found[];
  /** Null when the provider counts no tokens: the price is by unit. */
  readonly usage: MeteredUsage | null;
  /** Characters the provider billed, where it counts them its own way. */
  readonly characters?: number;
  /** The provider's own usage object, verbatim. */
  readonly rawUsage: unknown;
}

export const nothingMade: MediaAnswer = { artefacts: [], text: null, found: [], usage: null, rawUsage: null };
