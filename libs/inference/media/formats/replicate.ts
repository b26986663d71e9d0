/** Replicate's predictions: made at once where that is quick, asked again otherwise (replicate.com/docs/reference/http). */
import { objectAt, stringAt, type Json } from '../../domain/json.js';
import { countAsked, secondsAsked } from '../../domain/media-parameters.js';
import { nothingMade, type MediaAnswer } from '../../domain/media.js';
import { failed, InvalidAnswer, type MediaAsk, type MediaFormat, type Pending } from '../media-format.js';
import { addressOf, json, keptAt, present, without } from './wire.js';

/** Seconds the provider may keep the first answer back, for work that is often done by then. */
const waitSeconds = 10;

export const replicate: MediaFormat = {
  request({ call: { prompt, parameters, images }, modelId, kind }) {
    const isQuick = kind === 'image' || kind === 'speech';
    const said = kind === 'speech' ? { text: prompt, prompt } : { prompt };
    const picture = images[0] ? (/kontext/.test(modelId) ? { input_image: addressOf(images[0]) } : { image: addressOf(images[0]) }) : {};
    const count = kind === 'image' && countAsked(parameters) > 1 ? { num_outputs: countAsked(parameters) } : {};
    const input = present({ ...without(parameters, ['n', 'model', 'prompt', 'text', 'input', 'user', 'response_format']), ...count, ...said, ...picture });
    return { method: 'POST', path: `/models/${modelId}/predictions`, ...(isQuick && { headers: { prefer: `wait=${waitSeconds}` } }), body: { input } };
  },

  read(response, ask): MediaAnswer | Pending {
    const prediction = json(response);
    switch (stringAt(prediction, 'status')) {
      case 'succeeded':
        return made(prediction, ask);
      case 'failed':
      case 'canceled':
      case 'aborted':
        throw refusedBy(stringAt(prediction, 'error') ?? 'the provider gave its work up');
      default:
        return pendingIn(prediction);
    }
  },
};

function pendingIn(prediction: Json): Pending {
  const urls = objectAt(prediction, 'urls') ?? {};
  const [get, cancel] = [stringAt(urls, 'get'), stringAt(urls, 'cancel')];
  if (get === null) throw new InvalidAnswer('the provider did not say where its work can be asked for');
  // Models print how far they are: ` 45%|####     | 9/20`.
  const percent = [...(stringAt(prediction, 'logs') ?? '').matchAll(/(\d{1,3})%\|/g)].at(-1)?.[1];
  return { pending: { poll: { method: 'GET', path: get }, cancel: cancel ? { method: 'POST', path: cancel } : null, progress: percent === undefined ? null : Number(percent) / 100 } };
}

const mimeOf = { image: 'image/webp', video: 'video/mp4', music: 'audio/mpeg', speech: 'audio/mpeg', transcript: 'text/plain', search: 'text/plain' } as const;

function made(prediction: Json, { kind, call: { parameters } }: MediaAsk): MediaAnswer {
  const output = prediction['output'];
  const urls = (Array.isArray(output) ? output : [output]).filter((url): url is string => typeof url === 'string');
  if (urls.length === 0) throw new InvalidAnswer('the provider made nothing');
  return { ...nothingMade, artefacts: urls.map((url) => keptAt(url, mimeOf[kind], kind === 'image' ? null : secondsAsked(parameters))), rawUsage: objectAt(prediction, 'metrics') };
}

/** `E005` is how its models report what their safety checker refuses. */
const refusedBy = (error: string): InvalidAnswer => (/nsfw|sensitive|E005|flagged/i.test(error) ? failed(`content policy: ${error}`, 'content_policy_violation') : failed(error));
