/** Work that takes longer than a client should wait: it is answered with a job, whose id is the request's. Pure. */
import type { MediaModel } from '../../inference/domain/media.js';
import { countAsked, pixelsAsked, textAsked } from '../../inference/domain/media-parameters.js';
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

export const mayBeJob = (kind: string): kind is LongWorkKind => (longWorkKinds as readonly string[]).includes(kind);

/** Pictures of so many megapixels in all are long work: one of 4K, four of 2K. */
const longPicturesMegapixels = 16;
const pixelsOfMegapixel = 1024 * 1024;

/** Whether it takes longer than a client should wait: clips and music always, pictures when they are large or many. */
export function takesLong(kind: LongWorkKind, parameters: Readonly<Record<string, unknown>>): boolean {
  if (kind === 'image') return countAsked(parameters) * megapixelsAsked(parameters) >= longPicturesMegapixels;
  return kind === 'video' || kind === 'music';
}

function megapixelsAsked(parameters: Readonly<Record<string, unknown>>): number {
  const pixels = pixelsAsked(parameters);
  if (pixels) return (pixels[0] * pixels[1]) / pixelsOfMegapixel;
  const [, thousands] = /^([\d.]+)k$/i.exec(textAsked(parameters, ['size', 'image_size', 'resolution']) ?? '') ?? [];
  return thousands === undefined ? 1 : Number(thousands) ** 2;
}

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
