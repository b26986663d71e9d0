/** Black Forest Labs: POST /v1/{model}, then the polling_url it names (docs.bfl.ai). */
import { numberAt, objectAt, stringAt, type Json } from '../../domain/json.js';
import { aspectRatioAsked, pixelsAsked } from '../../domain/media-parameters.js';
import { nothingMade, type MediaAnswer } from '../../domain/media.js';
import { failed, InvalidAnswer, type MediaFormat, type Pending } from '../media-format.js';
import { bytesOf, json, keptAt, picked, present } from './wire.js';

/** Takes a shape instead of a size. */
const byShape = /kontext|ultra/;

export const blackForestLabs: MediaFormat = {
  request({ call: { prompt, parameters, images }, modelId }) {
    const [width, height] = pixelsAsked(parameters) ?? [];
    const shape = byShape.test(modelId) ? { aspect_ratio: aspectRatioAsked(parameters) } : { width, height };
    const pictures = images.map((image, place) => [place === 0 ? 'input_image' : `input_image_${place + 1}`, image.url ?? bytesOf(image.bytes).toString('base64')] as const);
    return { method: 'POST', path: `/v1/${modelId}`, body: present({ prompt, ...shape, ...picked(parameters, ['seed', 'output_format', 'safety_tolerance']), ...Object.fromEntries(pictures) }) };
  },

  read(response): MediaAnswer | Pending {
    const answer = json(response);
    const poll = stringAt(answer, 'polling_url');
    if (poll !== null) return { pending: { poll: { method: 'GET', path: poll }, cancel: null, progress: null } };
    const status = stringAt(answer, 'status');
    switch (status) {
      case 'Ready':
        return { ...nothingMade, artefacts: [keptAt(sampleIn(answer), 'image/jpeg')] };
      case 'Pending':
      case 'Queued':
      case 'Processing':
        return { pending: { progress: numberAt(answer, 'progress') } };
      case 'Request Moderated':
      case 'Content Moderated':
        throw failed(`content policy: ${status}`, 'content_policy_violation');
      default:
        throw failed(`the provider says: ${status ?? 'nothing'}`);
    }
  },
};

function sampleIn(answer: Json): string {
  const url = stringAt(objectAt(answer, 'result') ?? {}, 'sample');
  if (url === null) throw new InvalidAnswer('the provider made nothing');
  return url;
}
