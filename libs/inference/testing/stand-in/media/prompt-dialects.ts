/** How providers answer work that is done at once: one row each. Written from their documentation, apart from the formats that read it. */
import { mp3, png, samples, wav } from './files.js';

export interface Asked {
  /** Address of this provider, without a slash at its end. */
  readonly base: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The request as text, whatever it is made of. */
  readonly text: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Told {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

export interface PromptDialect {
  /** `METHOD path`. */
  readonly asked: RegExp;
  readonly good: (asked: Asked) => Told;
  readonly moderated: (asked: Asked) => Told;
  readonly failed: (asked: Asked) => Told;
}

export const told = (status: number, body: object | Buffer, type = Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json'): Told => ({ status, type, body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)) });

const openAiError = (status: number, code: string, message: string) => (): Told => told(status, { error: { message, type: 'error', param: null, code } });
const openAi = { moderated: openAiError(400, 'moderation_blocked', 'Your request was rejected by the safety system.'), failed: openAiError(500, 'server_error', 'The server had an error.') };
const google = { moderated: (): Told => told(200, { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 4 } }), failed: (): Told => told(500, { error: { code: 500, message: 'Internal error encountered.', status: 'INTERNAL' } }) };
const minimaxSays = (status_code: number, status_msg: string) => (): Told => told(200, { base_resp: { status_code, status_msg } });
const minimax = { moderated: minimaxSays(1026, 'input new_sensitive'), failed: minimaxSays(1000, 'unknown error') };
const eleven = {
  moderated: (): Told => told(400, { detail: { status: 'content_policy', message: 'This text violates our content policy.' } }),
  failed: (): Told => told(500, { detail: { status: 'internal', message: 'Something went wrong.' } }),
};
const plainly = { moderated: (): Told => told(400, { error: 'content policy: the query was refused' }), failed: (): Told => told(500, { error: 'internal error' }) };

export const imageUsage = { input_tokens: 50, input_tokens_details: { image_tokens: 0, text_tokens: 50 }, output_tokens: 1_056, total_tokens: 1_106 };
export const speechUsage = { input_tokens: 14, output_tokens: 101, total_tokens: 115 };
export const transcriptUsage = { type: 'tokens', input_tokens: 140, input_token_details: { text_tokens: 10, audio_tokens: 130 }, output_tokens: 20, total_tokens: 160 };
export const googleImageUsage = { promptTokenCount: 12, candidatesTokenCount: 1_290, totalTokenCount: 1_302, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 12 }], candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1_290 }] };
export const googleSpeechUsage = { promptTokenCount: 9, candidatesTokenCount: 60, totalTokenCount: 69 };

const picture = ({ body, text }: Asked): Told => {
  const count = Number(body['n'] ?? /name="n"\r\n\r\n(\d+)/.exec(text)?.[1] ?? 1);
  const data = Array.from({ length: count }, () => ({ b64_json: png.toString('base64') }));
  const isCounted = /gpt-image/.test(text);
  return told(200, { created: 1, data, ...(isCounted && { output_format: 'png', usage: imageUsage }) });
};

const spoken = (asked: Asked): Told => {
  if (asked.body['stream_format'] !== 'sse') return told(200, mp3, 'audio/mpeg');
  const half = mp3.length >> 1;
  const events = [{ type: 'speech.audio.delta', audio: mp3.subarray(0, half).toString('base64') }, { type: 'speech.audio.delta', audio: mp3.subarray(half).toString('base64') }, { type: 'speech.audio.done', usage: speechUsage }];
  return told(200, Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')), 'text/event-stream');
};

const heard = ({ text }: Asked): Told => told(200, /verbose_json/.test(text) ? { task: 'transcribe', language: 'english', duration: 61.3, text: 'What was said.', segments: [] } : { text: 'What was said.', usage: transcriptUsage });

const parts = (asked: Asked): Told => {
  const isSound = /"AUDIO"/.test(asked.text);
  const inlineData = isSound ? { mimeType: 'audio/L16;codec=pcm;rate=24000', data: samples.toString('base64') } : { mimeType: 'image/png', data: png.toString('base64') };
  return told(200, { candidates: [{ content: { role: 'model', parts: [{ inlineData }] }, finishReason: 'STOP' }], usageMetadata: isSound ? googleSpeechUsage : googleImageUsage });
};

const predicted = ({ body, path }: Asked): Told => {
  const isSound = /lyria/.test(path);
  const count = Number((body['parameters'] as { sampleCount?: number } | undefined)?.sampleCount ?? 1);
  return told(200, { predictions: Array.from({ length: count }, () => ({ bytesBase64Encoded: (isSound ? wav : png).toString('base64'), mimeType: isSound ? 'audio/wav' : 'image/png' })) });
};

const ok = { base_resp: { status_code: 0, status_msg: 'success' } };
const found = (names: { url: string; title: string; snippet: string }): object[] => [1, 2].map((n) => ({ [names.url]: `https://example.org/${n}`, [names.title]: `Page ${n}`, [names.snippet]: `What page ${n} says.` }));

const pictures: PromptDialect = { asked: /^POST \/images\/(?:generations|edits)$/, good: picture, ...openAi };

export const promptDialects: Readonly<Record<string, readonly PromptDialect[]>> = {
  xai: [pictures],
  openai: [
    pictures,
    { asked: /^POST \/audio\/speech$/, good: spoken, ...openAi },
    { asked: /^POST \/audio\/transcriptions$/, good: heard, ...openAi },
  ],
  google: [
    { asked: /^POST \/models\/[^/]+:generateContent$/, good: parts, ...google },
    { asked: /^POST \/models\/[^/]+:predict$/, good: predicted, ...google, moderated: () => told(200, { predictions: [{ raiFilteredReason: 'The prompt was filtered.' }] }) },
  ],
  minimax: [
    { asked: /^POST \/image_generation$/, good: ({ body }) => told(200, { data: { image_base64: Array.from({ length: Number(body['n'] ?? 1) }, () => png.toString('base64')) }, ...ok }), ...minimax },
    { asked: /^POST \/music_generation$/, good: () => told(200, { data: { audio: mp3.toString('hex'), status: 2 }, extra_info: { music_duration: 30_500, music_size: mp3.length }, ...ok }), ...minimax },
    { asked: /^POST \/t2a_v2$/, good: () => told(200, { data: { audio: mp3.toString('hex'), status: 2 }, extra_info: { audio_length: 1_800, usage_characters: 26, audio_format: 'mp3' }, ...ok }), ...minimax },
  ],
  elevenlabs: [
    { asked: /^POST \/v1\/text-to-speech\/[A-Za-z0-9]{20}$/, good: () => told(200, mp3, 'audio/mpeg'), ...eleven },
    { asked: /^POST \/v1\/sound-generation$/, good: () => told(200, mp3, 'audio/mpeg'), ...eleven },
    { asked: /^POST \/v1\/music$/, good: () => told(200, mp3, 'audio/mpeg'), ...eleven },
    { asked: /^POST \/v1\/speech-to-text$/, good: () => told(200, { language_code: 'en', text: 'What was said.', words: [{ text: 'said', start: 1, end: 12.4, type: 'word' }] }), ...eleven },
  ],
  deepgram: [
    { asked: /^POST \/v1\/speak\?model=aura/, good: () => told(200, mp3, 'audio/mpeg'), ...plainly },
    { asked: /^POST \/v1\/listen\?model=/, good: () => told(200, { metadata: { duration: 25.7, channels: 1 }, results: { channels: [{ alternatives: [{ transcript: 'What was said.', confidence: 0.99 }] }] } }), ...plainly },
  ],
  exa: [{ asked: /^POST \/search$/, good: () => told(200, { requestId: 'r', results: found({ url: 'url', title: 'title', snippet: 'text' }) }), ...plainly }],
  tavily: [{ asked: /^POST \/search$/, good: () => told(200, { query: 'q', answer: 'In short.', results: found({ url: 'url', title: 'title', snippet: 'content' }), response_time: 0.5 }), ...plainly }],
  perplexity: [{ asked: /^POST \/search$/, good: () => told(200, { id: 'r', results: found({ url: 'url', title: 'title', snippet: 'snippet' }) }), ...plainly }],
  brave: [{ asked: /^GET \/res\/v1\/web\/search\?/, good: () => told(200, { type: 'search', web: { type: 'search', results: found({ url: 'url', title: 'title', snippet: 'description' }) } }), ...plainly }],
  serper: [{ asked: /^POST \/search$/, good: () => told(200, { organic: found({ url: 'link', title: 'title', snippet: 'snippet' }), credits: 1 }), ...plainly }],
  firecrawl: [{ asked: /^POST \/v1\/search$/, good: () => told(200, { success: true, data: found({ url: 'url', title: 'title', snippet: 'description' }) }), ...plainly }],
  linkup: [{ asked: /^POST \/v1\/search$/, good: () => told(200, { results: found({ url: 'url', title: 'name', snippet: 'content' }) }), ...plainly }],
};
