/** Preferences as they were: the organization's own stream, which is short, folded to a point of the past. */
import { Injectable } from '@nestjs/common';
import { happenedBy, type AsOf } from '../../event-sourcing/domain/as-of.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { preferences, preferencesStream, type PreferencesEvent } from '../domain/preferences.js';
import { safeDefaults, type PreferencesView } from './preferences.js';

@Injectable()
export class PastPreferences {
  constructor(private readonly log: EventLog) {}

  /** `position` is that of the organization's last change at or before the point; 0 before the first. */
  async at(orgId: OrgId, asOf: AsOf): Promise<{ readonly view: PreferencesView; readonly position: bigint }> {
    let state = preferences.initial;
    let position = 0n;
    for await (const event of this.log.read(preferencesStream(orgId))) {
      if (!happenedBy(asOf, event)) break;
      state = preferences.evolve(state, event as unknown as PreferencesEvent);
      position = event.position.commit;
    }
    const set = [...state.values()].map(({ key, value }) => [key, value] as const);
    return { view: { ...safeDefaults, ...Object.fromEntries(set) }, position };
  }
}
