/** What a reader of the log pulls, wherever it comes from: the store, a subscription shared with others, a test. */
import type { Position, Recorded } from './domain/event.js';

/**
 * What a subscription says, in log order. A checkpoint means that everything up to it has been said: with a sparse
 * filter it is what makes a resume cheap.
 */
export type LogMessage =
  /** `bytes` is the size of its data in the log. */
  | { readonly kind: 'event'; readonly event: Recorded; readonly bytes: number }
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught-up' };

export interface SubscriptionStart {
  /** Strictly after this position; the start of the log when absent. */
  readonly from?: Position | undefined;
  /** Event types to receive. */
  readonly types: readonly string[];
}

/** Pulled message by message, or by as many as there are at once, which is cheaper. Ends after `unsubscribe`. */
export interface Subscription extends AsyncIterable<LogMessage> {
  /** Never an empty one. */
  chunks(): AsyncIterable<readonly LogMessage[]>;
  unsubscribe(): Promise<void>;
}

/** A subscription whose messages come in chunks, read one by one. */
export abstract class ChunkedSubscription implements Subscription {
  abstract chunks(): AsyncGenerator<readonly LogMessage[], void>;
  abstract unsubscribe(): Promise<void>;

  async *[Symbol.asyncIterator](): AsyncGenerator<LogMessage, void> {
    for await (const chunk of this.chunks()) yield* chunk;
  }
}

/** Position of the last message that has one. */
export function lastPosition(chunk: readonly LogMessage[]): Position | undefined {
  const last = chunk.findLast((message) => message.kind !== 'caught-up');
  return last && (last.kind === 'event' ? last.event.position : last.position);
}
