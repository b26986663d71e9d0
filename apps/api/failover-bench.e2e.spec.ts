/**
 * The sixteen scenarios of the public FailoverBench catalogue (failoverbench/failoverbench) through the whole product:
 * an unmodified OpenAI client names its model and one that stands in for it, and the provider behind the API process
 * fails. Judged as the catalogue judges: the caller gets the whole answer (in S13 a clean error), and the provider is
 * not mistreated meanwhile. All but S15 run at the same time, because most of them are waiting.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { Recorded } from '../../libs/event-sourcing/domain/event.js';
import { failing } from '../../libs/inference/testing/stand-in/failing-script.js';
import { answerText, answerWords } from '../../libs/inference/testing/stand-in/openai-script.js';
import { StandIn } from '../../libs/inference/testing/stand-in/stand-in.js';
import { routeStream } from '../../libs/routing/domain/terminal.js';
import { runningProduct } from '../cli/testing/running-product.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

const key = `pk_live_failover0_${'0123456789abcdef'.repeat(2)}`;
/** The first token of a model is waited for ten seconds. */
const times = { slowMs: 60_000, retryAfterSeconds: 1 };
/** A timer counts from when its turn of the event loop began, so on a busy machine it ends a little early. */
const retryAfterMs = 900;
const scenarios = ['s01', 's02', 's03', 's04', 's05', 's06', 's07', 's08', 's09', 's10', 's11', 's12', 's13', 's14', 's16'] as const;
/** Two dollars for a million tokens in, eight out. */
const modelOf = (name: string) => ({
  id: `openrouter/${name}`, like: 'openai/gpt-4o-mini', name, native_model_id: name,
  pricing: { input_per_million_tokens: '2', output_per_million_tokens: '8' },
});

interface Chunk extends OpenAI.ChatCompletionChunk {
  readonly greatrouter?: { readonly request_id: string; readonly model: string; readonly attempts: number; readonly continued?: boolean; readonly cost_status?: string };
}
interface Seen {
  readonly text: string;
  readonly error: InstanceType<typeof OpenAI.APIError> | null;
  readonly finish: string | null;
  /** Of the last chunk. */
  readonly about: Chunk['greatrouter'];
  readonly tookMs: number;
  readonly events: readonly Recorded[];
}

let provider: StandIn;
let down = false;
const seen = new Map<string, Promise<Seen>>();
const product = runningProduct({
  env: async () => {
    provider = await StandIn.listen(failing(times, () => down));
    return { GREATROUTER_BOOTSTRAP_KEY: key, OPENROUTER_API_KEY: 'sk-stand-in-0000000000000000', OPENROUTER_BASE_URL: provider.url };
  },
  overrides: { models: [...scenarios, 's15', 'ok', 'ok-without-prefill'].map(modelOf) },
});

beforeAll(() => {
  for (const name of scenarios) seen.set(name, ask(name, name === 's14' ? 'ok-without-prefill' : 'ok'));
});
afterAll(async () => {
  await Promise.allSettled(seen.values());
  await provider.close();
});

async function ask(name: string, standIn = 'ok'): Promise<Seen> {
  const client = new OpenAI({ apiKey: key, baseURL: `${product.url}/v1`, maxRetries: 0 });
  const began = performance.now();
  let [text, finish, id, about, error] = ['', null as string | null, '', undefined as Chunk['greatrouter'], null as Seen['error']];
  try {
    const body = { model: `openrouter/${name}`, models: [`openrouter/${standIn}`], stream: true, messages: [{ role: 'user', content: `Why trust a gateway? (${name})` }] };
    for await (const chunk of (await client.chat.completions.create(body as never)) as unknown as AsyncIterable<Chunk>) {
      text += chunk.choices[0]?.delta.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      about = chunk.greatrouter ?? about;
      id ||= chunk.greatrouter?.request_id ?? '';
    }
  } catch (reason) {
    if (!(reason instanceof OpenAI.APIError)) throw reason;
    error = reason;
    id ||= reason.requestID ?? '';
  }
  return { text, finish, about, error, tookMs: performance.now() - began, events: await product.eventsOf(routeStream(id)) };
}

const callsTo = (name: string) => provider.requests.filter(({ model }) => model === name);
/** Of the models that stand in, by the question of the scenario. */
const rescuesOf = (name: string) => provider.requests.filter(({ model, body }) => model.startsWith('ok') && JSON.stringify(body).includes(`(${name})`));

/** The caller has the whole answer, once, properly ended, and the log has one ending. */
async function rescued(name: string): Promise<Seen> {
  const answer = await seen.get(name)!;
  expectWhole(answer);
  return answer;
}

function expectWhole({ text, finish, error, events }: Seen): void {
  expect([error, text, finish]).toEqual([null, answerText, 'stop']);
  expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['RouteRequested', 'ModelSelected']);
  expect(events.filter(({ type }) => /^Inference(Completed|Failed|Cancelled)$/.test(type)).map(({ type }) => type)).toEqual(['InferenceCompleted']);
}

it('S01 429 with Retry-After: waits as long as asked, then asks the same model', async () => {
  await rescued('s01');
  const [first, second] = callsTo('s01');
  expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(retryAfterMs);
  expect(rescuesOf('s01')).toHaveLength(0);
});

it('S02 429 without Retry-After, persistent: never hammers, falls back', async () => {
  await rescued('s02');
  expect(callsTo('s02').length).toBeLessThanOrEqual(3);
});

it('S03 500 once, then healthy: asks the same model again', async () => {
  await rescued('s03');
  expect(callsTo('s03')).toHaveLength(2);
});

it('S04 503 persistent: falls back within the budget', async () => {
  await rescued('s04');
  expect(callsTo('s04').length).toBeLessThanOrEqual(3);
});

it('S05 TCP reset before headers: asks again', async () => void (await rescued('s05')));

it('S06 no response at all: falls back after the first timeout, without asking the silent model again', async () => {
  await rescued('s06');
  expect(callsTo('s06')).toHaveLength(1);
});

it('S07 slow first token: does not wait for it', async () => {
  expect((await rescued('s07')).about).toMatchObject({ model: 'openrouter/ok' });
});

it('S08 stream cut mid-answer: the model that stands in goes on from the text already sent', async () => {
  const { about, events } = await rescued('s08');
  expect(about).toMatchObject({ model: 'openrouter/ok', continued: true, may_continue: true, cost_status: 'estimated' });
  expect(events.at(-1)!.data).toMatchObject({ continued: true, model: 'openrouter/ok' });
  expect((rescuesOf('s08')[0]!.body['messages'] as object[]).at(-1)).toEqual({ role: 'assistant', content: answerWords.slice(0, 12).join(' ') });
});

it('S09 stream stalls: the silence is noticed and the answer continued', async () => {
  expect((await rescued('s09')).about).toMatchObject({ continued: true });
});

it('S10 malformed chunk in the stream: it is left out, the rest is whole', async () => {
  await rescued('s10');
  expect(rescuesOf('s10')).toHaveLength(0);
});

it('S11 stream ends without [DONE]: finalised at once', async () => {
  const { about, tookMs } = await rescued('s11');
  expect(about).toMatchObject({ attempts: 1, cost_status: 'exact' });
  // Both were asked at the same time, and the other waits out a first token that never comes.
  expect(tookMs).toBeLessThan((await rescued('s06')).tookMs);
});

it('S12 context length exceeded: not asked again, goes to the model that stands in', async () => {
  await rescued('s12');
  expect(callsTo('s12')).toHaveLength(1);
});

it('S13 content-filter rejection: asked once, not shopped around, the reason is passed on', async () => {
  const { error, text, events } = await seen.get('s13')!;
  expect([error?.status, error?.code, text]).toEqual([400, 'content_policy_violation', '']);
  expect(error!.message).toContain('safety system');
  expect([callsTo('s13').length, rescuesOf('s13').length]).toEqual([1, 0]);
  expect(events.at(-1)!.type).toBe('InferenceFailed');
});

it('S14 fallback target rejects prefill: it is asked afresh, and joined where it repeats what was sent', async () => {
  expect((await rescued('s14')).about).toMatchObject({ continued: true, model: 'openrouter/ok-without-prefill' });
  expect(rescuesOf('s14')).toHaveLength(2);
});

it('S15 primary flaps: the stand-in serves the outage, few calls reach the primary, and it is used again once it recovers', async () => {
  down = true;
  for (let request = 0; request < 8; request++) expectWhole(await ask('s15'));
  expect(callsTo('s15').length).toBeLessThanOrEqual(4);
  down = false;
  const again = async () => {
    const answer = await ask('s15');
    expectWhole(answer);
    return answer.about?.model;
  };
  await eventually(again, (model) => model === 'openrouter/s15');
});

it('S16 fail-over accounting: the model that answered is named and billed, the failed calls are not', async () => {
  const { events, about } = await rescued('s16');
  expect(about).toMatchObject({ model: 'openrouter/ok', cost_status: 'exact' });
  expect(events.at(-1)!.data).toMatchObject({ model: 'openrouter/ok', cost: String(9 * 2_000_000 + answerWords.length * 8_000_000), costStatus: 'exact' });
  expect(events.filter(({ type }) => type === 'InferenceAttemptFailed').map(({ data }) => data)).toEqual([
    expect.objectContaining({ model: 'openrouter/s16', errorClass: 'overloaded', status: 503 }),
    expect.objectContaining({ model: 'openrouter/s16', errorClass: 'overloaded', status: 503 }),
  ]);
});
