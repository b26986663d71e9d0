/** A wire format for media: how a host is asked for one kind of work, and how its answers are read. One file each. */
import type { FormData } from 'undici';
import type { MediaAnswer, MediaCall, MediaKind, PlainRequest } from '../domain/media.js';

export interface MediaRequest extends Omit<PlainRequest, 'body'> {
  /** A plain object goes as JSON, a form as multipart, a buffer as it is. */
  readonly body?: Readonly<Record<string, unknown>> | FormData | Buffer;
}

export interface MediaResponse {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
}

/** Work that takes long: the provider has taken it on, and is asked again. */
export interface Pending {
  readonly pending: {
    /** How it is asked; absent: as before. */
    readonly poll?: PlainRequest;
    /** How the provider is told to stop; null where it cannot be; absent: as before. */
    readonly cancel?: PlainRequest | null;
    /** 0 to 1; null when the provider does not say. */
    readonly progress: number | null;
    /** It is done: what it made is at `poll`, which is asked at once. */
    readonly isDone?: boolean;
  };
}

/** What is asked for, at one host. */
export interface MediaAsk {
  readonly call: MediaCall;
  readonly kind: MediaKind;
  /** The id the host knows the model by. */
  readonly modelId: string;
  /** Slug of the host. */
  readonly host: string;
}

export interface MediaFormat {
  request(ask: MediaAsk): MediaRequest;
  /** Reads a good answer, first or polled. @throws InvalidAnswer when it makes no sense, or says that the work has failed. */
  read(response: MediaResponse, ask: MediaAsk): MediaAnswer | Pending;
}

/** The provider answered with something that could not be understood, or said inside a 200 that it failed. */
export class InvalidAnswer extends Error {
  /** @param said whether these are the provider's own words, by which the failure is sorted. */
  constructor(
    message: string,
    readonly code: string | null = null,
    readonly said = false,
  ) {
    super(message);
    this.name = 'InvalidAnswer';
  }
}

/** The provider says that the work has failed. */
export const failed = (message: string, code: string | null = null): InvalidAnswer => new InvalidAnswer(message, code, true);

export const isPending = (answer: MediaAnswer | Pending): answer is Pending => 'pending' in answer;
