/**
 * One run of one projection: open, subscribe from the checkpoint, fold and commit batch after batch. It ends when it
 * is stopped, or throws what ended it; whoever leads then starts another run from the checkpoint in the database,
 * so an unknown outcome of a COMMIT is never replayed blindly.
 */
import type { Position } from '../domain/event.js';
import type { Subscription } from '../subscription.js';
import type { Timer } from '../timer.js';
import { Applier, folded } from './applier.js';
import { batches, usualLimits, type BatchLimits } from './batches.js';
import type { Environment, Observer } from './committer.js';
import type { Projection } from './projection.js';
import type { ProjectionStore } from './store.js';

export interface RunOptions {
  readonly projection: Projection;
  readonly store: ProjectionStore;
  subscribe(from: Position | null, types: readonly string[]): Subscription;
  readonly observer: Observer;
  readonly environment: Environment;
  readonly timer: Timer;
  readonly signal: AbortSignal;
  readonly limits?: BatchLimits;
}

/** @throws Fenced, CannotRun, or the error of the connection that broke. */
export async function run(options: RunOptions): Promise<void> {
  const { projection, store, observer, environment, signal } = options;
  const opened = await store.open();
  observer.opened(opened.checkpoint.epoch);
  if (signal.aborted) return;
  const applier = new Applier(projection, store, opened, { observer, environment });
  const subscription = options.subscribe(opened.checkpoint.position, projection.types);
  const stop = () => void subscription.unsubscribe();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const batch of oneAhead(folded(projection, batches(subscription.chunks(), options.limits ?? usualLimits, options.timer)))) {
      if (signal.aborted) return;
      if (batch.position) await applier.apply(batch.events, batch.position, batch.ahead);
      observer.caughtUp(batch.caughtUp);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await subscription.unsubscribe();
  }
}

/** Gathers, decodes and folds the next batch while this one commits: one in hand, one on the way, never more. */
export async function* oneAhead<T>(source: AsyncGenerator<T, void>): AsyncGenerator<T> {
  let next = source.next();
  for (;;) {
    const current = await next;
    if (current.done) return;
    next = source.next();
    // Its failure is thrown when its turn comes.
    next.catch(() => undefined);
    yield current.value;
  }
}
