/** Deepgram: POST /v1/speak answers in bytes, POST /v1/listen takes them (developers.deepgram.com/reference). */
import { numberAt, objectAt, objectsIn, stringAt } from '../../domain/json.js';
import { textAsked } from '../../domain/media-parameters.js';
import { nothingMade, type MediaAnswer } from '../../domain/media.js';
import { InvalidAnswer, type MediaFormat } from '../media-format.js';
import { heard } from './openai-audio.js';
import { bytesOf, json, soundIn } from './wire.js';

export const deepgramSpeech: MediaFormat = {
  request: ({ call: { prompt, parameters }, modelId }) => {
    const asked = textAsked(parameters, ['voice']);
    const voice = asked !== null && /^aura-/.test(asked) ? asked : modelId;
    return { method: 'POST', path: `/v1/speak?model=${encodeURIComponent(voice)}`, body: { text: prompt } };
  },
  read: (response): MediaAnswer => ({ ...nothingMade, artefacts: [soundIn(response, 'audio/mpeg')] }),
};

export const deepgramTranscript: MediaFormat = {
  request({ call: { parameters, audio }, modelId }) {
    const language = textAsked(parameters, ['language']);
    const path = `/v1/listen?model=${encodeURIComponent(modelId)}&smart_format=true${language === null ? '' : `&language=${encodeURIComponent(language)}`}`;
    if (audio?.url) return { method: 'POST', path, body: { url: audio.url } };
    return { method: 'POST', path, headers: { 'content-type': audio?.mime ?? 'audio/mpeg' }, body: bytesOf(audio?.bytes ?? null) };
  },

  read(response): MediaAnswer {
    const answer = json(response);
    const channel = objectsIn(objectAt(answer, 'results')?.['channels'])[0] ?? {};
    const text = stringAt(objectsIn(channel['alternatives'])[0] ?? {}, 'transcript');
    if (text === null) throw new InvalidAnswer('the provider sent no transcript');
    const seconds = numberAt(objectAt(answer, 'metadata') ?? {}, 'duration');
    return { ...nothingMade, text, artefacts: seconds === null ? [] : [heard(seconds)] };
  },
};
