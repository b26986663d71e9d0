/** Every translated format against its stand-in: what the client reads is OpenAI's, what is kept is the provider's. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Completed } from '../domain/outcome.js';
import { anthropic, anthropicUsage } from '../testing/stand-in/anthropic-script.js';
import { google, googleUsage } from '../testing/stand-in/google-script.js';
import { responses, responsesUsage } from '../testing/stand-in/responses-script.js';
import { StandIn, type Script } from '../testing/stand-in/stand-in.js';
import { eventsIn, modelNamed, Rig, textIn } from '../testing/rig.js';

const text = 'Grüße aus 東京 👋';
const tools = [{ type: 'function', function: { name: 'weather', description: 'of a city', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];
const question = { messages: [{ role: 'user', content: 'Where?' }] };

const dialects = [
  { host: 'anthropic', model: 'claude-test', script: anthropic as Script, raw: anthropicUsage, usage: { inputTokens: 5_011, cachedInputTokens: 4_000, cacheWriteTokens: 1_000, outputTokens: 7 } },
  { host: 'google', model: 'gemini-test', script: google as Script, raw: googleUsage, usage: { inputTokens: 1_500, cachedInputTokens: 1_000, inputAudioTokens: 1_000, cachedAudioTokens: 1_000, outputTokens: 46, reasoningTokens: 40 } },
  { host: 'openai', model: 'o3-pro', script: responses as Script, raw: responsesUsage, usage: { inputTokens: 300, cachedInputTokens: 256, outputTokens: 90, reasoningTokens: 64 } },
];

describe.each(dialects)('$host', ({ host, model, script, raw, usage }) => {
  let upstream: StandIn;
  let rig: Rig;
  const chain = [modelNamed(model, { host })];

  beforeAll(async () => {
    upstream = await StandIn.listen(script);
    rig = new Rig({ [host]: { apiKey: 'test-key', baseUrl: upstream.url } });
  });
  afterAll(async () => {
    await rig.close();
    await upstream.close();
  });

  it('streams text, with reasoning beside it and usage as OpenAI counts', async () => {
    const { outcome, bytes } = await rig.ask(chain, { body: question });
    expect(outcome).toMatchObject({ kind: 'completed', finishReason: 'stop', costStatus: 'exact', usage, rawUsage: raw });
    expect(textIn(bytes)).toBe(text);
    const events = eventsIn(bytes);
    expect(events.every((event) => event['object'] === 'chat.completion.chunk' && Array.isArray(event['choices']))).toBe(true);
    expect(new Set(events.map((event) => event['id'])).size).toBe(1);
    expect(events[0]).toMatchObject({ choices: [{ delta: { role: 'assistant' } }], greatrouter: { phase: 'first' } });
    expect(events.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: usage.inputTokens, completion_tokens: usage.outputTokens }, greatrouter: { phase: 'last' } });
    expect(bytes).toContain('"reasoning_content":"');
    expect(bytes.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('streams a tool call as its name first and its arguments after', async () => {
    const { outcome, bytes } = await rig.ask(chain, { body: { ...question, tools } });
    expect(outcome).toMatchObject({ kind: 'completed', finishReason: 'tool_calls' });
    const deltas = eventsIn(bytes).flatMap((event) => (event['choices'] as { delta: { tool_calls?: { index: number; id?: string; type?: string; function: { name?: string; arguments: string } }[] } }[])[0]?.delta.tool_calls ?? []);
    expect(deltas[0]).toMatchObject({ index: 0, type: 'function', id: expect.any(String), function: { name: 'weather' } });
    expect(JSON.parse(deltas.map((delta) => delta.function.arguments).join(''))).toEqual({ city: 'Tōkyō' });
  });

  it('answers whole with the same', async () => {
    const { outcome } = await rig.ask(chain, { body: { ...question, tools }, stream: false });
    expect(outcome).toMatchObject({ kind: 'completed', finishReason: 'tool_calls', usage, rawUsage: raw });
    const { value, bytes } = (outcome as Completed).answer as { value: object; bytes: Buffer };
    expect(value).toMatchObject({
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: text, tool_calls: [{ type: 'function', function: { name: 'weather' } }] } }],
    });
    expect(JSON.parse(bytes.toString())).toEqual(value);
  });
});

describe('what goes wrong in another dialect is classified the same', () => {
  const fails = async (script: Script, host: string, model: string, stream = true) => {
    const upstream = await StandIn.listen(script);
    const rig = new Rig({ [host]: { apiKey: 'test-key', baseUrl: upstream.url } });
    const { outcome } = await rig.ask([modelNamed(model, { host })], { body: question, stream });
    await rig.close();
    await upstream.close();
    return outcome;
  };

  it('Anthropic overloaded, by status and inside the stream', async () => {
    expect(await fails(anthropic as Script, 'anthropic', 'overloaded')).toMatchObject({ kind: 'failed', error: { class: 'overloaded' }, tail: null });
    expect(await fails(anthropic as Script, 'anthropic', 'overloaded-in-stream')).toMatchObject({ kind: 'failed', error: { class: 'overloaded' }, tail: null });
  });

  it('Google blocked prompts, streamed and whole', async () => {
    expect(await fails(google as Script, 'google', 'blocked')).toMatchObject({ kind: 'failed', error: { class: 'content_policy', status: 400 } });
    expect(await fails(google as Script, 'google', 'blocked', false)).toMatchObject({ kind: 'failed', error: { class: 'content_policy', status: 400 } });
  });

  it('a Responses stream that fails after its first words ends in an error event', async () => {
    expect(await fails(responses as Script, 'openai', 'failing-pro')).toMatchObject({ kind: 'failed', error: { class: 'server_error' }, tail: expect.any(Buffer) });
  });
});
