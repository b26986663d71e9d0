/** What a client can do wrong, against the running product: always a clear 4xx in the shape OpenAI's SDKs read. */
import { describe, expect, it } from '@jest/globals';
import { runningProduct } from '../cli/testing/running-product.js';

const product = runningProduct();

const message = { role: 'user', content: 'hello' };
const chat = { model: 'router', messages: [message] };
const auto = { prompt: 'hello', input: { messages: [message] } };

interface Call {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string;
  readonly headers?: Record<string, string>;
}

async function call({ method = 'POST', path, body, raw, headers = {} }: Call) {
  const answer = await fetch(product.url + path, {
    method,
    headers: { authorization: `Bearer ${product.key}`, 'content-type': 'application/json', ...headers },
    ...(method !== 'GET' && { body: raw ?? JSON.stringify(body) }),
  });
  return { status: answer.status, id: answer.headers.get('x-request-id'), body: (await answer.json()) as { error: Record<string, unknown> } };
}

const rows: [what: string, status: number, param: string | null, call: Call][] = [
  ['no key', 401, null, { path: '/v1/chat/completions', body: chat, headers: { authorization: '' } }],
  ['a key that is none', 401, null, { path: '/v1/chat/completions', body: chat, headers: { authorization: 'Bearer pk_live_nothing' } }],
  ['a key of the right shape that nobody has', 401, null, { path: '/v1/auto/route', body: auto, headers: { authorization: `Bearer pk_test_aaaaaaaaa_${'0'.repeat(32)}` } }],
  ['invalid JSON', 400, null, { path: '/v1/auto/route', raw: '{"prompt": ' }],
  ['an empty body', 400, null, { path: '/v1/auto/route', raw: '' }],
  ['a body that is no object', 400, null, { path: '/v1/chat/completions', raw: '[1,2]' }],
  ['a body of another type', 415, null, { path: '/v1/auto/route', raw: 'hello', headers: { 'content-type': 'application/xml' } }],
  ['no prompt', 400, 'prompt', { path: '/v1/auto/route', body: { input: {} } }],
  ['an empty prompt', 400, 'prompt', { path: '/v1/auto/route', body: { ...auto, prompt: '' } }],
  ['a prompt that is a number', 400, 'prompt', { path: '/v1/auto/route', body: { ...auto, prompt: 7 } }],
  ['no input', 400, 'input', { path: '/v1/auto/route', body: { prompt: 'hello' } }],
  ['an unknown field', 400, 'promt', { path: '/v1/auto/route', body: { ...auto, promt: 'x' } }],
  ['an unknown task', 400, 'task', { path: '/v1/auto/route', body: { ...auto, task: 'poetry' } }],
  ['an unknown optimization', 400, 'optimization', { path: '/v1/auto/route', body: { ...auto, optimization: 'fast' } }],
  ['a negative budget', 400, 'budget_dollars', { path: '/v1/auto/route', body: { ...auto, budget_dollars: -1 } }],
  ['a budget that is text', 400, 'budget_dollars', { path: '/v1/auto/route', body: { ...auto, budget_dollars: '1' } }],
  ['a budget below every model', 400, 'budget_dollars', { path: '/v1/auto/route', body: { ...auto, budget_dollars: 1e-11 } }],
  ['an unknown provider', 400, 'provider', { path: '/v1/auto/route', body: { ...auto, provider: 'acme-ai' } }],
  ['an unknown model of a hint', 404, 'model', { path: '/v1/auto/route', body: { ...auto, model: 'acme/none' } }],
  ['an input that no model takes', 400, 'input.temperature', { path: '/v1/auto/route', body: { ...auto, input: { ...auto.input, temperature: 9 } } }],
  ['an input that the named model does not take', 400, 'input.reasoning_effort', { path: '/v1/auto/route', body: { ...auto, model: 'openai/gpt-5.4', input: { ...auto.input, reasoning_effort: 'bogus' } } }],
  ['a part that no model reads', 400, 'input.messages.0.content.0.type', { path: '/v1/auto/route', body: { ...auto, task: 'text', input: { messages: [{ role: 'user', content: [{ type: 'smell' }] }] } } }],
  ['a picture of no size', 400, 'input.size', { path: '/v1/models/route', body: { query: 'image_generation', input: { prompt: 'a cat', size: 'huge' } } }],
  ['too many pictures', 400, 'input.n', { path: '/v1/auto/route', body: { prompt: 'Draw a cat', task: 'image', input: { n: 99 } } }],
  ['a voice at no speed', 400, 'input.speed', { path: '/v1/auto/route', body: { prompt: 'Say hello', task: 'speech', input: { text: 'hello', speed: 99 } } }],
  ['a clip of no ratio', 400, 'input.aspect_ratio', { path: '/v1/auto/route', body: { prompt: 'Film a cat', task: 'video', input: { aspect_ratio: 'wide' } } }],
  ['music in no format', 400, 'input.format', { path: '/v1/auto/route', body: { prompt: 'Compose a waltz', task: 'music', input: { format: 'vinyl' } } }],
  ['messages that are no array', 400, 'input.messages', { path: '/v1/auto/route', body: { ...auto, input: { messages: 'hi' } } }],
  ['no messages', 400, 'messages', { path: '/v1/chat/completions', body: { model: 'router' } }],
  ['empty messages', 400, 'messages', { path: '/v1/chat/completions', body: { model: 'router', messages: [] } }],
  ['an unknown role', 400, 'messages.0.role', { path: '/v1/chat/completions', body: { ...chat, messages: [{ role: 'robot', content: 'x' }] } }],
  ['a message without content', 400, 'messages.0.content', { path: '/v1/chat/completions', body: { ...chat, messages: [{ role: 'user' }] } }],
  ['an unknown model', 404, 'model', { path: '/v1/chat/completions', body: { ...chat, model: 'acme/none' } }],
  ['a temperature of 3', 400, 'temperature', { path: '/v1/chat/completions', body: { ...chat, temperature: 3 } }],
  ['max_tokens of 0', 400, 'max_tokens', { path: '/v1/chat/completions', body: { ...chat, max_tokens: 0 } }],
  ['a stream flag that is text', 400, 'stream', { path: '/v1/chat/completions', body: { ...chat, stream: 'yes' } }],
  ['a cache time that is none', 400, 'X-GR-Cache-TTL', { path: '/v1/chat/completions', body: chat, headers: { 'x-gr-cache-ttl': '4000' } }],
  ['no query', 400, 'query', { path: '/v1/models/route', body: { input: {} } }],
  ['an unknown price tier', 400, 'maxCost', { path: '/v1/models/route', body: { query: 'text', input: {}, maxCost: 'cheap' } }],
  ['a key for a model nobody has', 400, 'models', { path: '/v1/org/keys', body: { name: 'ci', mode: 'test', models: ['openai/gpt-5', 'acme/none'] } }],
  ['a key for a provider nobody has', 400, 'providers', { path: '/v1/org/keys', body: { name: 'ci', mode: 'test', providers: ['acme-ai'] } }],
  ['an unknown route', 404, null, { path: '/v1/chat/complete', body: chat }],
  ['an unknown route outside /v1', 404, null, { path: '/nothing', method: 'GET' }],
  ['a method that a route has not', 404, null, { path: '/v1/chat/completions', method: 'GET' }],
];

describe('bad input', () => {
  it.each(rows)('%s is a %i that names %s', async (_, status, param, request) => {
    const answer = await call(request);
    expect(answer).toMatchObject({ status, id: expect.any(String), body: { error: { message: expect.stringMatching(/\S/), type: expect.any(String), code: expect.any(String), param } } });
    expect(Object.keys(answer.body)).toEqual(['error']);
    expect(Object.keys(answer.body.error).sort()).toEqual(['code', 'message', 'param', 'type']);
    expect(JSON.stringify(answer.body)).not.toMatch(/at .*\.js|node_modules|Error:/);
  });

  it('a prompt of 10 MB is a 413', async () => {
    const answer = await call({ path: '/v1/auto/route', body: { ...auto, prompt: 'x'.repeat(10 * 1024 * 1024) } });
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'request_too_large' } } });
  });

  it('fields that OpenAI may add tomorrow pass through a chat body', async () => {
    const answer = await fetch(`${product.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${product.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...chat, a_field_of_tomorrow: { deep: true } }),
    });
    expect(answer.status).toBe(200);
  });

  it('writes no prompt text and no key into any log', async () => {
    const { readdir, readFile } = await import('node:fs/promises');
    await call({ path: '/v1/auto/route', body: { ...auto, prompt: 'a very secret sentence', task: 'poetry' } });
    for (const name of await readdir(`${product.dataDir}/logs`)) {
      const text = await readFile(`${product.dataDir}/logs/${name}`, 'utf8');
      expect(text).not.toContain('a very secret sentence');
      expect(text).not.toContain(product.key);
    }
  });
});
