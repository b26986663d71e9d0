import { describe, expect, it } from '@jest/globals';
import { classify, retryAfter } from './failure.js';

describe('a refusal is classified by what is said first, then by its status', () => {
  it.each([
    [400, 'context_length_exceeded', "This model's maximum context length is 8192 tokens.", 'context_length'],
    [400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum', 'context_length'],
    [413, 'request_too_large', 'Request exceeds the maximum size', 'context_length'],
    [400, 'content_policy_violation', 'Your request was rejected.', 'content_policy'],
    [400, 'content_filter', "The response was filtered due to Azure OpenAI's content management policy", 'content_policy'],
    [400, 'invalid_value', 'temperature must be at most 2', 'bad_request'],
    [422, null, 'extra fields not permitted', 'bad_request'],
    [404, 'model_not_found', 'The model does not exist', 'bad_request'],
    [401, 'invalid_api_key', 'Incorrect API key provided', 'authentication'],
    [402, null, 'Insufficient credits', 'authentication'],
    [403, null, 'Permission denied', 'authentication'],
    [429, 'rate_limit_exceeded', 'Rate limit reached for tokens', 'rate_limit'],
    [429, 'RESOURCE_EXHAUSTED', 'too many tokens per minute', 'rate_limit'],
    [500, null, 'maximum context length exploded', 'server_error'],
    [503, 'overloaded', 'The engine is overloaded', 'overloaded'],
    [529, 'overloaded_error', 'Overloaded', 'overloaded'],
    [504, null, 'upstream timed out', 'timeout'],
    [200, 'overloaded_error', 'Overloaded', 'overloaded'],
    [200, '429', 'Rate limit exceeded: free-models-per-min', 'rate_limit'],
    [200, null, 'Provider returned error', 'server_error'],
    [302, null, 'moved', 'invalid_response'],
  ] as const)('%s %s "%s" is %s', (status, code, message, expected) => {
    expect(classify({ status, code, message })).toBe(expected);
  });
});

describe('retry-after', () => {
  const read = (headers: Record<string, string>) => retryAfter((name) => headers[name], Date.parse('2026-11-25T12:00:00Z'));

  it.each([
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '350', 'retry-after': '1' }, 350],
    [{ 'retry-after': 'Wed, 25 Nov 2026 12:00:07 GMT' }, 7_000],
    [{ 'retry-after': 'Wed, 25 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '-1' }, null],
    [{}, null],
  ])('%j is %s', (headers, expected) => {
    expect(read(headers as Record<string, string>)).toBe(expected);
  });
});
