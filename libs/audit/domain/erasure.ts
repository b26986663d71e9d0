/** Erasure: the keys of texts are destroyed, and the log says so on the organization's stream. */
import type { Decider } from '../../event-sourcing/domain/decider.js';

export interface DataKeyDestroyed {
  /** Of every destroyed key of this scope; nothing can be read with them any more. */
  readonly keyIds: readonly string[];
  /** Whose: the organization's with all its end users', or one end user's, who is not named. */
  readonly scope: 'organization' | 'subject';
}

export type ErasureEvent = { readonly type: 'DataKeyDestroyed'; readonly data: DataKeyDestroyed };

/** State: the ids the log already told of. */
export const erasure: Decider<ReadonlySet<string>, DataKeyDestroyed, ErasureEvent> = {
  initial: new Set(),

  /** Telling the same again is no news. */
  decide(command, told) {
    return command.keyIds.every((id) => told.has(id)) ? [] : [{ type: 'DataKeyDestroyed', data: command }];
  },

  evolve(told, event) {
    return event.type === 'DataKeyDestroyed' ? new Set([...told, ...event.data.keyIds]) : told;
  },
};
