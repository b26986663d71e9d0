/** xAI's clips: POST /videos/generations, then GET /videos/{request_id} (docs.x.ai, video generation). */
import { numberAt, objectAt, stringAt } from '../../domain/json.js';
import { aspectRatioAsked, resolutionAsked, secondsAsked } from '../../domain/media-parameters.js';
import { nothingMade, type MediaAnswer } from '../../domain/media.js';
import { failed, InvalidAnswer, type MediaFormat, type Pending } from '../media-format.js';
import { addressOf, json, keptAt, present } from './wire.js';

const usualSeconds = 5;

export const xaiVideo: MediaFormat = {
  request({ call: { prompt, parameters, images }, modelId }) {
    const body = {
      model: modelId, prompt, duration: secondsAsked(parameters) ?? usualSeconds, aspect_ratio: aspectRatioAsked(parameters), resolution: resolutionAsked(parameters),
      image: images[0] && { url: addressOf(images[0]) },
    };
    return { method: 'POST', path: '/videos/generations', body: present(body) };
  },

  read(response, { call: { parameters } }): MediaAnswer | Pending {
    const answer = json(response);
    const id = stringAt(answer, 'request_id');
    if (id !== null) return { pending: { poll: { method: 'GET', path: `/videos/${encodeURIComponent(id)}` }, cancel: null, progress: null } };
    const video = objectAt(answer, 'video');
    const url = video && stringAt(video, 'url');
    if (video && url) return { ...nothingMade, artefacts: [keptAt(url, 'video/mp4', numberAt(video, 'duration') ?? secondsAsked(parameters) ?? usualSeconds)] };
    if (video?.['respect_moderation'] === false) throw failed('content policy: the clip was held back by moderation', 'content_policy_violation');
    const status = stringAt(answer, 'status');
    if (status === 'failed' || status === 'expired') {
      const error = objectAt(answer, 'error') ?? {};
      throw failed(stringAt(error, 'message') ?? `the provider’s work has ${status}`, stringAt(error, 'code'));
    }
    if (status !== 'pending' && status !== 'processing') throw new InvalidAnswer('the provider did not say how its work stands');
    return { pending: { progress: numberAt(answer, 'progress') } };
  },
};
