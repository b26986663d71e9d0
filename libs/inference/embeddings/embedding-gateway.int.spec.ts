/** The gateway for vectors in front of stand-ins, byte by byte. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { OrgId } from '../../identity/domain/caller.js';
import type { RequestId } from '../../routing/domain/vocabulary.js';
import { MemoryAnswerCache } from '../cache/answer-cache.js';
import type { ChainModel } from '../domain/chain.js';
import type { EmbeddingCall } from '../domain/embedding.js';
import type { Completed, Failed } from '../domain/outcome.js';
import { modelNamed, testKey, testPlaces, testPricing } from '../testing/rig.js';
import { StandIn, type SeenRequest, type Step } from '../testing/stand-in/stand-in.js';
import { close, hang, head, json, refusal, reset, write } from '../testing/stand-in/steps.js';
import { ConfiguredHosts } from '../upstream/keys.js';
import { EmbeddingGateway } from './embedding-gateway.js';

const vectors = (request: SeenRequest): Iterable<Step> => {
  const texts = request.body['input'] as string[];
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: [text.length, 0.5] })).reverse();
  return json(200, { object: 'list', data, model: request.model, usage: { prompt_tokens: 7, total_tokens: 7 } });
};

let host: StandIn;
let gateway: EmbeddingGateway;
const cache = new MemoryAnswerCache();

beforeAll(async () => {
  host = await StandIn.listen(vectors);
  const settings = { apiKey: testKey, baseUrl: host.url };
  gateway = new EmbeddingGateway(new ConfiguredHosts({ openrouter: settings, together: settings, mistral: settings, google: settings, anthropic: settings }), cache, testPlaces().places);
});
afterEach(() => host.follow(vectors));
afterAll(async () => {
  await host.close();
  await cache.close();
});

const embed = (model: ChainModel, more: Partial<EmbeddingCall> = {}) =>
  gateway.embed({
    requestId: 'r1' as RequestId, orgId: 'org_test' as OrgId, mode: 'live', at: '2026-11-25T12:00:00.000Z', model, texts: ['one', 'three'], dimensions: null,
    usualDimensions: 4, user: null, cacheTtlSeconds: 0, signal: new AbortController().signal, ...more,
  });
const listOf = (outcome: unknown) => (outcome as Completed).completion() as unknown as { data: { index: number; embedding: number[] }[]; usage: object };

describe('vectors', () => {
  it('come in the order of the texts, at the exact cost', async () => {
    const outcome = await embed(modelNamed('v1'), { dimensions: 2, user: 'jane' });
    expect(listOf(outcome)).toMatchObject({ data: [{ index: 0, embedding: [3, 0.5] }, { index: 1, embedding: [5, 0.5] }], usage: { prompt_tokens: 7, total_tokens: 7 } });
    expect(outcome).toMatchObject({ kind: 'completed', cost: 7n * 2_000_000n, costStatus: 'exact', rawUsage: { prompt_tokens: 7 } });
    expect(host.requests[0]).toMatchObject({ path: '/v1/embeddings', body: { model: 'v1', input: ['one', 'three'], dimensions: 2, user: 'jane' } });
  });

  it('are asked for as each host has it', async () => {
    await embed(modelNamed('mistral-embed', { host: 'mistral' }), { dimensions: 2, user: 'jane' });
    expect(host.requests[0]!.body).toEqual({ model: 'mistral-embed', input: ['one', 'three'], output_dimension: 2 });
    host.follow(() => json(200, { embeddings: [{ values: [1, 2] }, { values: [3, 4] }] }));
    const outcome = await embed(modelNamed('gemini', { host: 'google' }), { dimensions: 2 });
    expect(host.requests[0]).toMatchObject({ path: '/v1/models/gemini:batchEmbedContents', body: { requests: [{ model: 'models/gemini', content: { parts: [{ text: 'one' }] }, outputDimensionality: 2 }, {}] } });
    expect(outcome).toMatchObject({ kind: 'completed', costStatus: 'estimated' });
    expect(await embed(modelNamed('gemini', { host: 'google' }), { texts: [[1, 2]] })).toMatchObject({ kind: 'failed', attempts: 0, error: { status: 400 } });
    expect(await embed(modelNamed('claude', { host: 'anthropic' }))).toMatchObject({ kind: 'failed', error: { code: 'provider_not_configured' } });
  });

  it('come from the next host of the same model, at its price', async () => {
    host.follow((request) => (request.model === 'here' ? refusal(503, 'overloaded', 'overloaded') : vectors(request)));
    const here = modelNamed('here');
    const there = { host: 'together', modelId: 'there', pricing: { ...testPricing, rates: { input: '1' } } as typeof testPricing };
    const outcome = await embed({ ...here, endpoints: [...here.endpoints, there] });
    expect(outcome).toMatchObject({ kind: 'completed', model: 'maker/here', host: 'together', cost: 7n, attempts: 3 });
    expect(outcome.failedAttempts.map(({ errorClass }) => errorClass)).toEqual(['overloaded', 'overloaded']);
  });

  it('are asked for again after a reset and after nonsense', async () => {
    for (const broken of [[reset], json(200, { data: [] }), json(200, { data: [{ embedding: 'AAAA' }, { embedding: [1] }] }), [head(), write('{"data":'), close]]) {
      host.follow((request) => (request.attempt === 1 ? broken : vectors(request)));
      expect(await embed(modelNamed(`again-${Math.random()}`))).toMatchObject({ kind: 'completed', attempts: 2 });
    }
  });

  it('end in one clean error, cleared of the key and of the texts', async () => {
    const text = 'the quick brown fox jumps over the lazy dog';
    host.follow(() => refusal(400, null, `bad input with ${testKey}: ${text}`));
    const outcome = (await embed(modelNamed('bad'), { texts: [text] })) as Failed;
    expect(outcome).toMatchObject({ kind: 'failed', cost: 0n, error: { status: 400 } });
    expect(JSON.stringify([outcome.error, outcome.failedAttempts])).not.toMatch(/sk-test|lazy dog/);
  });

  it('are not waited for when the client has hung up', async () => {
    host.follow(() => [hang]);
    const abort = new AbortController();
    const asked = embed(modelNamed('slow'), { signal: abort.signal });
    while (host.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    abort.abort();
    expect(await asked).toMatchObject({ kind: 'cancelled' });
  });

  it('are repeated from memory for the same organization alone', async () => {
    const model = modelNamed('kept');
    const first = await embed(model, { cacheTtlSeconds: 60 });
    const second = await embed(model, { cacheTtlSeconds: 60 });
    expect([first, second]).toMatchObject([{ cache: 'miss' }, { cache: 'hit', cost: 0n, attempts: 0 }]);
    expect(listOf(second)).toEqual(listOf(first));
    for (const other of [{ orgId: 'org_other' as OrgId }, { texts: ['two'] }, { dimensions: 2 }]) {
      expect(await embed(model, { cacheTtlSeconds: 60, ...other })).toMatchObject({ cache: 'miss' });
    }
    expect(host.requests).toHaveLength(4);
  });

  it('are asked for once by identical requests in flight, and again by one of them when that call fails', async () => {
    const ask = (model: ChainModel) => Promise.all([1, 2, 3].map(() => embed(model, { cacheTtlSeconds: 60 })));
    const joined = await ask(modelNamed('joined'));
    expect(joined.map(({ cache }) => cache)).toEqual(['miss', 'hit', 'hit']);
    expect(host.requests).toHaveLength(1);
    host.follow((request) => (request.attempt === 1 ? refusal(400, null, 'bad') : vectors(request)));
    const failedOnce = await ask(modelNamed('failed-once'));
    expect(failedOnce.map(({ kind }) => kind)).toEqual(['failed', 'completed', 'completed']);
    expect(host.requests).toHaveLength(2);
  });

  it('are not waited for by a request in flight whose client has hung up', async () => {
    const abort = new AbortController();
    host.follow(() => [hang]);
    const leading = embed(modelNamed('led'), { cacheTtlSeconds: 60, signal: abort.signal });
    expect(await embed(modelNamed('led'), { cacheTtlSeconds: 60, signal: AbortSignal.abort() })).toMatchObject({ kind: 'cancelled' });
    abort.abort();
    expect(await leading).toMatchObject({ kind: 'cancelled' });
  });
});

describe('the sandbox', () => {
  const cosine = (a: number[], b: number[]) => a.reduce((sum, each, at) => sum + each * b[at]!, 0);
  const made = async (...texts: string[]) => listOf(await embed(modelNamed('any'), { mode: 'test', texts, usualDimensions: 1_536 })).data.map(({ embedding }) => embedding);

  it('makes unit vectors that are near each other where the texts are', async () => {
    const [cat, cats, rate] = await made('The cat sat on the mat', 'A cat is sitting on a mat', 'Central banks raise interest rates');
    expect(cat).toHaveLength(1_536);
    expect(cosine(cat!, cat!)).toBeCloseTo(1, 5);
    expect(cosine(cat!, cats!)).toBeGreaterThan(cosine(cat!, rate!) + 0.2);
    expect(await made('The cat sat on the mat')).toEqual([cat]);
    expect(host.requests).toHaveLength(0);
  });

  it('fails on demand', async () => {
    expect(await embed(modelNamed('any'), { mode: 'test', texts: ['x [[sandbox: rate-limited=60]]'] })).toMatchObject({ kind: 'failed', error: { status: 429 } });
    expect(await embed(modelNamed('any'), { mode: 'test', texts: ['x [[sandbox: overloaded once]]'] })).toMatchObject({ kind: 'completed', attempts: 2 });
  });
});
