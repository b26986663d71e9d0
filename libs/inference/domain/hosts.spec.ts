import { describe, expect, it } from '@jest/globals';
import { openAiChat } from '../formats/openai-chat.js';
import type { ChatBody } from './outcome.js';
import { acceptsPrefill, formatOf, hostOf, hosts, quirksOf } from './hosts.js';

const sentTo = (slug: string, body: object, prefill: string | null = null) =>
  openAiChat.request({ model: 'm', body: body as ChatBody, stream: true, prefill, quirks: quirksOf(hostOf(slug)!), maxOutput: null }).body;

it('knows at least twenty hosts of the OpenAI format, each with its own https address', () => {
  const rows = [...hosts.values()];
  expect(rows.filter(({ format }) => format === 'openai-chat').length).toBeGreaterThanOrEqual(20);
  expect(rows.every(({ baseUrl }) => URL.canParse(baseUrl) && baseUrl.startsWith('https://') && !baseUrl.endsWith('/'))).toBe(true);
  expect(new Set(rows.map(({ baseUrl }) => baseUrl)).size).toBe(rows.length);
});

it('finds hosts under the names that catalogues use', () => {
  expect(hostOf('qwen')?.slug).toBe('alibaba');
  expect(hostOf('moonshotai')?.slug).toBe('moonshot');
  expect(hostOf('nobody')).toBeNull();
});

it.each([
  ['o3-pro', 'openai-responses'],
  ['gpt-5-pro', 'openai-responses'],
  ['gpt-5.1-codex-mini', 'openai-responses'],
  ['gpt-5.1', 'openai-chat'],
  ['gpt-4o', 'openai-chat'],
])('OpenAI %s speaks %s', (model, format) => {
  expect(formatOf(hostOf('openai')!, model)).toBe(format);
});

it.each([
  ['anthropic', 'claude-sonnet-4-5-20250929', true],
  ['anthropic', 'claude-haiku-4-5-20251001', true],
  ['anthropic', 'claude-sonnet-4-6', false],
  ['anthropic', 'claude-opus-4-7', false],
  ['anthropic', 'claude-fable-5', false],
  ['mistral', 'mistral-large', true],
  ['openai', 'gpt-5', false],
])('%s %s takes a prefilled turn: %s', (host, model, expected) => {
  expect(acceptsPrefill(hostOf(host)!, model)).toBe(expected);
});

describe('the request is fitted to the host', () => {
  const body = {
    messages: [{ role: 'developer', content: 'Be brief.' }, { role: 'user', content: 'Hi' }],
    max_tokens: 9, seed: 1, store: true, unknown_field: 'kept', stream_options: { other: 1 },
  };

  it('OpenAI: the newer name of the limit, developer turns, unknown fields, usage always asked for', () => {
    expect(sentTo('openai', body)).toEqual({
      model: 'm', messages: body.messages, max_completion_tokens: 9, seed: 1, store: true, unknown_field: 'kept', stream: true,
      stream_options: { other: 1, include_usage: true },
    });
  });

  it('DeepSeek: system instead of developer, nothing of OpenAI’s platform', () => {
    const sent = sentTo('deepseek', { ...body, max_completion_tokens: 7 });
    expect(sent).toMatchObject({ max_tokens: 9, messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user' }] });
    expect(sent).not.toHaveProperty('store');
    expect(sent).not.toHaveProperty('max_completion_tokens');
  });

  it('Mistral: only what it knows, by its own names, a prefilled turn with its flag', () => {
    const sent = sentTo('mistral', body, 'So far');
    expect(sent).toMatchObject({ random_seed: 1, max_tokens: 9, messages: [{}, {}, { role: 'assistant', content: 'So far', prefix: true }] });
    for (const field of ['seed', 'store', 'unknown_field', 'stream_options']) expect(sent).not.toHaveProperty(field);
  });

  it('the caller’s body is left as it was', () => {
    const frozen = Object.freeze({ ...body });
    expect(() => sentTo('mistral', frozen)).not.toThrow();
  });
});

describe('marks of what to cache', () => {
  const messages = (mark: object) => [{ role: 'system', content: [{ type: 'text', text: 'a', ...mark }, { type: 'text', text: 'b' }] }];
  const marked = messages({ cache_control: { type: 'ephemeral' } });

  it.each([['openai', messages({})], ['mistral', messages({})], ['openrouter', marked], ['alibaba', marked]])('to %s', (slug, sent) =>
    expect(sentTo(slug, { messages: marked })['messages']).toEqual(sent));
});
