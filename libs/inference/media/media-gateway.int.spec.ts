/** Every format against its stand-in, which is another process and speaks bytes on a socket: what is made, what it costs, and what goes wrong. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shippedCatalog } from '../../catalog/exports.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { fromPico } from '../../money/money.js';
import type { RequestId } from '../../routing/domain/vocabulary.js';
import { chainModel } from '../domain/chain.js';
import { mediaKindOf, type MediaCall, type MediaModel, type MediaSource, type WorkNote } from '../domain/media.js';
import { mediaOnlyHosts } from '../domain/media-hosts.js';
import type { Outcome } from '../domain/outcome.js';
import { mediaEndpoints } from '../domain/served-elsewhere.js';
import { startMediaProvider, type MediaProvider } from '../testing/media-provider.js';
import { testKey } from '../testing/rig.js';
import { png, wav } from '../testing/stand-in/media/files.js';
import { ConfiguredHosts } from '../upstream/keys.js';
import { MediaGateway } from './media-gateway.js';

const catalog = new Map(shippedCatalog().map((model) => [String(model.id), model]));
let provider: MediaProvider;
let gateway: MediaGateway;
const limits = { pollMs: 5, attemptMs: 20_000, cancelMs: 60_000, leaveMs: 50, fetchAgainMs: [5, 5] };

beforeAll(async () => {
  provider = await startMediaProvider();
  gateway = new MediaGateway(new ConfiguredHosts(provider.providers, mediaOnlyHosts), limits);
});
afterAll(() => provider.close());

/** @param host where it is called: its other addresses are left out */
function modelAt(id: string, host: string): MediaModel {
  const model = catalog.get(id)!;
  return { ...chainModel(model), endpoints: mediaEndpoints(model).filter((endpoint) => endpoint.host === host), kind: mediaKindOf(model)! };
}

const picture: MediaSource = { url: null, bytes: png, mime: 'image/png' };
const recording: MediaSource = { url: null, bytes: wav, mime: 'audio/wav' };
const ask = (chain: readonly MediaModel[], prompt: string, more: Partial<MediaCall> = {}): MediaCall => ({
  requestId: '01890000-0000-7000-8000-000000000001' as RequestId, orgId: 'org_media' as OrgId, mode: 'live', at: '2026-11-25T12:00:00.000Z', chain, contentMode: 'generate', prompt,
  parameters: {}, images: [], audio: null, signal: new AbortController().signal, keep: true, ...more,
});
const make = (id: string, host: string, prompt: string, more: Partial<MediaCall> = {}) => gateway.make(ask([modelAt(id, host)], prompt, more));
const askedOf = async (host: string, prompt: string) => (await provider.seen()).filter(({ path, raw }) => path.startsWith(`/v1/${host}/`) && raw.includes(prompt));

interface Golden {
  readonly id: string;
  readonly host: string;
  readonly parameters?: Record<string, unknown>;
  readonly more?: Partial<MediaCall>;
  /** Pico-dollars, worked out by hand: a rate of the catalogue times what was made. Null where the price is unknown. */
  readonly cost: bigint | null;
  readonly status?: Outcome['costStatus'];
  /** In the request that was sent. */
  readonly sends: object | string;
}

const cents = 10_000_000_000n;
const golden: readonly Golden[] = [
  { id: 'openai/gpt-image-1.5', host: 'openai', parameters: { n: 1, size: '1024x1024' }, cost: 50n * 5_000_000n + 1_056n * 32_000_000n, sends: { model: 'gpt-image-1.5', n: 1, size: '1024x1024' } },
  { id: 'xai/grok-imagine-image-quality', host: 'xai', parameters: { n: 2, resolution: '2k' }, cost: 2n * 7n * cents, sends: { resolution: '2k' } },
  { id: 'recraft/recraft-v4', host: 'recraft', parameters: { n: 3 }, cost: 3n * 4n * cents, sends: { model: 'recraft-v4' } },
  { id: 'openai/tts-1-hd', host: 'openai', cost: 26n * 30_000_000n, sends: { model: 'tts-1-hd', voice: 'alloy' } },
  { id: 'openai/gpt-4o-mini-tts', host: 'openai', cost: 14n * 600_000n + 101n * 12_000_000n, sends: { stream_format: 'sse' } },
  { id: 'openai/whisper-1', host: 'openai', more: { audio: recording }, cost: 62n * 100_000_000n, sends: 'verbose_json' },
  { id: 'openai/gpt-4o-transcribe', host: 'openai', more: { audio: recording }, cost: 10n * 2_500_000n + 130n * 6_000_000n + 20n * 10_000_000n, sends: 'gpt-4o-transcribe' },
  { id: 'google/imagen-4.0-generate-001', host: 'google', parameters: { n: 2, aspect_ratio: '16:9' }, cost: 2n * 4n * cents, sends: { parameters: { sampleCount: 2, aspectRatio: '16:9' } } },
  { id: 'google/gemini-2.5-flash-image', host: 'google', cost: 12n * 300_000n + 1_290n * 30_000_000n, sends: { generationConfig: { responseModalities: ['TEXT', 'IMAGE'] } } },
  { id: 'google/gemini-2.5-flash-tts', host: 'google', cost: 9n * 500_000n + 60n * 10_000_000n, sends: { generationConfig: { responseModalities: ['AUDIO'] } } },
  { id: 'google/veo-3.1-generate-001', host: 'google', parameters: { duration: 8, resolution: '4k' }, cost: 8n * 60n * cents, sends: { parameters: { durationSeconds: 8, resolution: '4k' } } },
  { id: 'google/veo-3.1-generate-001', host: 'google', parameters: { duration: 4, resolution: '720p', generate_audio: false }, cost: 4n * 20n * cents, sends: { parameters: { generateAudio: false } } },
  { id: 'google/lyria-2', host: 'google', cost: 6n * cents, sends: { parameters: { sampleCount: 1 } } },
  { id: 'google/lyria-3.5', host: 'google', cost: 8n * cents, sends: { generationConfig: { responseModalities: ['AUDIO'] } } },
  { id: 'runway/gen4.5', host: 'runway', parameters: { duration: 10, aspect_ratio: '9:16' }, cost: 10n * 12n * cents, sends: { model: 'gen4.5', ratio: '720:1280', duration: 10 } },
  { id: 'runway/gen4_turbo', host: 'runway', more: { images: [picture] }, cost: 5n * 5n * cents, sends: { promptImage: expect.stringMatching(/^data:image\/png;base64,/) } },
  { id: 'runway/gen4_image', host: 'runway', cost: 8n * cents, sends: { ratio: '1920:1080' } },
  { id: 'minimax/hailuo-2.3', host: 'minimax', parameters: { duration: 6, resolution: '1080p' }, cost: 6n * 81_700_000_000n, sends: { model: 'MiniMax-Hailuo-2.3', resolution: '1080P', duration: 6 } },
  { id: 'minimax/image-01', host: 'minimax', parameters: { n: 4 }, cost: 4n * 3_500_000_000n, sends: { n: 4, response_format: 'base64' } },
  { id: 'minimax/speech-2.8-hd', host: 'minimax', cost: 26n * 100_000_000n, sends: { model: 'speech-2.8-hd', stream: false } },
  { id: 'minimax/music-3.0', host: 'minimax', cost: null, status: 'unpriced', sends: { is_instrumental: true } },
  { id: 'elevenlabs/eleven_v3', host: 'elevenlabs', cost: 26n * 100_000_000n, sends: { model_id: 'eleven_v3' } },
  { id: 'elevenlabs/music-v2', host: 'elevenlabs', parameters: { duration: 45 }, cost: 45n * 2_500_000_000n, sends: { music_length_ms: 45_000 } },
  { id: 'elevenlabs/sound-effects-v2', host: 'elevenlabs', cost: null, status: 'unpriced', sends: { duration_seconds: 5 } },
  { id: 'elevenlabs/scribe_v2', host: 'elevenlabs', more: { audio: recording }, cost: 13n * 61_166_667n, sends: 'scribe_v2' },
  { id: 'deepgram/aura-2', host: 'deepgram', cost: 26n * 30_000_000n, sends: {} },
  { id: 'deepgram/nova-3', host: 'deepgram', more: { audio: recording }, cost: 26n * 80_000_000n, sends: 'RIFF' },
  { id: 'black-forest-labs/flux-schnell', host: 'fal', cost: 3_000_000_000n, sends: {} },
  { id: 'black-forest-labs/flux-2-pro', host: 'fal', more: { images: [picture] }, cost: null, status: 'unpriced', sends: { image_urls: [expect.stringContaining('data:image/png')] } },
  { id: 'genmo/mochi-1', host: 'fal', cost: 5n * 8n * cents, status: 'estimated', sends: {} },
  { id: 'kling/kling-v2.5-turbo', host: 'fal', parameters: { duration: 10 }, cost: 10n * 7n * cents, sends: { duration: 10 } },
  { id: 'stability/stable-audio-2.5', host: 'fal', cost: 20n * cents, sends: {} },
  { id: 'ace-step/ace-step', host: 'fal', cost: 200_000_000n, sends: {} },
  { id: 'black-forest-labs/flux-schnell', host: 'replicate', cost: 3_000_000_000n, sends: { input: { prompt: expect.any(String) } } },
  { id: 'pruna/p-image', host: 'replicate', parameters: { n: 2 }, cost: 5_000_000_000n, sends: { input: { num_outputs: 2 } } },
  { id: 'black-forest-labs/flux-2-pro', host: 'black-forest-labs', parameters: { size: '2048x1024' }, cost: 3n * cents + 1_500_000_000n * 10n, sends: { width: 2048, height: 1024 } },
  { id: 'xai/grok-imagine-video', host: 'xai', parameters: { duration: 6, resolution: '480p' }, cost: 6n * 5n * cents, sends: { duration: 6, resolution: '480p' } },
  { id: 'openai/sora-2', host: 'openai', parameters: { seconds: 8 }, cost: 8n * 10n * cents, sends: 'sora-2' },
  { id: 'exa/search', host: 'exa', parameters: { max_results: 50 }, cost: 25_000_000_000n, sends: { numResults: 50 } },
  { id: 'tavily/search-advanced', host: 'tavily', cost: 16_000_000_000n, sends: { search_depth: 'advanced' } },
  { id: 'perplexity/search', host: 'perplexity', cost: 5_000_000_000n, sends: {} },
  { id: 'brave/search', host: 'brave', cost: 5_000_000_000n, sends: '' },
  { id: 'serper/search', host: 'serper', cost: 1_000_000_000n, sends: {} },
  { id: 'firecrawl/search', host: 'firecrawl', parameters: { count: 20 }, cost: 3_320_000_000n, sends: { limit: 20 } },
  { id: 'linkup/search-deep', host: 'linkup', cost: 58_670_000_000n, sends: { depth: 'deep' } },
];

describe('what is made, sent and paid', () => {
  it.each(golden.map((row, i) => ({ ...row, i })))('$i $id at $host', async ({ id, host, parameters = {}, more = {}, cost, status, sends, i }) => {
    const wish = `A gateway of number ${String(i).padStart(2, '0')} ...`.slice(0, 26);
    const outcome = await make(id, host, wish, { parameters, ...more });
    expect(outcome).toMatchObject({ kind: 'completed', cost, costStatus: status ?? 'exact', attempts: 1, host });
    const seen = (await provider.seen()).filter(({ method, path }) => path.startsWith('/v1/') && method !== 'GET' || path.includes('?q='));
    const sent = more.audio ? seen.at(-1)! : seen.findLast(({ raw, path }) => (raw + decodeURIComponent(path.replaceAll('+', ' '))).includes(wish))!;
    if (typeof sends === 'string') expect(sent.raw).toContain(sends);
    else expect(sent.body).toMatchObject(sends);
    expect(JSON.stringify(Object.values(sent.headers))).toContain(testKey);
  });

  it.each(['exa/search', 'brave/search', 'serper/search', 'linkup/search'])('%s finds the same list, whatever its engine calls it', async (id) => {
    const outcome = await make(id, id.split('/')[0]!, 'gateways');
    expect(outcome.kind === 'completed' && outcome.completion()).toMatchObject({ results: [{ title: 'Page 1', url: 'https://example.org/1', snippet: 'What page 1 says.' }, {}] });
  });

  it('a grade that has no price is unpriced, never the price of another', async () => {
    expect(await make('google/veo-3.1-lite-generate-001', 'google', 'A clip', { parameters: { resolution: '8k' } })).toMatchObject({ kind: 'completed', cost: null, costStatus: 'unpriced' });
  });

  it('reports how far it is, as the provider says', async () => {
    const progress: number[] = [];
    await make('runway/gen4.5', 'runway', 'A clip [[fault: polls=4]]', { onProgress: (made) => progress.push(made) });
    expect(progress).toEqual([0.25, 0.5, 0.75]);
  });

  it('is fetched where it is kept, and left at its address where it is not', async () => {
    const kept = await make('black-forest-labs/flux-schnell', 'fal', 'kept');
    expect(kept.kind === 'completed' && kept.completion()).toMatchObject({ data: [{ mime_type: 'image/png', b64_json: png.toString('base64') }] });
    const left = await make('black-forest-labs/flux-schnell', 'fal', 'left', { keep: false });
    expect(left.kind === 'completed' && left.completion()).toMatchObject({ data: [{ url: expect.stringContaining('/fal/made/') }] });
    const locked = await make('google/veo-3.1-generate-001', 'google', 'locked', { keep: false });
    expect(locked.kind === 'completed' && JSON.stringify(locked.completion())).not.toContain('/google/made/');
  });
});

/** One of each way of working: queued with its own result, predictions, tasks, operations, files, polling address, at once in JSON, at once in bytes. */
const jobs = [['kling/kling-v2.6', 'fal'], ['black-forest-labs/flux-dev', 'replicate'], ['runway/gen4.5', 'runway'], ['google/veo-3.1-generate-001', 'google'], ['minimax/hailuo-02', 'minimax'], ['black-forest-labs/flux-2-pro', 'black-forest-labs'], ['xai/grok-imagine-video', 'xai'], ['openai/sora-2', 'openai']] as const;
const atOnce = [['openai/gpt-image-2', 'openai'], ['openai/tts-1', 'openai'], ['openai/whisper-1', 'openai'], ['google/gemini-2.5-flash-image', 'google'], ['google/imagen-4.0-generate-001', 'google'], ['minimax/music-2.6', 'minimax'], ['minimax/speech-2.8-hd', 'minimax'], ['minimax/image-01', 'minimax'], ['elevenlabs/eleven_v3', 'elevenlabs'], ['deepgram/aura-2', 'deepgram'], ['exa/search', 'exa'], ['brave/search', 'brave']] as const;

describe('what goes wrong', () => {
  const withFault = (id: string, host: string, words: string, more: Partial<MediaCall> = {}) => {
    const prompt = `A gateway [[fault: ${words}]]`;
    // What is heard brings no prompt: the words go along as a hint.
    return make(id, host, prompt, { ...(mediaKindOf(catalog.get(id)!) === 'transcript' && { audio: recording, parameters: { prompt } }), ...more });
  };

  it.each([...jobs, ...atOnce])('%s at %s fails: the outcome says so, nothing is billed', async (id, host) => {
    const outcome = await withFault(id, host, 'failed');
    expect(outcome).toMatchObject({ kind: 'failed', cost: 0n, error: { class: expect.stringMatching(/server_error|bad_request/) }, failedAttempts: expect.any(Array) });
    expect(outcome.failedAttempts.length).toBeGreaterThan(0);
    expect(JSON.stringify(outcome.failedAttempts)).not.toContain(testKey);
  });

  it.each([...jobs.filter(([, host]) => host !== 'openai'), ...atOnce.filter(([id]) => !/whisper/.test(id))])('%s at %s is refused for what was asked: nobody else is', async (id, host) => {
    const outcome = await gateway.make(ask([modelAt(id, host), modelAt(id, host)], 'A gateway [[fault: moderated]]'));
    expect(outcome).toMatchObject({ kind: 'failed', cost: 0n, error: { class: 'content_policy', status: 400, code: 'content_policy_violation' } });
    expect(outcome.failedAttempts).toHaveLength(1);
  });

  it.each([jobs[0], atOnce[0]])('%s at %s is limited: waits as told, then gives up with 429', async (id, host) => {
    const outcome = await withFault(id, host, 'limit');
    expect(outcome).toMatchObject({ kind: 'failed', error: { class: 'rate_limit', status: 429, headers: { 'retry-after-ms': '20' } } });
    expect(outcome.failedAttempts.length).toBeGreaterThan(1);
  });

  it.each([
    ['unauthorized', 'authentication', 1],
    ['reset', 'connection', 1],
    ['cut', 'connection', 1],
    ['wrong-type', 'invalid_response', 1],
  ] as const)('an answer that is %s is %s', async (words, errorClass, attempts) => {
    const outcome = await withFault('openai/tts-1', 'openai', words);
    expect(outcome).toMatchObject({ kind: 'failed', cost: 0n, error: { class: errorClass } });
    expect(outcome.failedAttempts).toHaveLength(attempts);
  });

  it('questions that get lost are asked again: the work is not', async () => {
    expect(await withFault('runway/gen4.5', 'runway', 'lost-polls')).toMatchObject({ kind: 'completed', attempts: 1 });
    expect((await askedOf('runway', 'lost-polls')).filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('a provider that is never done is told to stop, and the next model is asked', async () => {
    const hasty = new MediaGateway(new ConfiguredHosts(provider.providers, mediaOnlyHosts), { ...limits, attemptMs: 1_500 });
    const prompt = 'A gateway [[fault: never]] of one';
    const outcome = await hasty.make(ask([modelAt('runway/gen4.5', 'runway'), modelAt('google/lyria-2', 'google')], prompt));
    expect(outcome).toMatchObject({ kind: 'completed', model: 'google/lyria-2', cost: 6n * cents, costStatus: 'exact', failedAttempts: [{ model: 'runway/gen4.5', errorClass: 'timeout' }] });
    expect((await provider.seen()).some(({ method, path }) => method === 'DELETE' && path.startsWith('/v1/runway/v1/tasks/'))).toBe(true);
  });

  it('a provider that is never done and cannot be stopped leaves the cost unknown', async () => {
    const hasty = new MediaGateway(new ConfiguredHosts(provider.providers, mediaOnlyHosts), { ...limits, attemptMs: 1_500 });
    expect(await hasty.make(ask([modelAt('minimax/hailuo-02', 'minimax')], 'A clip [[fault: never]]'))).toMatchObject({ kind: 'failed', cost: null, costStatus: 'unpriced', error: { class: 'timeout' } });
  });

  it.each([
    ['gone', 'HTTP 404'],
    ['file-cut', 'could not be fetched'],
    ['wrong-type', 'is no video but text/html'],
    ['huge', 'too large'],
    ['inside', 'is not a public address'],
    ['plain', 'not safe to ask'],
  ])('a result that is %s is not delivered: the next model is asked, and both are paid', async (words, message) => {
    const outcome = await gateway.make(ask([modelAt('runway/gen4.5', 'runway'), modelAt('google/lyria-2', 'google')], `A clip [[fault: ${words}]]`));
    expect(outcome.failedAttempts[0]).toMatchObject({ model: 'runway/gen4.5', errorClass: 'invalid_response', message: expect.stringContaining(message) });
    if (words !== 'wrong-type') expect(outcome).toMatchObject({ kind: 'completed', model: 'google/lyria-2', cost: 5n * 12n * cents + 6n * cents });
  });

  it('falls back along the chain where nothing was delivered', async () => {
    const chain = [modelAt('openai/gpt-image-2', 'openai'), modelAt('black-forest-labs/flux-schnell', 'fal')];
    expect(await gateway.make(ask(chain, 'A picture', { images: [{ url: 'https://example.org/a.png', bytes: null, mime: 'image/png' }] }))).toMatchObject({
      kind: 'completed', model: 'black-forest-labs/flux-schnell', failedAttempts: [{ model: 'openai/gpt-image-2', errorClass: 'bad_request' }],
    });
  });

  it('a key that is refused gives way to the next one, which also asks for the result', async () => {
    const keyed = new MediaGateway(new ConfiguredHosts({ runway: { ...provider.providers['runway']!, apiKey: `${testKey},second-key-000` } }, mediaOnlyHosts), limits);
    const prompt = 'A clip of two keys [[fault: first-key-refused]]';
    expect(await keyed.make(ask([modelAt('runway/gen4.5', 'runway')], prompt))).toMatchObject({ kind: 'completed', failedAttempts: [{ errorClass: 'authentication' }], attempts: 2 });
    expect((await provider.seen()).at(-2)).toMatchObject({ method: 'GET', headers: { authorization: 'Bearer second-key-000' } });
  });

  it('a model without a key here is passed over', async () => {
    const some = new MediaGateway(new ConfiguredHosts({ fal: provider.providers['fal']! }, mediaOnlyHosts), limits);
    expect(await some.make(ask([modelAt('openai/gpt-image-2', 'openai'), modelAt('black-forest-labs/flux-schnell', 'fal')], 'A picture'))).toMatchObject({ kind: 'completed', failedAttempts: [{ errorClass: 'not_configured' }] });
  });
});

describe('an end that is asked for', () => {
  it.each([
    ['runway/gen4.5', 'runway', '', 0n, 'exact'],
    ['kling/kling-v2.6', 'fal', '', 0n, 'exact'],
    ['google/veo-3.1-generate-001', 'google', '', 0n, 'exact'],
    ['runway/gen4.5', 'runway', 'no-cancel', null, 'unpriced'],
    ['minimax/hailuo-02', 'minimax', '', null, 'unpriced'],
  ] as const)('%s at %s %s: the provider is told, and what it may have done is known or not', async (id, host, words, cost, costStatus) => {
    const cancel = new AbortController();
    const prompt = `A clip to end ${host} [[fault: never ${words}]]`;
    const journal = { before: null, leave: new AbortController().signal, note: (note: WorkNote) => (note.accepted && setTimeout(() => cancel.abort(), 30), Promise.resolve()) };
    expect(await make(id, host, prompt, { signal: cancel.signal, journal })).toMatchObject({ kind: 'cancelled', cost, costStatus });
    const told = (await provider.seen()).filter(({ method, path }) => path.startsWith(`/v1/${host}/`) && (method === 'DELETE' || method === 'PUT' || /cancel$/.test(path)));
    expect(told.length > 0).toBe(host !== 'minimax');
  });
});

describe('work that outlives its process', () => {
  const started = async (prompt: string) => {
    const notes: WorkNote[] = [];
    const leave = new AbortController();
    const note = (noted: WorkNote) => (notes.push(noted), noted.accepted && leave.abort(), Promise.resolve());
    const outcome = await make('runway/gen4.5', 'runway', prompt, { journal: { before: null, leave: leave.signal, note } });
    return { outcome, notes };
  };

  it('is noted before the provider is asked, and again once it has taken it on', async () => {
    const { outcome, notes } = await started('A clip that is left');
    expect(outcome.kind).toBe('cancelled');
    expect(notes.map(({ accepted }) => accepted)).toEqual([null, { poll: { method: 'GET', path: expect.stringMatching(/^\/v1\/tasks\//) }, cancel: { method: 'DELETE', path: expect.any(String) } }]);
  });

  it('is gone on with: the provider is asked once, whoever asks for the result', async () => {
    const prompt = 'A clip in two halves';
    const { notes } = await started(prompt);
    const before = JSON.parse(JSON.stringify(notes.at(-1))) as WorkNote;
    const outcome = await make('runway/gen4.5', 'runway', prompt, { journal: { before, leave: new AbortController().signal, note: () => Promise.resolve() } });
    expect(outcome).toMatchObject({ kind: 'completed', cost: 5n * 12n * cents, attempts: 1 });
    expect(await askedOf('runway', prompt)).toHaveLength(1);
  });

  it('is not asked for again when nobody knows whether the provider heard', async () => {
    const prompt = 'A clip in the dark';
    const before: WorkNote = { ...(await started(prompt)).notes[0]!, spent: fromPico('0').toString() as never };
    const outcome = await make('runway/gen4.5', 'runway', 'A clip in the night', { journal: { before, leave: new AbortController().signal, note: () => Promise.resolve() } });
    expect(outcome).toMatchObject({ kind: 'failed', cost: null, costStatus: 'unpriced', error: { code: 'job_interrupted' } });
    expect(await askedOf('runway', 'A clip in the night')).toHaveLength(0);
  });
});
