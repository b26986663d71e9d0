/** The main job, as a newcomer does it: start, ask, read the logs, stop, start again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { greatrouter, newDataDir, removeDataDir, startProduct, type Product } from '../cli/testing/product.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

const question = 'What is the capital of France?';
let dataDir: string;
let product: Product;
let key: string;

beforeAll(async () => {
  dataDir = await newDataDir();
  product = await startProduct(dataDir);
  key = product.key!;
});
afterAll(async () => {
  await product.stop();
  await removeDataDir(dataDir);
});

const post = (path: string, body: unknown) =>
  fetch(product.url + path, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
const get = (path: string) => fetch(product.url + path, { headers: { authorization: `Bearer ${key}` } });
const openai = () => new OpenAI({ apiKey: key, baseURL: `${product.url}/v1`, maxRetries: 0 });

describe('the main job', () => {
  let routed: Response;

  it('prints the address, a test key and a line that works when pasted', async () => {
    expect(product.output()).toMatch(/Ready in [\d.]+ s at http:\/\/127\.0\.0\.1:\d+/);
    expect(key).toMatch(/^pk_test_[0-9A-Za-z]{9}_[0-9a-f]{32}$/);
    expect(product.output()).toMatch(/curl .*\/v1\/auto\/route/);
  });

  it('answers an auto route with everything the contract names', async () => {
    routed = await post('/v1/auto/route', { prompt: question, input: { messages: [{ role: 'user', content: question }] } });
    expect(routed.status).toBe(200);
    expect(await routed.json()).toMatchObject({
      classification: {
        task: 'text', confidence: expect.any(Number), reasoning: expect.any(String), decision: expect.any(String),
        content_mode: 'generate', complexity_tier: 'SIMPLE', complexity_score: expect.any(Number),
      },
      model: {
        model: { id: expect.stringMatching(/.+\/.+/), name: expect.any(String), provider: expect.any(String), task_type: 'text_generation', category: 'llm', capabilities: expect.any(Array), pricing: { input_per_million_tokens: expect.any(Number), output_per_million_tokens: expect.any(Number) } },
        cost_tier: expect.any(String),
        estimated_cost: expect.any(Number),
      },
      price_comparison: {
        cheapest_model: expect.any(String), best_value_model: expect.any(String), best_quality_model: expect.any(String),
        estimated_cost_dollars: expect.any(Number), savings_vs_highest_pct: expect.any(Number),
      },
      result: {
        choices: [{ message: { role: 'assistant', content: expect.any(String) } }],
        usage: { prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number), total_tokens: expect.any(Number) },
      },
      timing: { classification_ms: expect.any(Number), routing_ms: expect.any(Number), inference_ms: expect.any(Number), total_ms: expect.any(Number) },
      context: { session_prompts: 1, contextual_boost: expect.any(Number) },
    });
  });

  it('answers the official client, unmodified, whole', async () => {
    const answer = await openai().chat.completions.create({ model: 'router', messages: [{ role: 'user', content: 'Write a haiku about routing' }] });
    expect(answer.object).toBe('chat.completion');
    expect(answer.choices[0]!.message.content).toEqual(expect.stringMatching(/\S/));
    expect(answer.usage!.total_tokens).toBe(answer.usage!.prompt_tokens + answer.usage!.completion_tokens);
    expect(answer).toMatchObject({ greatrouter: { task: 'text', routing_reason: expect.any(String), fallback_chain: expect.any(Array), estimated_cost_dollars: expect.any(Number) } });
  });

  it('answers the official client, unmodified, as a stream', async () => {
    const stream = await openai().chat.completions.create({ model: 'router', messages: [{ role: 'user', content: 'Write a haiku about routing' }], stream: true });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toMatch(/\S/);
    const described = chunks.filter((chunk) => 'greatrouter' in chunk);
    expect(described.length).toBeGreaterThanOrEqual(2);
    expect(chunks.some((chunk) => 'greatrouter' in (chunk.choices[0]?.delta ?? {}))).toBe(false);
  });

  it('shows the requests in the logs, as json and csv', async () => {
    const id = routed.headers.get('x-request-id')!;
    const logs = await eventually(
      async () => (await (await get('/v1/org/logs?format=json')).json()) as { logs: Record<string, unknown>[] },
      ({ logs: rows }) => rows?.some((row) => row['request_id'] === id && row['status'] === 'completed'),
    );
    expect(logs.logs.find((row) => row['request_id'] === id)).toMatchObject({ routing_reason: expect.stringMatching(/\S/), fallback_chain: expect.anything(), status: 'completed', task: 'text' });
    const csv = await (await get('/v1/org/logs?format=csv')).text();
    expect(csv.split(/\r?\n/)[0]).toContain('routing_reason');
    expect(csv).toContain(id);
  });

  it('prints the events of a request', async () => {
    const { stdout, code } = await greatrouter(dataDir, ['events', routed.headers.get('x-request-id')!]);
    expect(code).toBe(0);
    expect(stdout.match(/^[A-Z]\w+/gm)).toEqual(['RouteRequested', 'ModelSelected', 'InferenceCompleted']);
    expect(stdout).not.toContain(question);
  });

  it('describes itself, for machines and in a browser', async () => {
    expect(await (await fetch(`${product.url}/openapi.json`)).json()).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
    expect(await (await fetch(`${product.url}/docs`)).text()).toContain('swagger');
    expect(await (await fetch(`${product.url}/health/ready`)).json()).toMatchObject({ status: 'ready' });
  });

  it('has everything still there after Ctrl-C and a second start', async () => {
    await product.stop();
    product = await startProduct(dataDir);
    expect(product.key).toBeNull();
    const csv = await (await get('/v1/org/logs?format=csv')).text();
    expect(csv).toContain(routed.headers.get('x-request-id')!);
  });
});
