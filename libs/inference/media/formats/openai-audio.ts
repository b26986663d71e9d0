/** OpenAI's voices and transcripts, which several hosts share: /audio/speech and /audio/transcriptions (platform.openai.com/docs/api-reference/audio). */
import { isObject, numberAt, objectAt, stringAt, type Json } from '../../domain/json.js';
import { nothingMade, type Artefact, type MediaAnswer } from '../../domain/media.js';
import { noUsage, type MeteredUsage } from '../../domain/usage.js';
import { InvalidAnswer, type MediaFormat, type MediaResponse } from '../media-format.js';
import { fileOf, formOf, json, picked, soundIn } from './wire.js';

const speechFields = ['voice', 'response_format', 'speed', 'instructions'];
const transcriptFields = ['language', 'prompt', 'temperature', 'timestamp_granularities'];
const mimeOfFormat: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', opus: 'audio/ogg', aac: 'audio/aac', flac: 'audio/flac', wav: 'audio/wav', pcm: 'audio/pcm' };
/** Billed by tokens, which they count in the last event of a stream alone. */
const countsInEvents = /^gpt-4o-mini-tts/;

export const openAiSpeech: MediaFormat = {
  request: ({ call: { prompt, parameters }, modelId }) => ({
    method: 'POST',
    path: '/audio/speech',
    body: { model: modelId, input: prompt, voice: 'alloy', ...picked(parameters, speechFields), ...(countsInEvents.test(modelId) && { stream_format: 'sse' }) },
  }),

  read(response, { call: { parameters } }): MediaAnswer {
    const mime = mimeOfFormat[String(parameters['response_format'] ?? 'mp3')] ?? 'audio/mpeg';
    if (/^text\/event-stream/.test(response.header('content-type') ?? '')) return spokenInEvents(response, mime);
    return { ...nothingMade, artefacts: [soundIn(response, mime)] };
  },
};

function spokenInEvents({ body }: MediaResponse, mime: string): MediaAnswer {
  const events = [...body.toString('utf8').matchAll(/^data: ?(\{.*\})\r?$/gm)].map(([, data]) => json({ body: Buffer.from(data!) } as MediaResponse));
  const done = events.find(({ type }) => type === 'speech.audio.done');
  if (!done) throw new InvalidAnswer('the provider broke off its audio');
  const bytes = Buffer.concat(events.filter(({ type }) => type === 'speech.audio.delta').map((event) => Buffer.from(stringAt(event, 'audio') ?? '', 'base64')));
  if (bytes.length === 0) throw new InvalidAnswer('the provider sent no audio');
  const raw = objectAt(done, 'usage');
  const output = raw ? (numberAt(raw, 'output_tokens') ?? 0) : 0;
  const usage = raw && { ...noUsage, inputTokens: numberAt(raw, 'input_tokens') ?? 0, outputTokens: output, outputAudioTokens: output };
  return { ...nothingMade, artefacts: [{ mime, bytes, url: null, seconds: null }], usage, rawUsage: raw };
}

export const openAiTranscript: MediaFormat = {
  request({ call: { parameters, audio }, modelId }) {
    const form = formOf({ model: modelId, response_format: formatFor(modelId, parameters['response_format']), ...picked(parameters, transcriptFields) });
    if (audio) form.append('file', fileOf(audio), `audio.${audio.mime.split('/')[1] ?? 'mp3'}`);
    return { method: 'POST', path: '/audio/transcriptions', body: form };
  },

  read(response): MediaAnswer {
    if (!/json/.test(response.header('content-type') ?? 'json')) return { ...nothingMade, text: response.body.toString('utf8') };
    const answer = json(response);
    const text = stringAt(answer, 'text');
    if (text === null) throw new InvalidAnswer('the provider sent no transcript');
    const usage = objectAt(answer, 'usage');
    const seconds = numberAt(answer, 'duration') ?? (usage && numberAt(usage, 'seconds'));
    return { ...nothingMade, text, artefacts: seconds === null ? [] : [heard(seconds)], ...usageIn(answer) };
  },
};

/** How long the recording was: no file, but what a price by the minute counts. */
export const heard = (seconds: number): Artefact => ({ mime: 'text/plain', bytes: null, url: null, seconds });

/** Subtitles as asked; else JSON, with the length of the recording where the model can tell it. */
function formatFor(modelId: string, asked: unknown): string {
  if (asked === 'srt' || asked === 'vtt') return asked;
  return /^whisper/.test(modelId) ? 'verbose_json' : 'json';
}

function usageIn(answer: Json): Pick<MediaAnswer, 'usage' | 'rawUsage'> {
  const raw = answer['usage'];
  if (!isObject(raw) || numberAt(raw, 'input_tokens') === null) return { usage: null, rawUsage: raw ?? null };
  const details = objectAt(raw, 'input_token_details') ?? objectAt(raw, 'input_tokens_details') ?? {};
  const usage: MeteredUsage = {
    ...noUsage,
    inputTokens: numberAt(raw, 'input_tokens') ?? 0,
    inputAudioTokens: numberAt(details, 'audio_tokens') ?? 0,
    outputTokens: numberAt(raw, 'output_tokens') ?? 0,
  };
  return { usage, rawUsage: raw };
}
