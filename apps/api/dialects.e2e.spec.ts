/** Clients of other contracts than chat, unmodified, against the whole product with a test key, whoever made the model that answers. */
import { describe, expect, it } from '@jest/globals';
import Anthropic from '@anthropic-ai/sdk';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { runningProduct } from '../cli/testing/running-product.js';

const product = runningProduct();

const words = 'What is the weather in Lisbon?';
const parameters = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };

describe("Anthropic's client", () => {
  const anthropic = (options: object = {}) => new Anthropic({ apiKey: product.key, baseURL: product.url, maxRetries: 0, ...options });
  const question = { model: 'router', max_tokens: 200, messages: [{ role: 'user' as const, content: words }] };
  const failing = (directive: string) => ({ ...question, messages: [{ role: 'user' as const, content: `Say something. [[sandbox: ${directive}]]` }] });
  const weather = { name: 'weather', description: 'Weather of a city', input_schema: parameters };

  it('gets a message', async () => {
    const message = await anthropic().messages.create({ ...question, system: 'Be brief.' });
    expect(message).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn', usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) } });
    expect(message.content).toEqual([expect.objectContaining({ type: 'text', text: expect.stringMatching(/\w{3}/) })]);
    expect(message).toMatchObject({ greatrouter: { request_id: expect.any(String), cost_dollars: expect.any(String) } });
  });

  it('gets the same message as a stream', async () => {
    const whole = await anthropic().messages.create(question);
    const streamed = await anthropic().messages.stream(question).finalMessage();
    expect(streamed.content).toEqual(whole.content);
    expect(streamed).toMatchObject({ stop_reason: 'end_turn', usage: whole.usage });
  });

  it('is told when the limit of tokens ended the answer', async () => {
    expect((await anthropic().messages.create({ ...question, max_tokens: 5 })).stop_reason).toBe('max_tokens');
  });

  it('calls tools, whole and as a stream, and is answered once it has their results', async () => {
    const asked = { ...failing('tool-calls=2'), tools: [weather] };
    const whole = await anthropic().messages.create(asked);
    expect(whole.stop_reason).toBe('tool_use');
    expect(whole.content).toEqual([0, 1].map(() => ({ type: 'tool_use', id: expect.any(String), name: 'weather', input: { city: expect.any(String) } })));
    const streamed = await anthropic().messages.stream(asked).finalMessage();
    expect(streamed.content).toEqual(whole.content);
    const results = whole.content.map((block) => ({ type: 'tool_result' as const, tool_use_id: (block as Anthropic.ToolUseBlock).id, content: 'sunny' }));
    const closed = await anthropic().messages.create({ ...asked, messages: [...asked.messages, { role: 'assistant', content: whole.content }, { role: 'user', content: results }] });
    expect(closed).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text' }] });
  });

  it('counts tokens before it asks, of words, system, tools and pictures', async () => {
    const count = async (more: object = {}) => (await anthropic().messages.countTokens({ model: 'router', messages: question.messages, ...more })).input_tokens;
    const plain = await count();
    expect(plain).toBeGreaterThan(5);
    expect(await count({ system: 'Be brief, and speak of nothing but the weather.' })).toBeGreaterThan(plain);
    expect(await count({ tools: [weather] })).toBeGreaterThan(plain);
    expect(await count()).toBe(plain);
    await expect(count({ messages: [] })).rejects.toMatchObject({ status: 400, error: { error: { param: 'messages' } } });
  });

  it('tries again by itself what may go better, and nothing else', async () => {
    let calls = 0;
    const counted = anthropic({ maxRetries: 1, fetch: (...ask: Parameters<typeof fetch>) => (calls++, fetch(...ask)) });
    await expect(counted.messages.create(failing('overloaded'))).rejects.toMatchObject({ status: 502 });
    expect(calls).toBe(2);
    await expect(counted.messages.create(failing('content-policy'))).rejects.toMatchObject({ status: 400 });
    expect(calls).toBe(3);
  });

  it('sends an image', async () => {
    const image = { type: 'image' as const, source: { type: 'base64' as const, media_type: 'image/png' as const, data: 'iVBORw0KGgo=' } };
    const message = await anthropic().messages.create({ ...question, messages: [{ role: 'user', content: [image, { type: 'text', text: 'What is this?' }] }] });
    expect(message.content[0]!.type).toBe('text');
  });

  it('raises typed errors', async () => {
    await expect(anthropic({ apiKey: 'pk_test_wrong' }).messages.create(question)).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
    await expect(anthropic().messages.create({ ...question, model: 'nobody/nothing' })).rejects.toBeInstanceOf(Anthropic.NotFoundError);
    await expect(anthropic().messages.create({ ...question, messages: [] })).rejects.toMatchObject({ status: 400, error: { type: 'error', error: { type: 'invalid_request_error', param: 'messages' } } });
    await expect(anthropic().messages.create(failing('rate-limited=60'))).rejects.toBeInstanceOf(Anthropic.RateLimitError);
  });

  it('raises when a stream is cut, instead of taking it for whole', async () => {
    await expect(anthropic().messages.stream(failing('cut=6')).finalMessage()).rejects.toBeInstanceOf(Anthropic.APIError);
  });

  it('hangs up in the middle of an answer', async () => {
    const stream = anthropic().messages.stream(failing('rate=10 tokens=200'));
    stream.once('text', () => stream.abort());
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
    expect((await anthropic().messages.create(question)).stop_reason).toBe('end_turn');
  });
});

describe("OpenAI's client, by its responses", () => {
  const openai = (options: object = {}) => new OpenAI({ apiKey: product.key, baseURL: `${product.url}/v1`, maxRetries: 0, ...options });
  const question = { model: 'router', input: words };
  const failing = (directive: string) => ({ ...question, input: `Say something. [[sandbox: ${directive}]]` });
  const weather = { type: 'function' as const, name: 'weather', description: 'Weather of a city', parameters: { ...parameters, additionalProperties: false }, strict: true };

  it('gets a response', async () => {
    const response = await openai().responses.create({ ...question, instructions: 'Be brief.' });
    expect(response).toMatchObject({ object: 'response', status: 'completed', instructions: 'Be brief.', usage: { total_tokens: expect.any(Number) } });
    expect(response.output_text).toMatch(/\w{3}/);
    expect(response).toMatchObject({ greatrouter: { request_id: expect.any(String), cost_dollars: expect.any(String) } });
  });

  it('gets the same response as a stream', async () => {
    const whole = await openai().responses.create(question);
    const stream = openai().responses.stream(question);
    let text = '';
    stream.on('response.output_text.delta', ({ delta }) => (text += delta));
    const streamed = await stream.finalResponse();
    expect(text).toBe(whole.output_text);
    expect(streamed).toMatchObject({ output_text: whole.output_text, status: 'completed', usage: whole.usage });
  });

  it('is told when the limit of tokens ended the answer', async () => {
    const response = await openai().responses.create({ ...question, max_output_tokens: 5 });
    expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });

  it('calls functions, whole and as a stream, and is answered once it has their results', async () => {
    const asked = { ...failing('tool-calls=2'), tools: [weather] };
    const calls = [0, 1].map(() => expect.objectContaining({ type: 'function_call', name: 'weather', call_id: expect.any(String), arguments: expect.stringContaining('city') }));
    const whole = await openai().responses.create(asked);
    expect(whole.output).toEqual(calls);
    const streamed = await openai().responses.stream(asked).finalResponse();
    expect(streamed.output).toEqual(calls);
    const results = whole.output.map((item) => ({ type: 'function_call_output' as const, call_id: (item as OpenAI.Responses.ResponseFunctionToolCall).call_id, output: 'sunny' }));
    const closed = await openai().responses.create({ ...asked, input: [{ role: 'user', content: asked.input }, ...(whole.output as OpenAI.Responses.ResponseFunctionToolCall[]), ...results] });
    expect(closed.output_text).toMatch(/\w{3}/);
  });

  it('gets structured output by its schema', async () => {
    const response = await openai().responses.parse({ ...question, text: { format: { type: 'json_schema', name: 'weather', strict: true, schema: { ...parameters, additionalProperties: false } } } });
    expect(response.output_parsed).toEqual({ city: expect.any(String) });
  });

  it('raises typed errors', async () => {
    await expect(openai({ apiKey: 'pk_test_wrong' }).responses.create(question)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(openai().responses.create({ ...question, model: 'nobody/nothing' })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(openai().responses.create({ ...question, input: [] })).rejects.toMatchObject({ status: 400, param: 'input' });
    await expect(openai().responses.create({ ...question, previous_response_id: 'resp_1' })).rejects.toMatchObject({ status: 400, param: 'previous_response_id' });
    await expect(openai().responses.create(failing('rate-limited=60'))).rejects.toBeInstanceOf(OpenAI.RateLimitError);
  });

  it('raises when a stream is cut, instead of taking it for whole', async () => {
    const stream = await openai().responses.create({ ...failing('cut=6'), stream: true });
    await expect((async () => {
      for await (const _ of stream);
    })()).rejects.toBeInstanceOf(OpenAI.APIError);
  });

  it('hangs up in the middle of an answer', async () => {
    const stream = openai().responses.stream(failing('rate=10 tokens=200'));
    stream.once('response.output_text.delta', () => stream.abort());
    await expect(stream.finalResponse()).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    expect((await openai().responses.create(question)).status).toBe('completed');
  });

  it('serves the AI SDK, which asks for responses unless told otherwise', async () => {
    const model = createOpenAI({ apiKey: product.key, baseURL: `${product.url}/v1` })('router');
    const whole = await generateText({ model, prompt: words });
    const { textStream } = streamText({ model, prompt: words });
    let streamed = '';
    for await (const part of textStream) streamed += part;
    expect(whole.text).toMatch(/\w{3}/);
    expect(streamed).toBe(whole.text);
  });
});
