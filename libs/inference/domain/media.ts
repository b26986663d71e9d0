/** Work that is not a conversation: pictures, clips, music, voices, transcripts and searches, asked for and answered. */
import type { CatalogModel } from '../../catalog/domain/model.js';
import type { Pricing } from '../../catalog/domain/pricing.js';
import { never } from '../../event-sourcing/domain/decider.js';
import type { KeyMode, OrgId } from '../../identity/domain/caller.js';
import { fromPico, pico, times, type Money } from '../../money/money.js';
import type { ContentMode, RequestId } from '../../routing/domain/vocabulary.js';
import type { ChainModel } from './chain.js';
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
  /** Aborted when the client hangs up. */
  readonly signal: AbortSignal;
}

export interface MediaModel extends ChainModel {
  readonly kind: MediaKind;
}

/** One thing that was made. */
export interface Artefact {
  readonly mime: string;
  /** Null when the provider keeps it at `url`. */
  readonly bytes: Buffer | null;
  readonly url: string | null;
  /** Length of what plays. */
  readonly seconds: number | null;
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
  /** Null when the provider counts nothing: the price is by unit. */
  readonly usage: MeteredUsage | null;
  /** The provider's own usage object, verbatim. */
  readonly rawUsage: unknown;
}

export const nothingMade: MediaAnswer = { artefacts: [], text: null, found: [], usage: null, rawUsage: null };

/** What was made, counted: what unit prices are for. */
export interface Quantities {
  readonly images: number;
  /** Null when nobody said how long it plays. */
  readonly seconds: number | null;
  readonly characters: number;
}

const secondsPerMinute = 60n;
const secondsPerClip = 30;

/**
 * The exact cost of media at a unit price; null when the price, or the length it depends on, is unknown. A price by the
 * minute is billed by the second, as its makers do; where a second is no whole number of pico-dollars, it is the next one.
 */
export function mediaCost(pricing: Pricing | null, { images, seconds, characters }: Quantities): Money | null {
  if (pricing === null || pricing.unit === 'token') return null;
  const price = fromPico(pricing.price);
  const whole = seconds === null ? null : Math.ceil(seconds);
  switch (pricing.unit) {
    case 'image':
      return times(price, images);
    case 'second':
      return whole === null ? null : times(price, whole);
    case 'minute':
      return whole === null ? null : times(pico((price + secondsPerMinute - 1n) / secondsPerMinute), whole);
    case 'started_minute':
      return whole === null ? null : times(price, Math.ceil(whole / Number(secondsPerMinute)));
    case 'clip':
      return whole === null ? null : times(price, Math.ceil(whole / secondsPerClip));
    case 'character':
      return times(price, characters);
    case 'song':
    case 'generation':
    case 'request':
      return price;
    default:
      return never(pricing);
  }
}
