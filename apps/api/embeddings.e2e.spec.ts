/** Vectors for the official client, unmodified, against the whole product with a test key. */
import { describe, expect, it } from '@jest/globals';
import { createOpenAI } from '@ai-sdk/openai';
import { embedMany } from 'ai';
import OpenAI from 'openai';
import { routeStream } from '../../libs/routing/domain/terminal.js';
import { runningProduct } from '../cli/testing/running-product.js';

const product = runningProduct({
  overrides: { models: [{ id: 'acme/own-vectors', like: 'openai/text-embedding-3-small', name: 'Our own vectors', pricing: { input_per_million_tokens: '0.001', output_per_million_tokens: '0' }, catalog_visibility: 'long_tail' }] },
});
const client = () => new OpenAI({ apiKey: product.key, baseURL: `${product.url}/v1`, maxRetries: 0 });
type Answer = OpenAI.CreateEmbeddingResponse & { greatrouter: { request_id: string; fallback_chain: string[]; cost_status: string; cache: string } };
const embed = (body: Partial<OpenAI.EmbeddingCreateParams>, headers = {}) => client().embeddings.create({ model: 'router', input: 'hello', ...body }, { headers }) as unknown as Promise<Answer>;

describe('embeddings', () => {
  it('of one text, by the cheapest model, with a decision and an ending in the log', async () => {
    const { data, model, usage, greatrouter } = await embed({});
    expect([model, data.length, data[0]!.embedding.length]).toEqual(['openai/text-embedding-3-small', 1, 1_536]);
    expect(usage.total_tokens).toBeGreaterThan(0);
    expect(greatrouter).toMatchObject({ fallback_chain: [model], cost_status: 'exact' });
    const events = await product.eventsOf(routeStream(greatrouter.request_id));
    expect(events.map(({ type }) => type)).toEqual(['RouteRequested', 'ModelSelected', 'InferenceCompleted']);
    expect(events[0]!.data).toMatchObject({ request: { endpoint: 'embeddings' } });
    expect(events[2]!.data).toMatchObject({ model, cost: String(usage.prompt_tokens * 20_000), output: null });
  });

  it('are the same as base64, which the client asks for by itself, and as numbers', async () => {
    const coded = await embed({ input: ['one', 'two'] });
    const plain = await embed({ input: ['one', 'two'], encoding_format: 'float' });
    expect(coded.data).toEqual(plain.data);
  });

  it('take token ids, and the length of vector asked for', async () => {
    expect((await embed({ input: [1, 2, 3], dimensions: 64 })).data[0]!.embedding).toHaveLength(64);
    expect((await embed({ input: [[1, 2], [3]] })).data).toHaveLength(2);
  });

  it('by a named model, listed or the operator’s own', async () => {
    expect((await embed({ model: 'text-embedding-3-large' })).model).toBe('openai/text-embedding-3-large');
    expect((await embed({ model: 'acme/own-vectors' })).model).toBe('acme/own-vectors');
  });

  it.each([
    ['no input', { input: undefined }, 'input'],
    ['an empty text', { input: '' }, 'input'],
    ['an empty text among others', { input: ['a', ''] }, 'input.1'],
    ['too many texts', { input: Array.from({ length: 2_049 }, () => 'a') }, 'input'],
    ['a length that nobody makes', { dimensions: 9_999 }, 'dimensions'],
    ['another coding', { encoding_format: 'hex' }, 'encoding_format'],
    ['stand-ins', { models: ['openai/text-embedding-3-large'] }, 'models'],
    ['a model that writes', { model: 'openai/gpt-4o-mini' }, 'model'],
  ])('refuse %s, naming the field', async (_, body, param) => {
    await expect(embed(body as object)).rejects.toMatchObject({ status: 400, param });
  });

  it('raise typed errors', async () => {
    await expect(embed({ model: 'nobody/nothing' })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(embed({ input: 'x [[sandbox: rate-limited]]' })).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    await expect(client().chat.completions.create({ model: 'openai/text-embedding-3-small', messages: [{ role: 'user', content: 'hi' }] })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  });

  it('are cached, and guarded, on demand', async () => {
    const ttl = { 'X-GR-Cache-TTL': '60' };
    expect([(await embed({ input: 'keep me' }, ttl)).greatrouter.cache, (await embed({ input: 'keep me' }, ttl)).greatrouter.cache]).toEqual(['miss', 'hit']);
    await expect(embed({ input: ['fine', 'write to jane.doe@example.com'] }, { 'X-GR-Guardrails': 'moderate' })).rejects.toMatchObject({ status: 400 });
  });

  it('serve the AI SDK', async () => {
    const { embeddings } = await embedMany({ model: createOpenAI({ apiKey: product.key, baseURL: `${product.url}/v1` }).embedding('openai/text-embedding-3-small'), values: ['a cat', 'a dog'] });
    expect(embeddings.map(({ length }) => length)).toEqual([1_536, 1_536]);
  });

  it('are in the list of models, and no task of the router lists them', async () => {
    const ids = async (query: string) => ((await (await product.ask(`/v1/models?${query}`)).json()) as { data: { id: string }[] }).data.map(({ id }) => id);
    expect(await ids('task_type=text_embedding')).toContain('openai/text-embedding-3-small');
    expect(await ids('category=embedding')).toContain('acme/own-vectors');
    expect(await ids('task_type=text_generation')).not.toContain('openai/text-embedding-3-small');
  });
});
