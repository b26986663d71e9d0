/**
 * OpenAI's media endpoints, which several hosts share: /images/generations and /images/edits, /audio/speech,
 * /audio/transcriptions (platform.openai.com/docs/api-reference).
 */
import { FormData } from 'undici';
import { isObject, numberAt, objectsIn, stringAt, type Json } from '../../domain/json.js';
import { nothingMade, type Artefact, type MediaAnswer, type MediaSource } from '../../domain/media.js';
import { noUsage, type MeteredUsage } from '../../domain/usage.js';
import { InvalidAnswer, type MediaFormat, type MediaRequest, type MediaResponse } from '../media-format.js';

const imageFields = ['n', 'size', 'quality', 'style', 'background', 'output_format', 'output_compression', 'moderation', 'response_format', 'user', 'seed', 'aspect_ratio', 'resolution'];
const speechFields = ['voice', 'response_format', 'speed', 'instructions'];
const transcriptFields = ['language', 'prompt', 'response_format', 'temperature', 'timestamp_granularities'];
const mimeOfFormat: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', opus: 'audio/ogg', aac: 'audio/aac', flac: 'audio/flac', wav: 'audio/wav', pcm: 'audio/pcm' };

export const openAiImages: MediaFormat = {
  kinds: ['image'],
  request({ prompt, parameters, images }, modelId): MediaRequest {
    const body = { model: modelId, prompt, ...picked(parameters, imageFields) };
    if (images.length === 0) return { method: 'POST', path: '/images/generations', body };
    const form = formOf(body);
    for (const image of images) form.append(images.length > 1 ? 'image[]' : 'image', fileOf(image), `image.${image.mime.split('/')[1] ?? 'png'}`);
    return { method: 'POST', path: '/images/edits', body: form };
  },
  read(response): MediaAnswer {
    const answer = json(response);
    const format = stringAt(answer, 'output_format') ?? 'png';
    const artefacts = objectsIn(answer['data']).map((item): Artefact => {
      const bytes = stringAt(item, 'b64_json');
      return { mime: `image/${format}`, bytes: bytes === null ? null : Buffer.from(bytes, 'base64'), url: stringAt(item, 'url'), seconds: null };
    });
    if (artefacts.length === 0) throw new InvalidAnswer('the provider made no image');
    return { ...nothingMade, artefacts, ...usageIn(answer) };
  },
};

export const openAiSpeech: MediaFormat = {
  kinds: ['speech'],
  request: ({ prompt, parameters }, modelId) => ({
    method: 'POST',
    path: '/audio/speech',
    body: { model: modelId, input: prompt, voice: 'alloy', ...picked(parameters, speechFields) },
  }),
  read({ header, body }, { parameters }): MediaAnswer {
    if (body.length === 0) throw new InvalidAnswer('the provider sent no audio');
    const asked = mimeOfFormat[String(parameters['response_format'] ?? 'mp3')] ?? 'audio/mpeg';
    const said = header('content-type')?.split(';')[0] ?? '';
    return { ...nothingMade, artefacts: [{ mime: said.startsWith('audio/') ? said : asked, bytes: body, url: null, seconds: null }] };
  },
};

export const openAiTranscript: MediaFormat = {
  kinds: ['transcript'],
  request({ parameters, audio }, modelId) {
    const form = formOf({ model: modelId, ...picked(parameters, transcriptFields) });
    if (audio) form.append('file', fileOf(audio), `audio.${audio.mime.split('/')[1] ?? 'mp3'}`);
    return { method: 'POST', path: '/audio/transcriptions', body: form };
  },
  read(response): MediaAnswer {
    const answer = json(response);
    const text = stringAt(answer, 'text');
    if (text === null) throw new InvalidAnswer('the provider sent no transcript');
    const seconds = numberAt(answer, 'duration') ?? (isObject(answer['usage']) ? numberAt(answer['usage'], 'seconds') : null);
    return { ...nothingMade, text, artefacts: seconds === null ? [] : [{ mime: 'text/plain', bytes: null, url: null, seconds }], ...usageIn(answer) };
  },
};

/** Only what the format knows: strict hosts refuse the rest. */
export const picked = (parameters: Readonly<Json>, names: readonly string[]): Json =>
  Object.fromEntries(names.filter((name) => parameters[name] !== undefined).map((name) => [name, parameters[name]]));

export function json({ body }: MediaResponse): Json {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new InvalidAnswer('the provider did not answer in JSON');
}

function formOf(fields: Json): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  return form;
}

function fileOf({ bytes, mime }: MediaSource): Blob {
  if (bytes === null) throw new InvalidAnswer('this provider takes files as bytes only', 'unsupported_source');
  return new Blob([new Uint8Array(bytes)], { type: mime });
}

/** Token counts of the image and audio models that are billed by tokens. */
function usageIn(answer: Json): Pick<MediaAnswer, 'usage' | 'rawUsage'> {
  const raw = answer['usage'];
  if (!isObject(raw) || numberAt(raw, 'input_tokens') === null) return { usage: null, rawUsage: raw ?? null };
  const details = isObject(raw['input_tokens_details']) ? raw['input_tokens_details'] : isObject(raw['input_token_details']) ? raw['input_token_details'] : {};
  const usage: MeteredUsage = {
    ...noUsage,
    inputTokens: numberAt(raw, 'input_tokens') ?? 0,
    outputTokens: numberAt(raw, 'output_tokens') ?? 0,
    inputAudioTokens: numberAt(details, 'audio_tokens') ?? 0,
    inputImageTokens: numberAt(details, 'image_tokens') ?? 0,
  };
  return { usage, rawUsage: raw };
}

