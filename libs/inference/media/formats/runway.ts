/** Runway's tasks: one path for each kind of work, then GET /v1/tasks/{id} (docs.dev.runwayml.com/api). */
import { numberAt, stringAt } from '../../domain/json.js';
import { aspectRatioAsked, secondsAsked } from '../../domain/media-parameters.js';
import { nothingMade, type MediaAnswer } from '../../domain/media.js';
import { failed, InvalidAnswer, type MediaAsk, type MediaFormat, type Pending } from '../media-format.js';
import { addressOf, json, keptAt, picked, present } from './wire.js';

const usualSeconds = 5;
/** It names shapes by their pixels. */
const pixelsOf: Readonly<Record<string, string>> = { '16:9': '1280:720', '9:16': '720:1280', '4:3': '1104:832', '3:4': '832:1104', '1:1': '960:960', '21:9': '1584:672' };
const pixelsOfPicture: Readonly<Record<string, string>> = { '16:9': '1920:1080', '9:16': '1080:1920', '4:3': '1440:1080', '3:4': '1080:1440', '1:1': '1024:1024', '21:9': '1808:768' };

export const runway: MediaFormat = {
  request: (ask) => (ask.kind === 'image' ? picture(ask) : clip(ask)),

  read(response, { kind, call: { parameters } }): MediaAnswer | Pending {
    const task = json(response);
    const id = stringAt(task, 'id');
    if (id === null) throw new InvalidAnswer('the provider gave its work no number');
    const path = `/v1/tasks/${encodeURIComponent(id)}`;
    switch (stringAt(task, 'status')) {
      case 'SUCCEEDED': {
        const urls = Array.isArray(task['output']) ? task['output'].filter((url): url is string => typeof url === 'string') : [];
        if (urls.length === 0) throw new InvalidAnswer('the provider made nothing');
        return { ...nothingMade, artefacts: urls.map((url) => (kind === 'image' ? keptAt(url, 'image/png') : keptAt(url, 'video/mp4', secondsAsked(parameters) ?? usualSeconds))) };
      }
      case 'FAILED':
      case 'CANCELLED': {
        const code = stringAt(task, 'failureCode');
        const message = stringAt(task, 'failure') ?? 'the provider gave its work up';
        throw code?.startsWith('SAFETY') ? failed(`content policy: ${message}`, 'content_policy_violation') : failed(message, code);
      }
      default:
        return { pending: { poll: { method: 'GET', path }, cancel: { method: 'DELETE', path }, progress: numberAt(task, 'progress') } };
    }
  },
};

function clip({ call: { prompt, parameters, images }, modelId }: MediaAsk) {
  const ratio = pixelsOf[aspectRatioAsked(parameters) ?? '16:9'] ?? aspectRatioAsked(parameters);
  const body = { model: modelId, promptText: prompt, ratio, duration: secondsAsked(parameters) ?? usualSeconds, ...picked(parameters, ['seed']) };
  if (!images[0]) return { method: 'POST', path: '/v1/text_to_video', body } as const;
  return { method: 'POST', path: '/v1/image_to_video', body: { ...body, promptImage: addressOf(images[0]) } } as const;
}

function picture({ call: { prompt, parameters, images }, modelId }: MediaAsk) {
  const ratio = pixelsOfPicture[aspectRatioAsked(parameters) ?? '16:9'] ?? aspectRatioAsked(parameters);
  const referenceImages = images.length === 0 ? null : images.map((image) => ({ uri: addressOf(image) }));
  return { method: 'POST', path: '/v1/text_to_image', body: present({ model: modelId, promptText: prompt, ratio, referenceImages, ...picked(parameters, ['seed']) }) } as const;
}
