/** fal's queue: submit, status, result, cancel (docs.fal.ai, queue). Every model has its own fields: the client's go as they came. */
import { isObject, numberAt, objectAt, objectsIn, stringAt, type Json } from '../../domain/json.js';
import { countAsked, secondsAsked } from '../../domain/media-parameters.js';
import { nothingMade, type Artefact, type MediaAnswer } from '../../domain/media.js';
import { failed, InvalidAnswer, type MediaAsk, type MediaFormat, type Pending } from '../media-format.js';
import { addressOf, json, picked, present, without } from './wire.js';

/** Models that are given what they say or play under another name than `prompt`. */
const saysText = /chatterbox|sound-effects/;
const takesLyrics = /diffrhythm/;
/** Models that take a list of pictures. */
const takesMany = /\/edit$|seedream|flux-2/;

export const fal: MediaFormat = {
  request({ call, modelId, kind }) {
    const { prompt, parameters, images } = call;
    const said = saysText.test(modelId) ? 'text' : takesLyrics.test(modelId) ? 'lyrics' : 'prompt';
    const given = images.map(addressOf);
    const pictures = given.length === 0 ? {} : takesMany.test(modelId) ? { image_urls: given } : { image_url: given[0] };
    const count = kind === 'image' && countAsked(parameters) > 1 ? { num_images: countAsked(parameters) } : {};
    const rest = without(parameters, ['n', 'model', 'prompt', 'text', 'input', 'user', 'response_format']);
    return { method: 'POST', path: `/${modelId}`, body: present({ ...rest, ...count, [said]: prompt, ...pictures }) };
  },

  read(response, ask): MediaAnswer | Pending {
    const answer = json(response);
    const status = stringAt(answer, 'status');
    if (status === null || !(/^(?:IN_|COMPLETED)/.test(status))) return made(answer, ask);
    const [poll, result, cancel] = [stringAt(answer, 'status_url'), stringAt(answer, 'response_url'), stringAt(answer, 'cancel_url')];
    if (status !== 'COMPLETED') return { pending: { ...(poll && { poll: { method: 'GET', path: poll } }), ...(cancel && { cancel: { method: 'PUT', path: cancel } }), progress: null } };
    const error = stringAt(answer, 'error');
    if (error !== null) throw failed(error, stringAt(answer, 'error_type'));
    if (result === null) throw new InvalidAnswer('the provider did not say where its result is');
    return { pending: { poll: { method: 'GET', path: result }, progress: 1, isDone: true } };
  },
};

const mimeOf = { image: 'image/png', video: 'video/mp4', music: 'audio/mpeg', speech: 'audio/wav', transcript: 'text/plain', search: 'text/plain' } as const;

/** Results are one file or a list, under a name that tells its kind. */
function made(answer: Json, { kind, call: { parameters } }: MediaAsk): MediaAnswer {
  if (Array.isArray(answer['has_nsfw_concepts']) && answer['has_nsfw_concepts'].length > 0 && answer['has_nsfw_concepts'].every((each) => each === true)) {
    throw failed('content policy: the safety checker held back every picture', 'content_policy_violation');
  }
  const files = [...objectsIn(answer['images']), ...['image', 'video', 'audio', 'audio_file', 'output'].map((name) => answer[name]).filter(isObject)];
  const artefacts = files.flatMap((file): Artefact[] => {
    const url = stringAt(file, 'url');
    if (url === null) return [];
    return [{ mime: stringAt(file, 'content_type') ?? mimeOf[kind], bytes: null, url, seconds: kind === 'image' ? null : lengthOf(file, answer, parameters) }];
  });
  if (artefacts.length === 0) throw new InvalidAnswer('the provider made nothing');
  return { ...nothingMade, artefacts, rawUsage: objectAt(answer, 'usage') ?? (Object.keys(picked(answer, ['timings'])).length > 0 ? picked(answer, ['timings']) : null) };
}

const lengthOf = (file: Json, answer: Json, parameters: Json | Readonly<Json>): number | null => numberAt(file, 'duration') ?? numberAt(answer, 'duration') ?? secondsAsked(parameters);
