import { describe, expect, it } from '@jest/globals';
import { parsePreference, parsePreferenceKey } from './parse-preference.js';
import type { PreferenceKey } from './preferences.js';

const known = { hasModel: (id: string) => id === 'openai/gpt-5', hasProvider: (slug: string) => ['openai', 'google'].includes(slug) };

describe('what a caller may prefer', () => {
  it.each<[PreferenceKey, unknown, unknown]>([
    ['default_optimization', 'balanced', 'balanced'],
    ['default_task', 'web_search', 'web_search'],
    ['content_mode_default', 'edit', 'edit'],
    ['excluded_providers', ['openai', 'google', 'openai'], ['openai', 'google']],
    ['preferred_providers', [], []],
    ['excluded_models', ['openai/gpt-5'], ['openai/gpt-5']],
  ])('takes %s %j', (key, value, expected) => expect(parsePreference(key, value, known)).toEqual({ key, value: expected }));

  it.each<[PreferenceKey, unknown, RegExp]>([
    ['default_optimization', 'cheapest', /price-optimized, balanced, output-optimized/],
    ['default_task', null, /one of text/],
    ['default_task', ['text'], /one of text/],
    ['content_mode_default', 3, /generate, edit, combine/],
    ['excluded_providers', 'openai', /list of provider names/],
    ['excluded_providers', [1], /list of provider names/],
    ['preferred_providers', ['openai', 'opnai'], /no provider "opnai"/],
    ['excluded_models', ['openai/gpt-6'], /no model "openai\/gpt-6"/],
    ['excluded_models', {}, /list of model names/],
  ])('refuses %s %j', (key, value, message) =>
    expect(() => parsePreference(key, value, known)).toThrow(expect.objectContaining({ name: 'Refused', param: 'value', message: expect.stringMatching(message) })));

  it('refuses a key that does not exist, naming those that do', () =>
    expect(() => parsePreferenceKey('favourite_colour')).toThrow(expect.objectContaining({ param: 'key', message: expect.stringContaining('excluded_models') })));
});
