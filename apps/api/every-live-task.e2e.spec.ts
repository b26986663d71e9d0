/** A live key and the keys of providers: all seven tasks go to a provider over HTTP, the cheapest way each, and are billed exactly. */
/* eslint-disable @typescript-eslint/no-explicit-any -- answers are looked into by name */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMediaProvider, type MediaProvider } from '../../libs/inference/testing/media-provider.js';
import { healthy } from '../../libs/inference/testing/stand-in/openai-script.js';
import { StandIn } from '../../libs/inference/testing/stand-in/stand-in.js';
import { newDataDir, removeDataDir, startProduct, type Product } from '../cli/testing/product.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

const key = `pk_live_abcdefghi_${'0123456789abcdef'.repeat(2)}`;
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
const secret = 'key_of_the_stand_in_000000000';

let dataDir: string;
let product: Product;
let media: MediaProvider;
let chat: StandIn;

beforeAll(async () => {
  [media, chat, dataDir] = await Promise.all([startMediaProvider(), StandIn.listen(healthy), newDataDir()]);
  const at = (host: string) => ({ [`${host.toUpperCase()}_API_KEY`]: secret, [`${host.toUpperCase()}_BASE_URL`]: media.providers[host]!.baseUrl! });
  product = await startProduct(dataDir, { GREATROUTER_BOOTSTRAP_KEY: key, DEEPSEEK_API_KEY: secret, DEEPSEEK_BASE_URL: chat.url, ...at('runway'), ...at('elevenlabs'), ...at('google'), ...at('tavily'), ...at('fal') });
});
afterAll(async () => {
  await product.stop();
  await Promise.all([media.close(), chat.close()]);
  await removeDataDir(dataDir);
});

const post = async (path: string, body: object) => {
  const answer = await fetch(product.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, any> };
};

const finished = (id: string) =>
  eventually(async () => (await (await fetch(`${product.url}/v1/jobs/${id}`, { headers })).json()) as Record<string, any>, (job) => job['ended_at'] !== null);

describe('a live key', () => {
  it.each([
    ['text', 'Explain tides.', { choices: expect.any(Array) }],
    ['code', 'Write a function that adds two numbers.', { choices: expect.any(Array) }],
    ['image', 'A picture of a lighthouse', { data: [{ mime_type: expect.stringContaining('image/') }] }],
    ['speech', 'Say good morning.', { audio: { mime_type: expect.stringContaining('audio/'), b64_json: expect.any(String) } }],
    ['web_search', 'What is new in databases?', {}],
  ])('%s: is answered by a provider that has a key', async (task, prompt, result) => {
    const { status, body } = await post('/v1/auto/route', { prompt, task, input: {} });
    expect([status, body['error'] ?? null]).toEqual([200, null]);
    expect(body).toMatchObject({ classification: { task }, result });
  });

  it.each([
    ['video', 'A clip of a lighthouse in the fog', { duration: 5 }, 'video/mp4'],
    ['music', 'A slow waltz for piano', { duration: 30 }, 'audio/'],
  ])('%s: is made by a provider that has a key, as a job', async (task, prompt, input, mime) => {
    const { status, body } = await post('/v1/auto/route', { prompt, task, input });
    expect([status, body['error'] ?? null]).toEqual([202, null]);
    expect(await finished(body['job'].id)).toMatchObject({ status: 'completed', result: { data: [{ mime_type: expect.stringContaining(mime), b64_json: expect.any(String) }] } });
  });

  it('is refused for a named model that no key here serves, with the key that would help', async () => {
    const { status, body } = await post('/v1/auto/route', { prompt: 'A song', task: 'music', model: 'minimax/music-2.6', input: {} });
    expect([status, body['error']]).toMatchObject([400, { code: 'model_not_routable', message: expect.stringContaining('it needs a key of minimax') }]);
  });
});
