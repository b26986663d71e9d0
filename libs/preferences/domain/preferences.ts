/** What an organization asks of the router. One stream each: preferences-{orgId}. */
import { never, type Decider } from '../../event-sourcing/domain/decider.js';
import type { ContentMode, ModelId, Optimization, ProviderSlug, Task } from '../../routing/domain/vocabulary.js';

/** Each key with its own value type, so that a wrong pair does not compile. */
export type Preference =
  | { readonly key: 'default_optimization'; readonly value: Optimization }
  | { readonly key: 'default_task'; readonly value: Task }
  | { readonly key: 'excluded_providers' | 'preferred_providers'; readonly value: readonly ProviderSlug[] }
  | { readonly key: 'excluded_models'; readonly value: readonly ModelId[] }
  | { readonly key: 'content_mode_default'; readonly value: ContentMode };
export type PreferenceKey = Preference['key'];

export const preferenceKeys = [
  'default_optimization', 'default_task', 'excluded_providers', 'excluded_models', 'preferred_providers', 'content_mode_default',
] as const satisfies readonly PreferenceKey[];

export type PreferencesEvent =
  | { readonly type: 'PreferenceSet'; readonly data: Preference }
  | { readonly type: 'PreferenceDeleted'; readonly data: { readonly key: PreferenceKey } };

export type PreferencesCommand =
  | { readonly type: 'SetPreference'; readonly preference: Preference }
  | { readonly type: 'DeletePreference'; readonly key: PreferenceKey };

export type Preferences = ReadonlyMap<PreferenceKey, Preference>;

export const preferences: Decider<Preferences, PreferencesCommand, PreferencesEvent> = {
  initial: new Map(),

  /** Setting what is set, or deleting what is absent, is no news: no event. */
  decide(command, state) {
    switch (command.type) {
      case 'SetPreference':
        return same(state.get(command.preference.key), command.preference) ? [] : [{ type: 'PreferenceSet', data: command.preference }];
      case 'DeletePreference':
        return state.has(command.key) ? [{ type: 'PreferenceDeleted', data: { key: command.key } }] : [];
      default:
        return never(command);
    }
  },

  evolve(state, event) {
    const next = new Map(state);
    switch (event.type) {
      case 'PreferenceSet':
        return next.set(event.data.key, event.data);
      case 'PreferenceDeleted':
        next.delete(event.data.key);
        return next;
      default:
        return state;
    }
  },
};

const same = (a: Preference | undefined, b: Preference): boolean => a !== undefined && JSON.stringify(a.value) === JSON.stringify(b.value);

export const preferencesStream = (orgId: string): `preferences-${string}` => `preferences-${orgId}`;
