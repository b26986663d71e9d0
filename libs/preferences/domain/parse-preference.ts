/** Turns what a caller sent into a preference, or says what is wrong with it. Validation happens once, here. */
import type { KnownNames } from '../../catalog/domain/known-names.js';
import { Refused } from '../../event-sourcing/domain/decider.js';
import { contentModes, optimizations, tasks, type ModelId } from '../../routing/domain/vocabulary.js';
import { preferenceKeys, type Preference, type PreferenceKey } from './preferences.js';

const mostEntries = 1_000;

/** @throws Refused when there is no such key. */
export function parsePreferenceKey(text: string): PreferenceKey {
  const key = preferenceKeys.find((known) => known === text);
  if (!key) throw new Refused('unknown_preference', `There is no preference "${text.slice(0, 100)}". Keys: ${preferenceKeys.join(', ')}.`, 'key');
  return key;
}

/** @throws Refused naming the value, when it is not of the key's type or the catalogue does not know it. */
export function parsePreference(key: PreferenceKey, value: unknown, known: KnownNames): Preference {
  switch (key) {
    case 'default_optimization':
      return { key, value: oneOf(optimizations, value) };
    case 'default_task':
      return { key, value: oneOf(tasks, value) };
    case 'content_mode_default':
      return { key, value: oneOf(contentModes, value) };
    case 'excluded_providers':
    case 'preferred_providers':
      return { key, value: names(value, 'provider', (slug) => known.hasProvider(slug)) };
    case 'excluded_models':
      return { key, value: names(value, 'model', (id) => known.hasModel(id)) as ModelId[] };
  }
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown): T {
  const found = allowed.find((option) => option === value);
  if (!found) throw new Refused('invalid_value', `value must be one of ${allowed.join(', ')}.`, 'value');
  return found;
}

/** Each name once, in the order given. An unknown one is refused even where it would do no harm: it is a typing error. */
function names(value: unknown, what: 'provider' | 'model', isKnown: (name: string) => boolean): string[] {
  if (!Array.isArray(value) || value.length > mostEntries || !value.every((name) => typeof name === 'string')) {
    throw new Refused('invalid_value', `value must be a list of ${what} names, at most ${mostEntries}.`, 'value');
  }
  const unknown = value.find((name) => !isKnown(name));
  if (unknown !== undefined) throw new Refused('invalid_value', `The catalogue has no ${what} "${unknown.slice(0, 200)}".`, 'value');
  return [...new Set(value)];
}
