/** Work that takes longer than a client should wait: it is answered with a job, whose id is the request's. Pure. */
import type { MediaModel } from '../../inference/domain/media.js';
import type { InferenceFailed } from './events.js';
import type { TerminalEvent } from './terminal.js';
import { longWorkKinds, type LongWorkKind } from './vocabulary.js';

/** All that the worker needs to do the work without the process that took it in. Plain JSON: it is kept sealed. */
export interface LongWork {
  readonly kind: LongWorkKind;
  /** Best first; never empty; with the prices pinned by the decision. */
  readonly chain: readonly MediaModel[];
  readonly prompt: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** How a request is served that is not answered yet: its ending is the job's to write. */
export interface Deferred {
  readonly kind: 'deferred';
  readonly work: LongWork;
}

export const isLongWork = (kind: string): kind is LongWorkKind => (longWorkKinds as readonly string[]).includes(kind);

export type JobStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

/** In the shape of every error of the API. */
export interface JobError {
  readonly message: string;
  readonly type: string;
  readonly param: null;
  readonly code: string;
}

export interface JobEnding {
  readonly status: Extract<JobStatus, 'completed' | 'failed' | 'cancelled'>;
  /** Null unless it failed. */
  readonly error: JobError | null;
}

/** The log says how a job ended; its row only repeats it. */
export function endingOf({ type, data }: Pick<TerminalEvent, 'type' | 'data'>): JobEnding {
  switch (type) {
    case 'InferenceCompleted':
      return { status: 'completed', error: null };
    case 'InferenceCancelled':
      return { status: 'cancelled', error: null };
    case 'InferenceFailed': {
      const { message, errorCode } = data as InferenceFailed;
      return { status: 'failed', error: { message, type: 'upstream_error', param: null, code: errorCode } };
    }
  }
}

/** Results are kept this long after the job has ended. */
export const resultHours = 24;

export const expiryOf = (endedAt: string): string => new Date(Date.parse(endedAt) + resultHours * 3_600_000).toISOString();
