/** A wire format for media: how one host is asked for one kind of work, and how its answer is read. One file each. */
import type { FormData } from 'undici';
import type { MediaAnswer, MediaCall, MediaKind } from '../domain/media.js';
import type { ProviderHost } from '../domain/hosts.js';

export interface MediaRequest {
  readonly method: 'GET' | 'POST';
  /** Below the host's base URL, or a whole address that the provider itself gave. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A plain object goes as JSON, a form as multipart, a buffer as it is. */
  readonly body?: Readonly<Record<string, unknown>> | FormData | Buffer;
}

export interface MediaResponse {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
}

/** Work that takes long: the provider gave a number, and is asked again. */
export interface Pending {
  readonly pending: { readonly poll: MediaRequest; readonly progress: number | null };
}

export interface MediaFormat {
  readonly kinds: readonly MediaKind[];
  request(call: MediaCall, modelId: string, host: ProviderHost): MediaRequest;
  /** Reads a good answer, first or polled. @throws InvalidAnswer when it makes no sense. */
  read(response: MediaResponse, call: MediaCall): MediaAnswer | Pending | Promise<MediaAnswer | Pending>;
}

/** The provider answered with something that could not be understood, or said inside a 200 that it failed. */
export class InvalidAnswer extends Error {
  constructor(
    message: string,
    readonly code: string | null = null,
  ) {
    super(message);
    this.name = 'InvalidAnswer';
  }
}

export const isPending = (answer: MediaAnswer | Pending): answer is Pending => 'pending' in answer;
