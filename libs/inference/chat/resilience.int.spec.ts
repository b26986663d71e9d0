/** What holds whatever a provider does: bounded memory, kept deadlines, clean errors, one ending. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pricing } from '../../catalog/domain/pricing.js';
import type { Failed } from '../domain/outcome.js';
import { answerWords, chunk, done, healthy, streamEvents } from '../testing/stand-in/openai-script.js';
import { StandIn } from '../testing/stand-in/stand-in.js';
import { end, hang, head, json, refusal, wait, write } from '../testing/stand-in/steps.js';
import { eventsIn, modelNamed, prompt, Rig, TestSink, testKey, testPricing, textIn, until } from '../testing/rig.js';

let upstream: StandIn;
let rig: Rig;

beforeAll(async () => {
  upstream = await StandIn.listen(healthy);
});
beforeEach(() => {
  rig = Rig.before(upstream.url);
});
afterEach(() => rig.close());
afterAll(() => upstream.close());

describe('a slow client', () => {
  const filler = 'x'.repeat(8_000);

  it('stops the provider, so that memory stays flat, and then gets every byte', async () => {
    let sent = 0;
    const total = 3_000;
    upstream.follow(function* () {
      yield head();
      yield write(chunk('m', { role: 'assistant', content: '' }));
      for (; sent < total; sent++) yield write(chunk('m', { content: filler }));
      yield* [write(chunk('m', {}, 'stop')), write(done), end];
    });
    const sink = new TestSink();
    sink.fast = false;
    const asked = rig.ask([modelNamed('m')], { sink });
    await until(() => sink.writes.length > 0);
    // The socket buffers of both sides fill up and the stand-in comes to rest, far from its end.
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(sent).toBeLessThan(total);
    const drain = setInterval(() => sink.drain(), 1);
    sink.fast = true;
    const { outcome, bytes } = await asked;
    clearInterval(drain);
    expect(outcome.kind).toBe('completed');
    expect(textIn(bytes)).toHaveLength(total * filler.length);
  });
});

describe('a slow provider', () => {
  it('is covered by heartbeat comments, which clients ignore', async () => {
    const patient = Rig.before(upstream.url, { heartbeatMs: 150 });
    const sink = new TestSink();
    upstream.follow(function* (request) {
      yield head();
      while (sink.writes.length === 0) yield wait(5);
      yield* [...streamEvents(request).map(write), end];
    });
    const { bytes, outcome } = await patient.ask([modelNamed('m')], { sink });
    expect(bytes.startsWith(': still working\n\n')).toBe(true);
    expect(outcome.kind).toBe('completed');
    expect(eventsIn(bytes)[0]).toMatchObject({ greatrouter: { phase: 'first' } });
    await patient.close();
  });

  it('may still be replaced after a heartbeat: no content was sent', async () => {
    const impatient = Rig.before(upstream.url, { heartbeatMs: 100 });
    upstream.follow((request) => (request.model === 'silent' ? [head(), hang] : healthy(request)));
    const { bytes, outcome } = await impatient.ask([modelNamed('silent', { firstTokenLimitMs: 500 }), modelNamed('m')]);
    expect(bytes).toContain(': still working');
    expect(outcome).toMatchObject({ kind: 'completed', model: 'maker/m' });
    await impatient.close();
  });

  it('is ended by the total deadline, streamed or whole', async () => {
    const hurried = Rig.before(upstream.url, { totalMs: 300 });
    upstream.follow(() => [hang]);
    const outcomes = [await hurried.ask([modelNamed('m')]), await hurried.ask([modelNamed('m')], { stream: false })];
    expect(outcomes.map(({ outcome }) => (outcome as Failed).error.class)).toEqual(['timeout', 'timeout']);
    await hurried.close();
  });
});

describe('errors', () => {
  it('are scrubbed of the key and of the prompt before anyone sees or keeps them', async () => {
    upstream.follow(() => refusal(400, 'invalid_request_error', `Key ${testKey} may not say: ${prompt}`));
    const { outcome } = await rig.ask([modelNamed('m')]);
    const everything = JSON.stringify([(outcome as Failed).error, outcome.failedAttempts]);
    expect(everything).not.toContain(testKey);
    expect(everything).not.toContain('earns trust');
    expect((outcome as Failed).error).toMatchObject({ status: 400, type: 'invalid_request_error' });
  });

  it('of the installation are not blamed on the client, and clients are told not to hammer', async () => {
    upstream.follow(() => refusal(401, 'invalid_api_key', `Incorrect API key provided: ${testKey}`));
    const { outcome } = await rig.ask([modelNamed('m')]);
    expect((outcome as Failed).error).toMatchObject({ status: 502, code: 'provider_authentication_failed', headers: { 'x-should-retry': 'false' } });
  });

  it('carry the wait that a provider asked for', async () => {
    upstream.follow(() => refusal(429, 'rate_limit_exceeded', 'slow down', { 'retry-after': '33' }));
    const { outcome } = await rig.ask([modelNamed('m')]);
    expect((outcome as Failed).error).toMatchObject({ status: 429, headers: { 'retry-after': '33', 'retry-after-ms': '33000' } });
  });

  it('inside a 200 with a JSON body are failures', async () => {
    upstream.follow((request) => (request.model === 'bad' ? json(200, { error: { message: 'Provider returned error', code: 502 } }) : healthy(request)));
    expect((await rig.ask([modelNamed('bad'), modelNamed('m')])).outcome).toMatchObject({ kind: 'completed', model: 'maker/m' });
    expect((await rig.ask([modelNamed('bad'), modelNamed('m')], { stream: false })).outcome).toMatchObject({ kind: 'completed', model: 'maker/m' });
  });

  it('a whole answer that is no JSON, or cut, goes to the next model', async () => {
    upstream.follow((request) => {
      if (request.model === 'garbage') return [head(200, { 'content-type': 'application/json' }), write('{"choices":[{"mess'), end];
      if (request.model === 'short') return [{ do: 'head', status: 200, chunked: false, headers: { 'content-type': 'application/json', 'content-length': '500' } }, write('{"id":'), { do: 'close' }];
      return healthy(request);
    });
    for (const name of ['garbage', 'short']) {
      expect((await rig.ask([modelNamed(name), modelNamed('m')], { stream: false })).outcome).toMatchObject({ kind: 'completed', model: 'maker/m' });
    }
  });

  it('without any key for a model, the next one is asked, and a lone one says so', async () => {
    upstream.follow(healthy);
    expect((await rig.ask([modelNamed('x', { host: 'xai' }), modelNamed('m')])).outcome).toMatchObject({ kind: 'completed', failedAttempts: [{ errorClass: 'not_configured' }], attempts: 1 });
    expect((await rig.ask([modelNamed('x', { host: 'xai' })])).outcome).toMatchObject({ kind: 'failed', error: { code: 'provider_not_configured' }, attempts: 0, cost: 0n });
  });
});

it("the operator's own deployment is any provider with an address, with or without a key", async () => {
  const own = new Rig({ acme: { apiKey: null, baseUrl: `${upstream.url}/` } });
  upstream.follow(healthy);
  expect((await own.ask([modelNamed('m', { host: 'acme' })])).outcome).toMatchObject({ kind: 'completed', host: 'acme' });
  expect(upstream.requests[0]).toMatchObject({ path: '/v1/chat/completions' });
  expect(upstream.requests[0]!.headers).not.toHaveProperty('authorization');
  await own.close();
});

it('a model that fails at one host is asked for at the next, at its price there, before another model is', async () => {
  upstream.follow((request) => (request.model === 'here' ? refusal(503, 'overloaded', 'overloaded') : healthy(request)));
  const here = modelNamed('here');
  const there = { host: 'together', modelId: 'there', pricing: { ...testPricing, rates: { input: '1', output: '1' } } as Pricing };
  const unpriced = { host: 'together', modelId: 'there', pricing: null };
  const { outcome } = await rig.ask([{ ...here, endpoints: [...here.endpoints, there] }, modelNamed('other')]);
  expect(outcome).toMatchObject({ kind: 'completed', model: 'maker/here', host: 'together', cost: BigInt(9 + answerWords.length) });
  expect((await rig.ask([{ ...here, endpoints: [...here.endpoints, unpriced] }, modelNamed('other')])).outcome).toMatchObject({ model: 'maker/other' });
  const pinned = await rig.ask([{ ...modelNamed('there', { host: 'nobody' }), endpoints: [unpriced] }]);
  expect(pinned.outcome).toMatchObject({ kind: 'completed', costStatus: 'unpriced' });
});

it('another key of the host answers when one is limited', async () => {
  const keyed = new Rig({ openrouter: { apiKey: 'first-key-00001, second-key-0002', baseUrl: upstream.url } });
  upstream.follow((request) => (request.headers['authorization'] === 'Bearer first-key-00001' ? refusal(429, null, 'limited', { 'retry-after': '60' }) : healthy(request)));
  expect((await keyed.ask([modelNamed('m')])).outcome).toMatchObject({ kind: 'completed', attempts: 2 });
  expect((await keyed.ask([modelNamed('m')])).outcome).toMatchObject({ kind: 'completed', attempts: 1 });
  await keyed.close();
});

it('a fault of the caller, in its sink or its metadata, ends the call and reaches the caller', async () => {
  upstream.follow((request) => healthy(request, 2));
  const sink = new TestSink();
  sink.start = () => {
    throw new TypeError('bad header');
  };
  await expect(rig.ask([modelNamed('m')], { sink })).rejects.toThrow('bad header');
  const metadata = () => {
    throw new TypeError('bad metadata');
  };
  await expect(rig.ask([modelNamed('m')], { metadata })).rejects.toThrow('bad metadata');
});

it('a host that answers a streaming request whole is told as a stream', async () => {
  upstream.follow((request) => healthy({ ...request, body: { ...request.body, stream: false } }));
  const { bytes, outcome } = await rig.ask([modelNamed('m')]);
  expect(outcome).toMatchObject({ kind: 'completed', costStatus: 'exact', finishReason: 'stop' });
  expect(textIn(bytes).length).toBeGreaterThan(50);
  expect(bytes.endsWith('data: [DONE]\n\n')).toBe(true);
});

it('a provider that says [DONE] and never hangs up is not waited for', async () => {
  upstream.follow(function* (request) {
    yield head();
    yield* [...streamEvents(request).map(write), hang];
  });
  expect((await rig.ask([modelNamed('m')])).outcome.kind).toBe('completed');
  await until(() => upstream.leftAtMs.length === 1);
});

it('closing the gateway ends what is under way as cancelled by the operator', async () => {
  upstream.follow(() => [head(), hang]);
  const asked = rig.ask([modelNamed('m')]);
  await until(() => upstream.requests.length === 1);
  await rig.close();
  expect((await asked).outcome).toMatchObject({ kind: 'cancelled', by: 'operator' });
});

it('a call that is cancelled before it was made calls nobody', async () => {
  upstream.follow(healthy);
  expect((await rig.ask([modelNamed('m')], { signal: AbortSignal.abort() })).outcome).toMatchObject({ kind: 'cancelled', attempts: 0, cost: 0n });
  expect(upstream.requests).toHaveLength(0);
});

it('an upstream that does not listen is a failed connection', async () => {
  const nobody = new Rig({ openrouter: { apiKey: testKey, baseUrl: 'http://127.0.0.1:9/v1' } });
  expect((await nobody.ask([modelNamed('m')])).outcome).toMatchObject({ kind: 'failed', error: { code: 'upstream_connection_failed', status: 502 } });
  await nobody.close();
});

