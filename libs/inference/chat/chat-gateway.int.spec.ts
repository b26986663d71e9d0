import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toPico, type Money } from '../../money/money.js';
import { answerText, answerWords, done, healthy, streamEvents } from '../testing/stand-in/openai-script.js';
import { hang, head, write } from '../testing/stand-in/steps.js';
import { StandIn } from '../testing/stand-in/stand-in.js';
import { eventsIn, modelNamed, Rig, TestSink, testKey, textIn, until } from '../testing/rig.js';

let upstream: StandIn;
let rig: Rig;

beforeAll(async () => {
  upstream = await StandIn.listen(healthy);
  rig = Rig.before(upstream.url);
});
afterAll(async () => {
  await rig.close();
  await upstream.close();
});

describe('a whole answer', () => {
  it('passes the bytes of the upstream, with usage and exact cost beside them', async () => {
    upstream.follow(healthy);
    const { outcome } = await rig.ask([modelNamed('m')], { stream: false });
    expect(outcome).toMatchObject({ kind: 'completed', finishReason: 'stop', attempts: 1, costStatus: 'exact', usage: { inputTokens: 9, outputTokens: answerWords.length } });
    expect(toPico(outcome.cost as Money)).toBe(String(9 * 2_000_000 + answerWords.length * 8_000_000));
    expect(outcome.output()).toBe(answerText);
  });

  it('asks with the key and the host id of the model, and with nothing of the stream', async () => {
    upstream.follow(healthy);
    await rig.ask([modelNamed('m')], { stream: false });
    expect(upstream.requests[0]).toMatchObject({ path: '/v1/chat/completions', model: 'm', headers: { authorization: `Bearer ${testKey}` } });
    expect(upstream.requests[0]!.body).not.toHaveProperty('stream_options');
  });
});

describe('a stream', () => {
  it('is the bytes of the upstream, but for metadata on the first and the last chunk', async () => {
    upstream.follow(healthy);
    const { bytes, outcome } = await rig.ask([modelNamed('m')]);
    const original = streamEvents(upstream.requests[0]!);
    const got = bytes.split('\n\n').filter(Boolean).map((event) => `${event}\n\n`);
    expect(got).toHaveLength(original.length);
    expect(got.slice(1, -2)).toEqual(original.slice(1, -2));
    const first = { phase: 'first', model: 'maker/m', attempts: 1, continued: false };
    expect(eventsIn(got[0]!)[0]).toEqual({ ...eventsIn(original[0]!)[0], greatrouter: first });
    expect(eventsIn(got.at(-2)!)[0]).toEqual({ ...eventsIn(original.at(-2)!)[0], greatrouter: { ...first, phase: 'last' } });
    expect(got.at(-1)).toBe(done);
    expect(outcome).toMatchObject({ kind: 'completed', costStatus: 'exact', usage: { outputTokens: answerWords.length } });
    expect(outcome.output()).toBe(answerText);
  });

  it('drops the usage chunk nobody asked for, and only that', async () => {
    upstream.follow(healthy);
    const { bytes, outcome } = await rig.ask([modelNamed('m')], { includeUsage: false });
    expect(eventsIn(bytes).some((event) => 'usage' in event)).toBe(false);
    expect(eventsIn(bytes).at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }], greatrouter: { phase: 'last' } });
    expect(textIn(bytes)).toBe(answerText);
    expect(outcome.usage?.outputTokens).toBe(answerWords.length);
  });

  it('holds back its tail, so that the ending can be made durable first', async () => {
    upstream.follow(healthy);
    const { sink } = await rig.ask([modelNamed('m')]);
    expect(sink!.text()).not.toContain('[DONE]');
    expect(sink!.text()).not.toContain('"finish_reason":"stop"');
    expect(sink!.starts).toHaveLength(1);
  });
});

describe('the sandbox', () => {
  it('serves every model to test keys, the same answer each time', async () => {
    const ask = () => rig.ask([modelNamed('m')], { mode: 'test' });
    const [one, two] = [await ask(), await ask()];
    expect(one.outcome).toMatchObject({ kind: 'completed', host: 'sandbox', model: 'maker/m', costStatus: 'exact' });
    expect(textIn(one.bytes)).toBe(textIn(two.bytes));
    expect(textIn(one.bytes).length).toBeGreaterThan(20);
    expect(one.outcome.output()).toBe(textIn(one.bytes));
  });
});

it('trouble asked of the sandbox stays with the request that asked for it', async () => {
  const asking = (text: string) => rig.ask([modelNamed('m')], { mode: 'test', body: { messages: [{ role: 'user', content: text }] } });
  expect((await asking('[[sandbox: rate-limited=60]]')).outcome).toMatchObject({ kind: 'failed', error: { status: 429 } });
  expect((await asking('hello')).outcome.kind).toBe('completed');
});

it('leaves the upstream when the client hangs up, and bills what was seen as an estimate', async () => {
  upstream.follow(function* (request) {
    yield head();
    for (const each of streamEvents(request).slice(0, 5)) yield write(each);
    yield hang;
  });
  const abort = new AbortController();
  const sink = new TestSink();
  sink.onWrite = () => abort.abort();
  const { outcome } = await rig.ask([modelNamed('m')], { signal: abort.signal, sink });
  expect(outcome).toMatchObject({ kind: 'cancelled', by: 'client', costStatus: 'estimated' });
  expect(outcome.cost).toBeGreaterThan(0n);
  expect(outcome.output()!.length).toBeGreaterThan(0);
  await until(() => upstream.leftAtMs.length === 1);
});
