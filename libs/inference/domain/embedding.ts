/** Texts to be turned into vectors, and the vectors. */
import type { KeyMode, OrgId } from '../../identity/domain/caller.js';
import type { RequestId } from '../../routing/domain/vocabulary.js';
import type { ChainModel } from './chain.js';
import type { MeteredUsage } from './usage.js';

/** One text, as words or as the token ids of the model. */
export type EmbeddingText = string | readonly number[];
export type Vector = readonly number[];

export interface EmbeddingCall {
  readonly requestId: RequestId;
  readonly orgId: OrgId;
  /** `test`: the built-in sandbox answers for every model. */
  readonly mode: KeyMode;
  /** When the request was received (ISO 8601, UTC). */
  readonly at: string;
  /** The only model that may answer: vectors of another could not be compared with these. */
  readonly model: ChainModel;
  /** Never empty. */
  readonly texts: readonly EmbeddingText[];
  /** Length of vector asked for; null leaves it to the model. */
  readonly dimensions: number | null;
  /** Length of the model's vectors when none is asked for; null when it is not known. */
  readonly usualDimensions: number | null;
  readonly user: string | null;
  /** Seconds an identical request may be answered from memory; 0 is off. */
  readonly cacheTtlSeconds: number;
  /** Aborted when the client hangs up. */
  readonly signal: AbortSignal;
}

export interface EmbeddingAnswer {
  /** One for each text, in their order. */
  readonly vectors: readonly Vector[];
  /** Null when the provider counts nothing. */
  readonly usage: MeteredUsage | null;
  /** The provider's own usage object, verbatim. */
  readonly rawUsage: unknown;
}

/** The words of a request; token ids say nothing to a reader. */
export const wordsOf = (texts: readonly EmbeddingText[]): string[] => texts.filter((text): text is string => typeof text === 'string');
