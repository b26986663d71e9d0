import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OrgId } from '../../identity/domain/caller.js';
import type { ChatCall, Completed } from '../domain/outcome.js';
import { answerText, answerWords, healthy } from '../testing/stand-in/openai-script.js';
import { StandIn } from '../testing/stand-in/stand-in.js';
import { refusal, wait } from '../testing/stand-in/steps.js';
import { callWith, eventsIn, modelNamed, Rig, testPlaces, TestSink, textIn } from '../testing/rig.js';
import { MemoryAnswerCache } from './answer-cache.js';
import { AnswerPlaces, openedAnswer, sealedAnswer, type AnswerPlace } from './answer-place.js';
import { CachedGateway } from './cached-gateway.js';

let upstream: StandIn;
let rig: Rig;
let gateway: CachedGateway;
let cache: MemoryAnswerCache;
let data: ReturnType<typeof testPlaces>;

beforeAll(async () => {
  upstream = await StandIn.listen(healthy);
});
beforeEach(() => {
  upstream.follow(healthy);
  rig = Rig.before(upstream.url);
  data = testPlaces();
  cache = new MemoryAnswerCache();
  gateway = new CachedGateway(rig.gateway, cache, data.places);
});
afterEach(() => gateway.close());
afterAll(() => upstream.close());

async function ask(more: Partial<ChatCall> = {}, stream = true) {
  const sink = stream ? new TestSink() : null;
  const outcome = (await gateway.chat(callWith([modelNamed('m')], { cacheTtlSeconds: 60, ...more }), sink)) as Completed;
  const bytes = outcome.answer.form === 'stream' ? sink!.text() + outcome.answer.tail.toString() : outcome.answer.bytes.toString();
  return { outcome, bytes, sink };
}

it('repeats a streamed answer as a stream, for nothing', async () => {
  const first = await ask();
  const second = await ask();
  expect(first.outcome).toMatchObject({ cache: 'miss', attempts: 1 });
  expect(second.outcome).toMatchObject({ cache: 'hit', attempts: 0, cost: 0n, costStatus: 'exact', finishReason: 'stop' });
  expect(second.sink!.starts).toMatchObject([{ cache: 'hit' }]);
  expect(textIn(second.bytes)).toBe(answerText);
  expect(second.bytes.endsWith('data: [DONE]\n\n')).toBe(true);
  expect(eventsIn(second.bytes).at(-1)).toMatchObject({ usage: { completion_tokens: answerWords.length }, greatrouter: { phase: 'last' } });
  expect(second.outcome.output()).toBe(answerText);
  expect(upstream.requests).toHaveLength(1);
});

it('repeats a streamed answer whole, and a whole one as a stream', async () => {
  await ask();
  const whole = await ask({}, false);
  expect(JSON.parse(whole.bytes)).toMatchObject({ object: 'chat.completion', choices: [{ message: { content: answerText } }], usage: { prompt_tokens: 9 } });
  await ask({ body: { messages: [{ role: 'user', content: 'other' }] } }, false);
  expect(textIn((await ask({ body: { messages: [{ role: 'user', content: 'other' }] } })).bytes)).toBe(answerText);
  expect(upstream.requests).toHaveLength(2);
});

describe('the key', () => {
  const body = { messages: [{ role: 'user', content: 'Hi' }] };

  it.each<[string, Partial<ChatCall>]>([
    ['another organization', { orgId: 'org_other' as OrgId }],
    ['another prompt', { body: { messages: [{ role: 'user', content: 'Hi!' }] } }],
    ['another temperature', { body: { ...body, temperature: 0.1 } }],
    ['another chosen model', { chain: [modelNamed('n')] }],
    ['a test key', { mode: 'test' }],
    ['another end user', { body: { ...body, user: 'jane' } }],
  ])('%s is another answer', async (_, more) => {
    await ask({ body });
    expect((await ask({ body, ...more })).outcome.cache).toBe('miss');
  });

  it('the way of delivery is not part of it', async () => {
    await ask({ body: { ...body, stream: true, stream_options: { include_usage: true } } });
    expect((await ask({ body }, false)).outcome.cache).toBe('hit');
  });
});

it('an answer that was kept before an erasure is not repeated after it, nor kept in the clear', async () => {
  const kept: Buffer[] = [];
  const set = cache.set.bind(cache);
  const places: AnswerPlace[] = [];
  cache.set = (place, answer, ttl) => (places.push(place), kept.push(sealedAnswer(place, JSON.stringify(answer))), set(place, answer, ttl));
  await ask();
  expect((await ask()).outcome.cache).toBe('hit');
  data.erase();
  expect((await ask()).outcome.cache).toBe('miss');
  const [before, after] = places;
  expect(after!.name).not.toBe(before!.name);
  expect(() => openedAnswer(after!, kept[0]!)).toThrow();
  expect(openedAnswer(before!, kept[0]!)).toContain(answerText);
  expect(kept[0]!.includes(answerText)).toBe(false);
});

it('keeps nothing while there is no data key to keep it under', async () => {
  const keyless = new CachedGateway(rig.gateway, cache, new AnswerPlaces({ cachedKeyFor: () => undefined, keyFor: () => Promise.resolve(null) }));
  const call = () => keyless.chat(callWith([modelNamed('m')], { cacheTtlSeconds: 60 }), null);
  expect([(await call()).kind, (await call()).kind, upstream.requests.length]).toEqual(['completed', 'completed', 2]);
});

it('without the header nothing is kept or repeated', async () => {
  await ask({ cacheTtlSeconds: 0 });
  expect((await ask({ cacheTtlSeconds: 0 })).outcome.cache).toBe('off');
  expect((await ask()).outcome.cache).toBe('miss');
});

it('identical requests in flight are one call', async () => {
  upstream.follow((request) => healthy(request, 5));
  const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => ask({}, index % 2 === 0)));
  expect(upstream.requests).toHaveLength(1);
  expect(answers.map(({ outcome }) => outcome.cache).sort()).toEqual([...Array<string>(7).fill('hit'), 'miss']);
  expect(answers.every(({ outcome }) => outcome.output() === answerText)).toBe(true);
});

describe('one who waits for another’s answer', () => {
  const join = (heartbeatMs: number) => {
    const rig = Rig.before(upstream.url);
    const joined = new CachedGateway(rig.gateway, new MemoryAnswerCache(), testPlaces().places, heartbeatMs);
    const call = () => callWith([modelNamed('m')], { cacheTtlSeconds: 60 });
    const leading = joined.chat(call(), null);
    const sink = new TestSink();
    return { leading, sink, waiting: joined.chat(call(), sink), close: () => joined.close() };
  };

  it('hears comments meanwhile, then the answer, started once', async () => {
    upstream.follow(function* (request) {
      while (comments() < 2) yield wait(5);
      yield* healthy(request);
    });
    const { leading, sink, waiting, close } = join(20);
    const comments = () => sink.text().match(/^: still working$/gm)?.length ?? 0;
    const [, outcome] = [await leading, await waiting];
    expect(sink.starts).toHaveLength(1);
    expect(textIn(sink.text())).toBe(answerText);
    expect(outcome).toMatchObject({ kind: 'completed', cache: 'hit' });
    await close();
  });

  it('ends in an error event when its own call fails after comments', async () => {
    upstream.follow(function* () {
      while (sink.writes.length === 0) yield wait(5);
      yield* refusal(400, null, 'no');
    });
    const { leading, sink, waiting, close } = join(15);
    const [led, outcome] = [await leading, await waiting];
    expect([led.kind, outcome.kind, sink.starts.length]).toEqual(['failed', 'failed', 1]);
    expect(String((outcome as { tail: Buffer | null }).tail)).toContain('"error"');
    await close();
  });
});

it('a failure is neither kept nor shared', async () => {
  upstream.follow((request) => (request.attempt === 1 ? refusal(400, null, 'no') : healthy(request)));
  const outcomes = await Promise.all([0, 1].map(() => gateway.chat(callWith([modelNamed('m')], { cacheTtlSeconds: 60 }), null)));
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['completed', 'failed']);
});

it('one who waits for another’s answer can hang up', async () => {
  upstream.follow((request) => healthy(request, 20));
  const abort = new AbortController();
  const leading = ask();
  const waiting = gateway.chat(callWith([modelNamed('m')], { cacheTtlSeconds: 60, signal: abort.signal }), null);
  abort.abort();
  expect((await waiting).kind).toBe('cancelled');
  expect((await leading).outcome.kind).toBe('completed');
});
