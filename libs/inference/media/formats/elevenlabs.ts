/** ElevenLabs: voices, sounds and music as bytes at once, and transcripts (elevenlabs.io/docs/api-reference). */
import { numberAt, objectsIn, stringAt } from '../../domain/json.js';
import { secondsAsked, textAsked } from '../../domain/media-parameters.js';
import { nothingMade, type MediaAnswer } from '../../domain/media.js';
import { InvalidAnswer, type MediaFormat } from '../media-format.js';
import { heard } from './openai-audio.js';
import { fileOf, formOf, json, picked, present, soundIn } from './wire.js';

/** A voice of its own library, for requests that name none, or one of another maker. */
const usualVoice = 'JBFqnCBsd6RMkjVDRZzb';
const isVoice = /^[A-Za-z0-9]{20}$/;
const usualSoundSeconds = 5;
const usualMusicSeconds = 60;

export const elevenLabsSpeech: MediaFormat = {
  request({ call: { prompt, parameters }, modelId }) {
    const asked = textAsked(parameters, ['voice_id', 'voice']);
    const voice = asked !== null && isVoice.test(asked) ? asked : usualVoice;
    return { method: 'POST', path: `/v1/text-to-speech/${voice}`, body: { text: prompt, model_id: modelId, ...picked(parameters, ['voice_settings', 'language_code', 'seed']) } };
  },
  read: (response): MediaAnswer => ({ ...nothingMade, artefacts: [soundIn(response, 'audio/mpeg')] }),
};

/** Lengths are always stated, for they are the price. */
export const elevenLabsSound: MediaFormat = {
  request: ({ call: { prompt, parameters } }) => ({
    method: 'POST',
    path: '/v1/sound-generation',
    body: { text: prompt, duration_seconds: secondsAsked(parameters) ?? usualSoundSeconds, ...picked(parameters, ['prompt_influence']) },
  }),
  read: (response, { call: { parameters } }): MediaAnswer => ({ ...nothingMade, artefacts: [soundIn(response, 'audio/mpeg', secondsAsked(parameters) ?? usualSoundSeconds)] }),
};

export const elevenLabsMusic: MediaFormat = {
  request: ({ call: { prompt, parameters }, modelId }) => ({
    method: 'POST',
    path: '/v1/music',
    body: { prompt, music_length_ms: Math.round((secondsAsked(parameters) ?? usualMusicSeconds) * 1000), model_id: modelId, ...picked(parameters, ['force_instrumental']) },
  }),
  read: (response, { call: { parameters } }): MediaAnswer => ({ ...nothingMade, artefacts: [soundIn(response, 'audio/mpeg', secondsAsked(parameters) ?? usualMusicSeconds)] }),
};

export const elevenLabsTranscript: MediaFormat = {
  request({ call: { parameters, audio }, modelId }) {
    const form = formOf(present({ model_id: modelId, language_code: textAsked(parameters, ['language', 'language_code']), ...picked(parameters, ['diarize', 'tag_audio_events']) }));
    if (audio?.url) form.append('cloud_storage_url', audio.url);
    else if (audio) form.append('file', fileOf(audio), `audio.${audio.mime.split('/')[1] ?? 'mp3'}`);
    return { method: 'POST', path: '/v1/speech-to-text', body: form };
  },

  read(response): MediaAnswer {
    const answer = json(response);
    const text = stringAt(answer, 'text');
    if (text === null) throw new InvalidAnswer('the provider sent no transcript');
    const seconds = numberAt(answer, 'audio_duration_secs') ?? numberAt(objectsIn(answer['words']).at(-1) ?? {}, 'end');
    return { ...nothingMade, text, artefacts: seconds === null ? [] : [heard(seconds)] };
  },
};
