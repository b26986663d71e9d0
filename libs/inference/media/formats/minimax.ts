/**
 * MiniMax: clips by a task that is queried and a file that is retrieved, and pictures, music and voices at once
 * (platform.minimax.io/docs/api-reference). Errors come in a 200, as `base_resp.status_code`.
 */
import { numberAt, objectAt, stringAt, type Json } from '../../domain/json.js';
import { aspectRatioAsked, countAsked, resolutionAsked, secondsAsked, textAsked } from '../../domain/media-parameters.js';
import { nothingMade, type Artefact, type MediaAnswer } from '../../domain/media.js';
import { failed, InvalidAnswer, type MediaFormat, type MediaResponse, type Pending } from '../media-format.js';
import { addressOf, json, keptAt, picked, present } from './wire.js';

const usualClipSeconds = 6;
const usualVoice = 'English_expressive_narrator';

/** Its codes in the words that failures are sorted by. */
const meanings: Readonly<Record<number, readonly [code: string, words: string]>> = {
  1002: ['rate_limit', 'rate limit'], 1039: ['rate_limit', 'rate limit'], 1004: ['invalid_api_key', 'invalid api key'], 1008: ['insufficient_quota', 'billing: insufficient balance'],
  1026: ['content_policy_violation', 'content policy'], 1027: ['content_policy_violation', 'content policy'], 2013: ['invalid_request', 'bad request'], 2049: ['invalid_api_key', 'invalid api key'],
};

function answerIn(response: MediaResponse): Json {
  const answer = json(response);
  const base = objectAt(answer, 'base_resp') ?? {};
  const status = numberAt(base, 'status_code') ?? 0;
  if (status === 0) return answer;
  const [code, words] = meanings[status] ?? [String(status), 'the provider failed'];
  throw failed(`${words}: ${stringAt(base, 'status_msg') ?? status}`, code);
}

export const minimaxVideo: MediaFormat = {
  request({ call: { prompt, parameters, images }, modelId }) {
    const body = {
      model: modelId, prompt, duration: secondsAsked(parameters) ?? usualClipSeconds, resolution: resolutionAsked(parameters)?.toUpperCase(),
      first_frame_image: images[0] && addressOf(images[0]), ...picked(parameters, ['prompt_optimizer']),
    };
    return { method: 'POST', path: '/video_generation', body: present(body) };
  },

  read(response, { call: { parameters } }): MediaAnswer | Pending {
    const answer = answerIn(response);
    const url = stringAt(objectAt(answer, 'file') ?? {}, 'download_url');
    if (url !== null) return { ...nothingMade, artefacts: [keptAt(url, 'video/mp4', secondsAsked(parameters) ?? usualClipSeconds)] };
    const task = idIn(answer, 'task_id');
    switch (stringAt(answer, 'status')) {
      case 'Success':
        return { pending: { poll: { method: 'GET', path: `/files/retrieve?file_id=${idIn(answer, 'file_id')}` }, progress: 1, isDone: true } };
      case 'Fail':
        throw failed('the provider failed to make the clip');
      default:
        return { pending: { poll: { method: 'GET', path: `/query/video_generation?task_id=${task}` }, cancel: null, progress: null } };
    }
  },
};

/** Ids come as text or as numbers. */
function idIn(answer: Json, name: string): string {
  const id = answer[name];
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') throw new InvalidAnswer(`the provider sent no ${name}`);
  return encodeURIComponent(String(id));
}

export const minimaxImages: MediaFormat = {
  request({ call: { prompt, parameters, images }, modelId }) {
    const subjects = images.length === 0 ? null : images.map((image) => ({ type: 'character', image_file: addressOf(image) }));
    return { method: 'POST', path: '/image_generation', body: present({ model: modelId, prompt, n: countAsked(parameters), aspect_ratio: aspectRatioAsked(parameters), response_format: 'base64', subject_reference: subjects, ...picked(parameters, ['seed']) }) };
  },

  read(response): MediaAnswer {
    const data = objectAt(answerIn(response), 'data') ?? {};
    const pictures = Array.isArray(data['image_base64']) ? data['image_base64'].filter((text): text is string => typeof text === 'string') : [];
    if (pictures.length === 0) throw new InvalidAnswer('the provider made no image');
    return { ...nothingMade, artefacts: pictures.map((text) => ({ mime: 'image/jpeg', bytes: Buffer.from(text, 'base64'), url: null, seconds: null })) };
  },
};

export const minimaxMusic: MediaFormat = {
  request({ call: { prompt, parameters }, modelId }) {
    const lyrics = textAsked(parameters, ['lyrics']);
    return { method: 'POST', path: '/music_generation', body: present({ model: modelId, prompt, lyrics, is_instrumental: lyrics === null ? true : null, output_format: 'hex', audio_setting: { sample_rate: 44_100, bitrate: 256_000, format: 'mp3' } }) };
  },

  read(response): MediaAnswer {
    const answer = answerIn(response);
    const extra = objectAt(answer, 'extra_info');
    const ms = extra && numberAt(extra, 'music_duration');
    return { ...nothingMade, artefacts: [soundOf(answer, ms === null ? null : ms / 1000)], rawUsage: extra };
  },
};

export const minimaxSpeech: MediaFormat = {
  request({ call: { prompt, parameters }, modelId }) {
    const voice = present({ voice_id: textAsked(parameters, ['voice', 'voice_id']) ?? usualVoice, ...picked(parameters, ['speed', 'vol', 'pitch', 'emotion']) });
    return { method: 'POST', path: '/t2a_v2', body: { model: modelId, text: prompt, stream: false, output_format: 'hex', voice_setting: voice, audio_setting: { format: 'mp3', sample_rate: 32_000, bitrate: 128_000, channel: 1 } } };
  },

  read(response): MediaAnswer {
    const answer = answerIn(response);
    const extra = objectAt(answer, 'extra_info');
    const [ms, characters] = extra ? [numberAt(extra, 'audio_length'), numberAt(extra, 'usage_characters')] : [null, null];
    return { ...nothingMade, artefacts: [soundOf(answer, ms === null ? null : ms / 1000)], rawUsage: extra, ...(characters !== null && { characters }) };
  },
};

/** Bytes in hexadecimal digits. */
function soundOf(answer: Json, seconds: number | null): Artefact {
  const bytes = Buffer.from(stringAt(objectAt(answer, 'data') ?? {}, 'audio') ?? '', 'hex');
  if (bytes.length === 0) throw new InvalidAnswer('the provider sent no audio');
  return { mime: 'audio/mpeg', bytes, url: null, seconds };
}
