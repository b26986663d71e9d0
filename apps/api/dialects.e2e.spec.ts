/** Anthropic's client, unmodified, against the whole product with a test key, whoever made the model that answers. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Anthropic from '@anthropic-ai/sdk';
import { newDataDir, removeDataDir, startProduct, type Product } from '../cli/testing/product.js';

let dataDir: string;
let product: Product;

beforeAll(async () => {
  dataDir = await newDataDir();
  product = await startProduct(dataDir);
}, 90_000);
afterAll(async () => {
  await product.stop();
  await removeDataDir(dataDir);
}, 60_000);

const words = 'What is the weather in Lisbon?';
const parameters = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };

describe("Anthropic's client", () => {
  const anthropic = (options: object = {}) => new Anthropic({ apiKey: product.key!, baseURL: product.url, maxRetries: 0, ...options });
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
