/** Every task of the contract, with a test key: what is asked for is what comes back, as real files. */
/* eslint-disable @typescript-eslint/no-explicit-any -- results of six shapes are looked into by name */
import { describe, expect, it } from '@jest/globals';
import OpenAI, { toFile } from 'openai';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import { runningStores } from '../cli/running.js';
import { runningProduct } from '../cli/testing/running-product.js';

const product = runningProduct();

const route = async (body: object, path = '/v1/auto/route') => {
  const answer = await fetch(product.url + path, { method: 'POST', headers: { authorization: `Bearer ${product.key}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, any> };
};
const bytes = (item: { b64_json: string }) => Buffer.from(item.b64_json, 'base64');
const onePixel = `data:image/png;base64,${'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='}`;

const rows: [what: string, request: object, task: string, check: (result: any) => void][] = [
  ['text', { prompt: 'What is the capital of France?', input: {} }, 'text', (result) => expect(result.choices[0].message.content).toMatch(/\S/)],
  ['code', { prompt: 'Write a Python function that reverses a linked list', input: {} }, 'code', (result) => expect(result.choices[0].message.content).toMatch(/\S/)],
  ['an image', { prompt: 'Generate an image of a cat on a sofa', input: { n: 2, size: '64x48' } }, 'image', (result) => {
    expect(result.data).toHaveLength(2);
    const picture = bytes(result.data[0]);
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([64, 48]);
  }],
  ['an edited image', { prompt: 'Remove the background of this photo', input: { image: onePixel } }, 'image', (result) => expect(bytes(result.data[0]).subarray(1, 4).toString()).toBe('PNG')],
  ['a voice', { prompt: 'Read this aloud in a calm voice: good morning', task: 'speech', input: { text: 'Good morning' } }, 'speech', (result) => expect(bytes(result.audio).subarray(0, 4).toString()).toBe('RIFF')],
  ['a web search', { prompt: 'Search the web for the latest news about fusion energy', input: {} }, 'web_search', (result) => expect(JSON.stringify(result)).toMatch(/http|content/)],
];

describe('every task', () => {
  it.each(rows)('%s', async (_, request, task, check) => {
    const { status, body } = await route(request);
    expect([status, body['classification']?.task ?? body]).toEqual([200, task]);
    check(body['result']);
  });

  it('the same request is the same picture', async () => {
    const ask = { prompt: 'Draw a red house', task: 'image', input: { seed: 1 } };
    const [first, second] = [await route(ask), await route(ask)];
    expect(first.body['result'].data).toEqual(second.body['result'].data);
  });

  it('a picture that is neither an address nor data is a 400 before anything is recorded', async () => {
    const { status, body } = await route({ prompt: 'Crop this', input: { image: 'C:\\cat.png' } });
    expect([status, body['error'].param]).toEqual([400, 'image']);
  });

  it('feedback that comes with a request is in the log', async () => {
    const { status } = await route({ prompt: 'Sketch me a plan of a garden', input: {}, feedback: { correct: false, suggested_task: 'image' } });
    expect(status).toBe(200);
    const log = new EventLog((await runningStores(product.dataDir))!.eventStoreUrl);
    const given: unknown[] = [];
    for await (const { type, data } of log.readAll()) if (type === 'FeedbackGiven') given.push(data);
    await log.close();
    expect(given).toEqual([expect.objectContaining({ correct: false, suggestedTask: 'image' })]);
  });

  it('fails over when it is asked to fail once', async () => {
    const { status } = await route({ prompt: 'Draw a boat [[sandbox: overloaded once]]', task: 'image', input: {} });
    expect(status).toBe(200);
  });

  it('is a 502 when every model is asked to fail', async () => {
    const { status, body } = await route({ prompt: 'Draw a boat [[sandbox: overloaded]]', task: 'image', input: {} });
    expect([status, body['error'].type]).toEqual([502, 'upstream_error']);
  });

  it('answers the official client: images, edits, speech and transcriptions', async () => {
    const client = new OpenAI({ apiKey: product.key, baseURL: `${product.url}/v1`, maxRetries: 0 });
    const made = await client.images.generate({ model: 'router', prompt: 'a lighthouse at dusk', n: 2, size: '64x64' as '256x256' });
    expect(made.data!.map(({ b64_json }) => Buffer.from(b64_json!, 'base64').subarray(1, 4).toString())).toEqual(['PNG', 'PNG']);
    const picture = await toFile(Buffer.from(made.data![0]!.b64_json!, 'base64'), 'lighthouse.png', { type: 'image/png' });
    const edited = await client.images.edit({ model: 'router', image: picture, prompt: 'add a boat' });
    expect(edited.data).toHaveLength(1);
    const spoken = await client.audio.speech.create({ model: 'router', voice: 'alloy', input: 'Good morning to everybody' });
    const recording = Buffer.from(await spoken.arrayBuffer());
    expect(recording.subarray(0, 4).toString()).toBe('RIFF');
    const heard = await client.audio.transcriptions.create({ model: 'router', file: await toFile(recording, 'morning.wav', { type: 'audio/wav' }) });
    expect(heard.text).toMatch(/\S/);
  });

  it.each([
    ['/v1/images/generations', {}, 'prompt'],
    ['/v1/images/generations', { prompt: 7 }, 'prompt'],
    ['/v1/audio/speech', { input: '' }, 'input'],
  ])('%s with %j is a 400 that names %s', async (path, body, param) => {
    const answer = await route(body, path);
    expect([answer.status, answer.body['error'].param]).toEqual([400, param]);
  });

  it('the explicit route keeps to its filters', async () => {
    const { status, body } = await route({ query: 'image_generation', input: { prompt: 'a lighthouse' }, maxCost: 'standard' }, '/v1/models/route');
    expect([status, body['model']?.task_type ?? body]).toEqual([200, 'image_generation']);
    expect(bytes(body['result'].data[0]).subarray(1, 4).toString()).toBe('PNG');
  });
});
