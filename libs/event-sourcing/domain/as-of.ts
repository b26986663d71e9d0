/** Points of the past that can be asked for, and which events lie before them. */
import type { Recorded } from './event.js';

/** A point of the past: a commit position, or a time in milliseconds since 1970. Both include what happened at it. */
export type AsOf = { readonly position: bigint } | { readonly atMs: number };

/** Whether an event had happened by then. */
export const happenedBy = (asOf: AsOf, { position, createdMs }: Pick<Recorded, 'position' | 'createdMs'>): boolean =>
  'position' in asOf ? position.commit <= asOf.position : createdMs <= asOf.atMs;
