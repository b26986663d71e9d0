/** What a fresh installation needs before it can route: a catalogue, a policy, an organization and a key. Each only when it is not there. */
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import type { Config } from '../../libs/platform/config.js';

export interface FirstKey {
  readonly key: string;
}
