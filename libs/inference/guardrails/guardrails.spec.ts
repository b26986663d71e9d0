import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../platform/http/api-error.js';
import { textsOf } from '../chat/estimate.js';
import { moderate } from './moderate.js';
import { idCountries } from './national-ids.js';
import { scoresOn } from './score.js';
import { labelled } from './testing/labelled.js';

describe('on the labelled prompts', () => {
  it.each(scoresOn(labelled))('$kind is found and nothing else is taken for it', ({ missed, wrong }) => {
    expect({ missed, wrong }).toEqual({ missed: [], wrong: [] });
  });
});

it('knows the ids of at least six countries', () => {
  expect(idCountries.length).toBeGreaterThanOrEqual(6);
});

it('refuses with a clear 400 that names the kinds, never the values', () => {
  let error: unknown;
  try {
    moderate(['hello', 'pay 4111 1111 1111 1111 for jane@roe.example']);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 400, code: 'guardrail_blocked' });
  expect((error as ApiError).message).toBe('Blocked before inference: the prompt contains an e-mail address and a payment card number.');
});

it('lets an innocent prompt pass', () => {
  expect(() => moderate(['What is the capital of France?'])).not.toThrow();
});

it('a million characters of almost-numbers are read in bounded time', () => {
  expect(() => moderate(['4111 1111 1111 1112 12.345.678-9 +1 (415) 555 1 '.repeat(20_000)])).not.toThrow();
});

it('reads all that is sent: parts of messages, results of tools, and what tools were called with', () => {
  const messages = [
    { role: 'user', content: [{ type: 'text', text: 'one' }, { type: 'image_url', image_url: { url: 'https://example.com' } }] },
    { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"mail":"jane@roe.example"}' } }] },
    { role: 'tool', tool_call_id: 'c', content: 'three' },
  ];
  expect(textsOf({ messages })).toEqual(['one', '{"mail":"jane@roe.example"}', 'three']);
});
