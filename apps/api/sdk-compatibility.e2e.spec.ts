/** The official clients, unmodified, against the whole product with a test key: what they send works, what they read is whole. */
import { describe, expect, it } from '@jest/globals';
import { createOpenAI } from '@ai-sdk/openai';
import { experimental_generateImage as generateImage, experimental_generateSpeech as generateSpeech, generateObject, generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { runningProduct } from '../cli/testing/running-product.js';

const product = runningProduct();

const openai = (options: object = {}) => new OpenAI({ apiKey: product.key, baseURL: `${product.url}/v1`, maxRetries: 0, ...options });
const question = [{ role: 'user' as const, content: 'What is the weather in Lisbon?' }];
const weather = {
  type: 'function' as const,
  function: { name: 'weather', description: 'Weather of a city', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
};
/** A fault that every model of the chain shows. */
const failing = (directive: string) => [{ role: 'user' as const, content: `Say something. [[sandbox: ${directive}]]` }];

describe('openai', () => {
  it('streams through its helper, tool calls put together and the loop closed', async () => {
    const called: string[] = [];
    const runner = openai().chat.completions.runTools({
      model: 'router', stream: true, messages: question,
      tools: [{ ...weather, function: { ...weather.function, parse: JSON.parse, function: (args: { city: string }) => (called.push(args.city), 'sunny') } }],
    });
    const text = await runner.finalContent();
    expect(called).toHaveLength(1);
    expect(text!.length).toBeGreaterThan(10);
  });

  it('makes parallel tool calls', async () => {
    const answer = await openai().chat.completions.create({ model: 'router', messages: failing('tool-calls=2'), tools: [weather] });
    expect(answer.choices[0]!.finish_reason).toBe('tool_calls');
    expect(answer.choices[0]!.message.tool_calls).toHaveLength(2);
  });

  it('gets structured output by its schema', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' }, degrees: { type: 'integer' } }, required: ['city', 'degrees'], additionalProperties: false };
    const answer = await openai().chat.completions.parse({ model: 'router', messages: question, response_format: { type: 'json_schema', json_schema: { name: 'weather', strict: true, schema } } });
    expect(JSON.parse(answer.choices[0]!.message.content!)).toEqual({ city: expect.any(String), degrees: expect.any(Number) });
  });

  it('gets the usage chunk when it asks, and a stream that never has an empty choice when it does not', async () => {
    const read = async (more: object) => {
      const chunks = [];
      for await (const chunk of await openai().chat.completions.create({ model: 'router', messages: question, stream: true, ...more })) chunks.push(chunk);
      return chunks;
    };
    expect((await read({ stream_options: { include_usage: true } })).at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
    expect((await read({})).every(({ choices }) => choices.length > 0)).toBe(true);
  });

  it('several choices, a limit of tokens, a stop', async () => {
    const answer = await openai().chat.completions.create({ model: 'router', messages: question, n: 2, max_tokens: 5, seed: 7 });
    expect(answer.choices.map(({ index, finish_reason }) => ({ index, finish_reason }))).toEqual([{ index: 0, finish_reason: 'length' }, { index: 1, finish_reason: 'length' }]);
  });

  it('lists models and retrieves one whose id has a slash, encoded and raw', async () => {
    const list = await openai().models.list();
    const first = list.data[0]!;
    expect(first).toMatchObject({ object: 'model', id: expect.stringContaining('/'), owned_by: expect.any(String), created: expect.any(Number) });
    expect((await openai().models.retrieve(first.id)).id).toBe(first.id);
    const raw = (await (await fetch(`${product.url}/v1/models/${first.id}`, { headers: { authorization: `Bearer ${product.key}` } })).json()) as { id: string };
    expect(raw.id).toBe(first.id);
    await expect(openai().models.retrieve('nobody/nothing')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('lists the router as a model, and retrieves it by each of its names', async () => {
    const ids = (await openai().models.list()).data.map(({ id }) => id);
    expect(ids).toContain('router');
    for (const name of ['router', 'auto', 'greatrouter/auto', 'greatrouter/router']) {
      expect(await openai().models.retrieve(name)).toMatchObject({ id: name, object: 'model', owned_by: 'greatrouter' });
      expect((await openai().chat.completions.create({ model: name, messages: question })).choices).toHaveLength(1);
    }
  });

  it('names a model of the sandbox to see its trouble, and the router never chooses one', async () => {
    expect(await openai().models.retrieve('sandbox/overloaded')).toMatchObject({ id: 'sandbox/overloaded', routable: false });
    await expect(openai().chat.completions.create({ model: 'sandbox/overloaded', messages: question })).rejects.toMatchObject({ status: 502, code: 'upstream_overloaded' });
    await expect(openai().chat.completions.create({ model: 'sandbox/rate-limited', messages: question })).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    const stream = await openai().chat.completions.create({ model: 'sandbox/slow', messages: question, max_tokens: 3, stream: true });
    let text = '';
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    expect(text).toMatch(/\w/);
  });

  it('raises typed errors', async () => {
    await expect(openai({ apiKey: 'pk_test_wrong' }).chat.completions.create({ model: 'router', messages: question })).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(openai().chat.completions.create({ model: 'nobody/nothing', messages: question })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(openai().chat.completions.create({ model: 'router', messages: [] })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(openai().chat.completions.create({ model: 'router', messages: failing('content-policy') })).rejects.toMatchObject({ status: 400, code: 'content_policy_violation' });
    await expect(openai().chat.completions.create({ model: 'router', messages: failing('rate-limited=60') })).rejects.toBeInstanceOf(OpenAI.RateLimitError);
  });

  it('raises when a stream is cut, instead of taking it for whole', async () => {
    const stream = await openai().chat.completions.create({ model: 'router', messages: failing('cut=6'), stream: true });
    await expect((async () => {
      for await (const _ of stream);
    })()).rejects.toBeInstanceOf(OpenAI.APIError);
  });

  it('tries again by itself what may go better, and nothing else', async () => {
    let calls = 0;
    const counted = openai({ maxRetries: 1, fetch: (...ask: Parameters<typeof fetch>) => (calls++, fetch(...ask)) });
    await expect(counted.chat.completions.create({ model: 'router', messages: failing('overloaded') })).rejects.toMatchObject({ status: 502 });
    expect(calls).toBe(2);
    await expect(counted.chat.completions.create({ model: 'router', messages: failing('content-policy') })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    expect(calls).toBe(3);
  });

  it('hangs up in the middle of a stream, and is answered the next time', async () => {
    const stream = await openai().chat.completions.create({ model: 'router', messages: failing('rate=10 tokens=200'), stream: true });
    let chunks = 0;
    for await (const _ of stream) if (++chunks === 2) break;
    expect(stream.controller.signal.aborted).toBe(true);
    const abort = new AbortController();
    const asked = openai().chat.completions.create({ model: 'router', messages: failing('delay=5000') }, { signal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    expect((await openai().chat.completions.create({ model: 'router', messages: question })).choices).toHaveLength(1);
  });

  it('asks for the same again by a seed, and makes parallel calls as a stream', async () => {
    const seeded = async () => (await openai().chat.completions.create({ model: 'openai/gpt-4o-mini', messages: question, seed: 7 })).choices[0]!.message.content;
    expect(await seeded()).toBe(await seeded());
    const streamed = await openai().chat.completions.stream({ model: 'router', messages: failing('tool-calls=2'), tools: [weather], parallel_tool_calls: true }).finalChatCompletion();
    expect(streamed.choices[0]!.message.tool_calls!.map((call) => (call.type === 'function' ? JSON.parse(call.function.arguments) : null))).toEqual([{ city: expect.any(String) }, { city: expect.any(String) }]);
  });

  it('falls back unseen when the first call fails', async () => {
    const answer = (await openai().chat.completions.create({ model: 'router', messages: failing('overloaded once') })) as OpenAI.ChatCompletion & { greatrouter: { attempts: number } };
    expect(answer.greatrouter.attempts).toBe(2);
  });
});

describe('the AI SDK', () => {
  const model = () => createOpenAI({ apiKey: product.key, baseURL: `${product.url}/v1` }).chat('router');

  it('generates and streams text', async () => {
    const whole = await generateText({ model: model(), prompt: 'Write a haiku about routing.' });
    const { textStream } = streamText({ model: model(), prompt: 'Write a haiku about routing.' });
    let streamed = '';
    for await (const part of textStream) streamed += part;
    expect(streamed).toBe(whole.text);
    expect(whole.usage.totalTokens).toBeGreaterThan(0);
  });

  it('makes pictures and speaks', async () => {
    const provider = createOpenAI({ apiKey: product.key, baseURL: `${product.url}/v1` });
    const { image } = await generateImage({ model: provider.image('openai/gpt-image-2'), prompt: 'a lighthouse' });
    expect(Buffer.from(image.uint8Array).subarray(1, 4).toString()).toBe('PNG');
    const { audio } = await generateSpeech({ model: provider.speech('router'), text: 'Good morning' });
    expect(Buffer.from(audio.uint8Array).subarray(0, 4).toString()).toBe('RIFF');
  });

  it('raises its own errors, and hangs up', async () => {
    await expect(generateText({ model: model(), prompt: 'x [[sandbox: rate-limited=60]]', maxRetries: 0 })).rejects.toMatchObject({ name: 'AI_APICallError', statusCode: 429 });
    const abort = new AbortController();
    const asked = generateText({ model: model(), prompt: 'x [[sandbox: delay=5000]]', abortSignal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('runs tools and generates objects', async () => {
    const city = jsonSchema<{ city: string }>({ type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false });
    const { steps } = await generateText({
      model: model(), prompt: 'What is the weather in Lisbon?', stopWhen: stepCountIs(2),
      tools: { weather: tool({ description: 'Weather of a city', inputSchema: city, execute: () => Promise.resolve('sunny') }) },
    });
    expect(steps[0]!.toolCalls).toHaveLength(1);
    expect(steps[1]!.text.length).toBeGreaterThan(10);
    expect((await generateObject({ model: model(), prompt: 'Name a city.', schema: city })).object).toEqual({ city: expect.any(String) });
  });
});
