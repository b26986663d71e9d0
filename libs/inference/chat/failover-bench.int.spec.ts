/**
 * The sixteen scenarios of the public FailoverBench catalogue (failoverbench/failoverbench), judged as it judges them:
 * the caller gets the whole answer (in S13 a clean error), and the provider is not mistreated meanwhile.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { ChainModel } from '../domain/chain.js';
import type { Completed, Failed } from '../domain/outcome.js';
import { failing } from '../testing/stand-in/failing-script.js';
import { answerText, answerWords } from '../testing/stand-in/openai-script.js';
import { StandIn } from '../testing/stand-in/stand-in.js';
import { eventsIn, modelNamed, Rig, textIn, until, type Answer } from '../testing/rig.js';

const times = { slowMs: 60_000, retryAfterSeconds: 1 };
/** A timer counts from when its turn of the event loop began, so on a busy machine it ends a little early. */
const retryAfterMs = 900;
const limits = { idleMs: 2_000 };
/** Of the models that keep their first token back; the others have what a real one has. */
const firstTokenLimitMs = 2_000;
const ok = modelNamed('ok');

let upstream: StandIn;
let rig: Rig;
let down = false;

beforeAll(async () => {
  upstream = await StandIn.listen(failing(times));
});
beforeEach(() => {
  down = false;
  upstream.follow(failing(times, () => down));
  rig = Rig.before(upstream.url, limits);
});
afterAll(() => upstream.close());

const callsTo = (name: string) => upstream.requests.filter(({ model }) => model === name);

async function ask(name: string, fallback: ChainModel = ok): Promise<Answer> {
  try {
    return await rig.ask([modelNamed(name, name === 's06' || name === 's07' ? { firstTokenLimitMs } : {}), fallback]);
  } finally {
    if (name !== 's15') await rig.close();
  }
}

/** The caller has the whole answer, once, properly ended. */
function expectRescued({ outcome, bytes }: Answer): void {
  expect(outcome.kind).toBe('completed');
  expect(textIn(bytes)).toBe(answerText);
  expect(outcome.output()).toBe(answerText);
  expect(bytes.endsWith('data: [DONE]\n\n')).toBe(true);
  expect(eventsIn(bytes).some((event) => 'error' in event)).toBe(false);
}

it('S01 429 with Retry-After: waits as long as asked, then asks the same model', async () => {
  expectRescued(await ask('s01'));
  const [first, second] = callsTo('s01');
  expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(retryAfterMs);
  expect(callsTo('ok')).toHaveLength(0);
});

it('S02 429 without Retry-After, persistent: never hammers, falls back', async () => {
  expectRescued(await ask('s02'));
  expect(callsTo('s02').length).toBeLessThanOrEqual(3);
});

it('S03 500 once, then healthy: asks the same model again', async () => {
  expectRescued(await ask('s03'));
  expect(callsTo('s03')).toHaveLength(2);
});

it('S04 503 persistent: falls back within the budget', async () => {
  expectRescued(await ask('s04'));
  expect(callsTo('s04').length).toBeLessThanOrEqual(3);
});

it('S05 TCP reset before headers: asks again', async () => {
  expectRescued(await ask('s05'));
});

it('S06 no response at all: falls back after the first timeout, without asking the silent model again', async () => {
  expectRescued(await ask('s06'));
  expect(callsTo('s06')).toHaveLength(1);
});

it('S07 slow first token: does not wait for it', async () => {
  const answer = await ask('s07');
  expectRescued(answer);
  expect(answer.outcome).toMatchObject({ model: 'maker/ok' });
});

it('S08 stream cut mid-answer: the next model goes on from the text already sent', async () => {
  const answer = await ask('s08');
  expectRescued(answer);
  expect(answer.outcome).toMatchObject({ continued: true, model: 'maker/ok', costStatus: 'estimated' });
  const [continuation] = callsTo('ok');
  expect((continuation!.body['messages'] as { role: string; content: string }[]).at(-1)).toEqual({
    role: 'assistant',
    content: answerWords.slice(0, 12).join(' '),
  });
  expect(eventsIn(answer.bytes).filter((event) => (event['greatrouter'] as { continued?: boolean } | undefined)?.continued)).toHaveLength(2);
});

it('S09 stream stalls: the silence is noticed and the answer continued', async () => {
  expectRescued(await ask('s09'));
  await until(() => upstream.leftAtMs.length >= 1);
});

it('S10 malformed chunk in the stream: it is left out, the rest is whole', async () => {
  expectRescued(await ask('s10'));
  expect(callsTo('ok')).toHaveLength(0);
});

it('S11 stream ends without [DONE]: finalised at once, with usage', async () => {
  const answer = await ask('s11');
  expectRescued(answer);
  expect(answer.outcome.usage?.outputTokens).toBe(answerWords.length);
});

it('S12 context length exceeded: not asked again, goes to the next model', async () => {
  expectRescued(await ask('s12'));
  expect(callsTo('s12')).toHaveLength(1);
});

it('S12 only goes to a model whose context is no smaller', async () => {
  const { outcome } = await rig.ask([modelNamed('s12', { contextWindow: 8_192 }), modelNamed('small', { contextWindow: 4_096 }), modelNamed('large', { contextWindow: 100_000 })]);
  expect(outcome).toMatchObject({ kind: 'completed', model: 'maker/large' });
  expect(callsTo('small')).toHaveLength(0);
  await rig.close();
});

it('S13 content-filter rejection: asked once, not shopped around, the reason is passed on', async () => {
  const { outcome } = await ask('s13');
  expect(outcome).toMatchObject({ kind: 'failed', tail: null, error: { status: 400, code: 'content_policy_violation' } });
  expect((outcome as Failed).error.message).toContain('safety system');
  expect(upstream.requests).toHaveLength(1);
});

it('S14 fallback target rejects prefill: it is asked afresh, and joined where it repeats what was sent', async () => {
  const answer = await ask('s14', modelNamed('ok-without-prefill'));
  expectRescued(answer);
  expect(callsTo('ok-without-prefill')).toHaveLength(2);
});

it('S14 a host known to refuse prefill is never sent one', async () => {
  expectRescued(await ask('s14', modelNamed('ok-without-prefill', { host: 'together' })));
  expect(callsTo('ok-without-prefill')).toHaveLength(1);
});

it('S15 primary flaps: the fallback serves the outage, few calls reach the primary, and it is used again once it recovers', async () => {
  down = true;
  for (let request = 0; request < 8; request++) expectRescued(await ask('s15'));
  expect(callsTo('s15').length).toBeLessThanOrEqual(4);
  down = false;
  const again = async () => {
    const answer = await ask('s15');
    expectRescued(answer);
    return answer.outcome.model;
  };
  await until(async () => (await again()) === 'maker/s15');
  await rig.close();
});

it('S16 fail-over accounting: the model that answered is named and billed, the failed calls are not', async () => {
  const answer = await ask('s16');
  expectRescued(answer);
  const outcome = answer.outcome as Completed;
  expect(eventsIn(answer.bytes).every((event) => event['model'] === 'ok')).toBe(true);
  expect(outcome).toMatchObject({ model: 'maker/ok', costStatus: 'exact' });
  expect(outcome.cost).toBe(BigInt(9 * 2_000_000 + answerWords.length * 8_000_000));
  expect(outcome.failedAttempts.map(({ model, errorClass, status }) => ({ model, errorClass, status }))).toEqual([
    { model: 'maker/s16', errorClass: 'overloaded', status: 503 },
    { model: 'maker/s16', errorClass: 'overloaded', status: 503 },
  ]);
});

it('a cut that nobody may continue ends in an error event, never in a clean end', async () => {
  const { outcome, bytes } = await rig.ask([modelNamed('s08'), ok], { mayContinue: false });
  expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'upstream_stream_cut' }, costStatus: 'estimated' });
  expect(eventsIn(bytes).at(-1)).toMatchObject({ error: { type: 'upstream_error', code: 'upstream_stream_cut' } });
  expect(bytes).not.toContain('[DONE]');
  await rig.close();
});
