/** The routing view as it was, for whoever answers questions of the past; given by whoever keeps its history. */
import type { AsOf } from '../../event-sourcing/domain/as-of.js';
import type { RoutingView } from './view.js';

export interface PastViewSource {
  /** @returns the view, and the moment it is seen from (milliseconds since 1970): of the end of the log, now. */
  seenFrom(point: AsOf): Promise<{ readonly view: RoutingView; readonly atMs: number }>;

  /** A position that everything written in the last `lengthMs` before a point lies after; 0 when none is known. */
  startOfLast(lengthMs: number, point: AsOf): Promise<bigint>;
}

/** Injection token. */
export const PAST_VIEWS = Symbol('PastViewSource');
