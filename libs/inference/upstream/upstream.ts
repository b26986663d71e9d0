/** One call to a provider, seen from this side: bytes go out, a status and bytes come back. */
import type { ProviderHost } from '../domain/hosts.js';

export interface UpstreamRequest {
  readonly host: ProviderHost;
  /** Below the host's base URL, with a leading slash. */
  readonly path: string;
  readonly key: string;
  /** The request in the host's format: a plain object, sent as JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Which call of the request this is, from 1. */
  readonly attempt: number;
}

/** Hears of one call. Exactly one of `onEnd` and `onError` comes last, unless the call is aborted: then none. */
export interface Receiver {
  onHead(status: number, header: (name: string) => string | undefined): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

export interface Transfer {
  /** Stops reading from the provider, so that its side fills up and waits. */
  pause(): void;
  resume(): void;
  /** Closes the connection at once. Nothing more is received. */
  abort(): void;
}

export interface Upstream {
  send(request: UpstreamRequest, receiver: Receiver): Transfer;
  close(): Promise<void>;
}
