import type { Recorded } from './domain/event.js';
import type { LogMessage } from './subscription.js';

/** What can be subscribed to; EventLog is one. */
export interface Subscribable {
  subscribe(options: { from?: { commit: bigint; prepare: bigint } | undefined; types?: readonly string[] }): AsyncIterable<LogMessage> & { unsubscribe(): Promise<void> };
}

export interface Stretch {
  /** Event types to read; everything of ours when absent. The server leaves out the rest. */
  readonly types?: readonly string[];
  /** Strictly after this commit position; from the start when absent. */
  readonly after?: bigint;
  /** Up to this commit position, inclusive. */
  readonly upTo: bigint;
}

/** A stretch of the log, in order; ends at `upTo`, or where the log ends when that is earlier. */
export async function* eventsUpTo(log: Subscribable, { types, after, upTo }: Stretch): AsyncGenerator<Recorded> {
  if (after !== undefined && after >= upTo) return;
  const subscription = log.subscribe({ from: after === undefined || after === 0n ? undefined : { commit: after, prepare: after }, ...(types ? { types } : {}) });
  try {
    for await (const message of subscription) {
      if (message.kind === 'caught-up') return;
      if (message.kind === 'checkpoint') {
        if (message.position.commit >= upTo) return;
        continue;
      }
      if (message.event.position.commit > upTo) return;
      yield message.event;
      if (message.event.position.commit === upTo) return;
    }
  } finally {
    await subscription.unsubscribe();
  }
}
