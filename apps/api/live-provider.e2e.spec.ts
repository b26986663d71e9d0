/** A live key and a provider's key: the same request goes to that provider over HTTP and is charged at the model's price. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import OpenAI from 'openai';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import { answerText, completion, done, healthy } from '../../libs/inference/testing/stand-in/openai-script.js';
import { StandIn, type SeenRequest } from '../../libs/inference/testing/stand-in/stand-in.js';
import { end, hang, head, json, refusal, write } from '../../libs/inference/testing/stand-in/steps.js';
import { chunk } from '../../libs/inference/testing/stand-in/openai-script.js';
import { routeStream } from '../../libs/routing/domain/terminal.js';
import { runningStores } from '../cli/running.js';
import { descendants, newDataDir, removeDataDir, startProduct, type Product } from '../cli/testing/product.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

const key = `pk_live_abcdefghi_${'0123456789abcdef'.repeat(2)}`;
const providerKey = 'sk-stand-in-secret-000000000000000000';
/** 0.25 and 2 dollars for a million tokens, as the catalogue lists it. */
const model = 'openai/gpt-5-mini';

let dataDir: string;
let product: Product;
let provider: StandIn;
let log: EventLog;

beforeAll(async () => {
  provider = await StandIn.listen(healthy);
  dataDir = await newDataDir();
  product = await startProduct(dataDir, { OPENAI_API_KEY: providerKey, OPENAI_BASE_URL: provider.url, GREATROUTER_BOOTSTRAP_KEY: key });
  log = new EventLog((await runningStores(dataDir))!.eventStoreUrl);
});
afterAll(async () => {
  await log.close();
  await product.stop();
  await provider.close();
  await removeDataDir(dataDir);
});

const openai = () => new OpenAI({ apiKey: key, baseURL: `${product.url}/v1`, maxRetries: 0 });
const ask = (more: object = {}) => openai().chat.completions.create({ model, messages: [{ role: 'user', content: 'Say hello.' }], ...more });
const get = async (path: string) => (await fetch(product.url + path, { headers: { authorization: `Bearer ${key}` } })).json() as Promise<Record<string, unknown>>;

async function storyOf(requestId: string) {
  const events = [];
  for await (const event of log.read(routeStream(requestId))) events.push(event);
  return events;
}

describe('a live provider', () => {
  it('is called over HTTP with its own key, after the decision is durable, and is paid to the pico-dollar', async () => {
    const durable: Promise<string[]>[] = [];
    provider.follow((request) => {
      durable.push(typesInLog());
      return healthy(request);
    });
    const answer = await ask();
    const seen = provider.requests.at(-1)!;
    provider.follow(healthy);
    expect(answer.choices[0]!.message.content).toBe(answerText);
    expect(seen.headers['authorization']).toBe(`Bearer ${providerKey}`);
    expect(JSON.stringify(seen)).not.toContain(key);
    expect(await durable[0]!).toEqual(expect.arrayContaining(['RouteRequested', 'ModelSelected']));

    const { prompt_tokens, completion_tokens } = answer.usage!;
    const cost = BigInt(prompt_tokens) * 250_000n + BigInt(completion_tokens) * 2_000_000n;
    const story = await storyOf((answer as unknown as { greatrouter: { request_id: string } }).greatrouter.request_id);
    expect(story.at(-1)).toMatchObject({ type: 'InferenceCompleted', data: { cost: cost.toString(), costStatus: 'exact', model, mode: 'live', rawUsage: answer.usage } });
    await eventually(() => get('/v1/wallet/entries'), (read) => JSON.stringify(read).includes(story[0]!.stream.slice('route-'.length)));
  });

  it('is passed through byte for byte as a stream, with metadata on the first chunk and the last', async () => {
    const answer = await fetch(`${product.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Say hello.' }] }),
    });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const events = (await answer.text()).split('\n\n').filter((event) => event.startsWith('data: '));
    expect(events.at(-1)).toBe('data: [DONE]');
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice('data: '.length)) as { choices: { delta: { content?: string } }[]; greatrouter?: object });
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(answerText);
    expect([chunks[0]!.greatrouter, chunks.at(-1)!.greatrouter]).toEqual([expect.objectContaining({ task: expect.any(String) }), expect.objectContaining({ cost_status: 'exact' })]);
  });

  it('gets every field as it was sent, known or not, and its reasoning and log probabilities come back untouched', async () => {
    const asked = {
      seed: 7, n: 2, logprobs: true, top_logprobs: 2, parallel_tool_calls: false, reasoning_effort: 'low', user: 'jane', metadata: { team: 'a' }, stop: ['END'],
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } }, field_of_tomorrow: { deep: [1] },
    };
    const message = { role: 'assistant', content: 'Hello', reasoning_content: 'They greet me.', refusal: null };
    const logprobs = { content: [{ token: 'Hello', logprob: -0.1, bytes: null, top_logprobs: [{ token: 'Hi', logprob: -2, bytes: null }] }] };
    provider.follow(({ model: name }) => json(200, { ...completion(name), choices: [0, 1].map((index) => ({ index, message, logprobs, finish_reason: 'stop' })) }));
    const whole = await ask(asked);
    expect(provider.requests[0]!.body).toMatchObject(asked);
    expect(whole.choices).toEqual([0, 1].map((index) => ({ index, message, logprobs, finish_reason: 'stop' })));
    provider.follow(({ model: name }) => [
      head(),
      ...[chunk(name, { role: 'assistant', reasoning_content: 'They greet me.' }), chunk(name, { content: 'Hello' }), chunk(name, {}, 'stop'), done].map(write), end,
    ]);
    const deltas: object[] = [];
    for await (const { choices } of (await ask({ ...asked, n: 1, stream: true })) as unknown as AsyncIterable<OpenAI.ChatCompletionChunk>) deltas.push(choices[0]?.delta ?? {});
    provider.follow(healthy);
    expect(deltas).toEqual(expect.arrayContaining([{ role: 'assistant', reasoning_content: 'They greet me.' }, { content: 'Hello' }]));
  });

  it('ends the request as cancelled, with an estimated cost, when the client hangs up', async () => {
    provider.follow(function* ({ model: name }: SeenRequest) {
      yield head();
      yield write(chunk(name, { role: 'assistant', content: 'Once upon a time' }));
      yield hang;
    });
    const abort = new AbortController();
    const stream = await openai().chat.completions.create({ model, stream: true, messages: [{ role: 'user', content: 'Tell a story.' }] }, { signal: abort.signal });
    let id = '';
    for await (const part of stream) {
      id ||= (part as unknown as { greatrouter?: { request_id: string } }).greatrouter?.request_id ?? '';
      if (id) break;
    }
    abort.abort();
    provider.follow(healthy);
    const story = await eventually(() => storyOf(id), (events) => events.length > 2);
    expect(story.at(-1)).toMatchObject({ type: 'InferenceCancelled', data: { by: 'client', costStatus: 'estimated' } });
  });

  it('refuses personal data before anything is called, when asked to', async () => {
    const before = provider.requests.length;
    const answer = await fetch(`${product.url}/v1/auto/route`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-gr-guardrails': 'moderate' },
      body: JSON.stringify({ prompt: 'Write to jane.doe@example.com about it', input: {} }),
    });
    expect(answer.status).toBe(400);
    const text = await answer.text();
    expect(text).toContain('e-mail');
    expect(text).not.toContain('jane.doe');
    expect(provider.requests.length).toBe(before);
  });
});

describe('a store that does not answer', () => {
  it('the event log: no provider is called, and the answer is a 503 that says when to try again', async () => {
    const { requests } = provider;
    const before = requests.length;
    await paused(product, 'eventstore', async () => {
      const answer = await fetch(`${product.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello.' }] }),
      });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
      expect(await answer.json()).toMatchObject({ error: { type: 'unavailable_error', code: 'log_unavailable' } });
    });
    expect(requests.length).toBe(before);
    // What was tried during the pause may have become durable after it: the watchdog ends it, and routing goes on.
    expect((await ask()).choices[0]!.message.content).toBe(answerText);
  });

  it('the database: routing goes on, reads are a 503', async () => {
    await paused(product, 'postgres', async () => {
      expect((await ask()).choices[0]!.message.content).toBe(answerText);
      const logs = await fetch(`${product.url}/v1/org/logs?format=json`, { headers: { authorization: `Bearer ${key}` } });
      expect(logs.status).toBe(503);
    });
  });
});

describe('a provider that refuses', () => {
  it('that refuses every call is a 502 in the shape of OpenAI, scrubbed of keys', async () => {
    provider.follow(() => refusal(401, 'invalid_api_key', `Incorrect API key provided: ${providerKey}`));
    const error = await ask().then(
      () => null,
      (reason: unknown) => reason as InstanceType<typeof OpenAI.APIError>,
    );
    provider.follow(healthy);
    expect(error).toMatchObject({ status: 502, error: { type: 'upstream_error', code: expect.any(String) } });
    expect(JSON.stringify(error!.error)).not.toContain(providerKey);
    const story = await storyOf(error!.requestID!);
    expect(story.map(({ type }) => type)).toEqual(['RouteRequested', 'ModelSelected', 'InferenceAttemptFailed', 'InferenceFailed']);
    expect(JSON.stringify(story.map(({ data }) => data))).not.toContain(providerKey);
  });
});

/** Stops every process of the product whose command line names it, for the time of the work. */
async function paused(of: Product, name: string, work: () => Promise<void>): Promise<void> {
  const pids: number[] = [];
  for (const pid of await descendants(of.process.pid!)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.split('\0').some((word) => word === name || word.endsWith(`/${name}`)) || command.startsWith(`${name}:`)) pids.push(pid);
  }
  expect(pids).not.toEqual([]);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}

async function typesInLog(): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of log.readAll()) types.push(type);
  return types;
}

