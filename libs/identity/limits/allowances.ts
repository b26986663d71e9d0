/** What a rate limit is kept for and how it answers, wherever the counts live: in this process or in Redis. */
import type { Limits } from '../domain/api-key.js';

/** Whose limit it is: one key, or an organization over all its keys. */
export interface Subject {
  readonly id: string;
  readonly limits: Limits;
}

export type LimitKind = 'requests' | 'tokens' | 'concurrency';

/** Where a subject stands with its minute; null: no limit of that kind. */
export interface Standing {
  readonly requests: Remaining | null;
  readonly tokens: Remaining | null;
}

export interface Remaining {
  readonly limit: number;
  readonly left: number;
  /** Milliseconds until the whole limit is there again. */
  readonly resetMs: number;
}

export interface Granted {
  readonly granted: true;
  /** One per subject, in the order asked. */
  readonly standings: readonly Standing[];
  /**
   * Ends the request: its place is free again, and the tokens it really used replace the estimate. More than was
   * estimated counts from now on; less is given back. Null keeps the estimate. Only the first call counts.
   */
  release(actualTokens: number | null): void;
  /** Instead of `release`, for a request that was refused further on before anything ran: it counts as never having come. */
  withdraw(): void;
}

/** A refused request has taken nothing from any limit. */
export interface Denied {
  readonly granted: false;
  readonly kind: LimitKind;
  readonly subject: Subject;
  /** Milliseconds until it could be granted; Infinity when it is larger than the limit itself. */
  readonly waitMs: number;
  readonly standings: readonly Standing[];
}

export interface Allowances {
  /** Takes one request, `tokens` tokens and one place from every subject, or nothing from any. */
  take(subjects: readonly Subject[], tokens: number): Granted | Denied | Promise<Granted | Denied>;
}

/** How long a request whose turn is unknown (all places taken) is asked to wait. */
export const waitForPlaceMs = 1_000;
export const minuteMs = 60_000;
