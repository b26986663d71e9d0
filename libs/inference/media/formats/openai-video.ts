/** OpenAI's clips: POST /videos, then GET /videos/{id} and its content (platform.openai.com/docs/api-reference/videos). */
import { numberAt, objectAt, stringAt } from '../../domain/json.js';
import { secondsAsked, textAsked } from '../../domain/media-parameters.js';
import { nothingMade, type MediaAnswer } from '../../domain/media.js';
import { failed, InvalidAnswer, type MediaFormat, type Pending } from '../media-format.js';
import { fileOf, formOf, json, present } from './wire.js';

const usualSeconds = 4;

export const openAiVideo: MediaFormat = {
  request({ call: { prompt, parameters, images }, modelId }) {
    const form = formOf(present({ model: modelId, prompt, seconds: String(secondsAsked(parameters) ?? usualSeconds), size: textAsked(parameters, ['size']) }));
    if (images[0]) form.append('input_reference', fileOf(images[0]), 'reference');
    return { method: 'POST', path: '/videos', body: form };
  },

  read(response, { call: { parameters } }): MediaAnswer | Pending {
    if (/^video\//.test(response.header('content-type') ?? '')) {
      return { ...nothingMade, artefacts: [{ mime: 'video/mp4', bytes: response.body, url: null, seconds: secondsAsked(parameters) ?? usualSeconds }] };
    }
    const job = json(response);
    const id = stringAt(job, 'id');
    if (id === null) throw new InvalidAnswer('the provider gave its work no number');
    const path = `/videos/${encodeURIComponent(id)}`;
    switch (stringAt(job, 'status')) {
      case 'failed': {
        const error = objectAt(job, 'error') ?? {};
        throw failed(stringAt(error, 'message') ?? 'the provider failed', stringAt(error, 'code'));
      }
      case 'completed':
        return { pending: { poll: { method: 'GET', path: `${path}/content` }, progress: 1, isDone: true } };
      default:
        return { pending: { poll: { method: 'GET', path }, cancel: { method: 'DELETE', path }, progress: (numberAt(job, 'progress') ?? 0) / 100 } };
    }
  },
};
