import { describe, it } from '@jest/globals';
import { decider } from '../../event-sourcing/testing/given.js';
import { preferences, type PreferencesEvent } from './preferences.js';

const { given, nothing } = decider(preferences);
const balanced: PreferencesEvent = { type: 'PreferenceSet', data: { key: 'default_optimization', value: 'balanced' } };

describe('preferences', () => {
  it('sets what was not set', () => nothing.when({ type: 'SetPreference', preference: { key: 'default_optimization', value: 'balanced' } }).then(balanced));

  it('says nothing when the value is already so', () =>
    given([balanced]).when({ type: 'SetPreference', preference: { key: 'default_optimization', value: 'balanced' } }).thenNothing());

  it('deletes what is set', () =>
    given([balanced])
      .when({ type: 'DeletePreference', key: 'default_optimization' })
      .then({ type: 'PreferenceDeleted', data: { key: 'default_optimization' } }));

  it('says nothing when there is nothing to delete', () => nothing.when({ type: 'DeletePreference', key: 'default_task' }).thenNothing());
});
