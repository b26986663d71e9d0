/**
 * A reactor makes consequences of events: debits, credits, webhooks. It is not a projection: its checkpoint is its own,
 * so a rebuild of a read model never fires an effect twice, and it must bear to be given the same events again.
 */
import type { Recorded } from '../domain/event.js';

export interface Reactor {
  /** Also the name of its checkpoint; never reused for something else. */
  readonly name: string;
  readonly types: readonly string[];
  /**
   * Events in the order of the log, at least once. Everything is done when it resolves; when it rejects, the same
   * batch is brought again, for ever: money waits rather than being left out.
   */
  handle(events: readonly Recorded[]): Promise<void>;
}
