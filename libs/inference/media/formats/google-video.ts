/** Google's Veo: predictLongRunning, then the operation until it is done (ai.google.dev/gemini-api/docs/video). */
import { numberAt, objectAt, objectsIn, stringAt, type Json } from '../../domain/json.js';
import { aspectRatioAsked, resolutionAsked, secondsAsked, soundAsked, textAsked } from '../../domain/media-parameters.js';
import { nothingMade, type MediaAnswer, type MediaSource } from '../../domain/media.js';
import { failed, InvalidAnswer, type MediaFormat, type Pending } from '../media-format.js';
import { bytesOf, json, present } from './wire.js';

const usualSeconds = 8;

export const googleVideo: MediaFormat = {
  request({ call: { prompt, parameters, images }, modelId }) {
    const [first] = images;
    const asked = {
      durationSeconds: secondsAsked(parameters) ?? usualSeconds, aspectRatio: aspectRatioAsked(parameters), resolution: resolutionAsked(parameters),
      negativePrompt: textAsked(parameters, ['negative_prompt']), generateAudio: soundAsked(parameters), personGeneration: textAsked(parameters, ['person_generation']),
    };
    return { method: 'POST', path: `/models/${encodeURIComponent(modelId)}:predictLongRunning`, body: { instances: [{ prompt, ...(first && { image: inline(first) }) }], parameters: present(asked) } };
  },

  read(response, { call: { parameters } }): MediaAnswer | Pending {
    const operation = json(response);
    const name = stringAt(operation, 'name');
    const error = objectAt(operation, 'error');
    if (error) throw failed(stringAt(error, 'message') ?? 'the provider failed', stringAt(error, 'status') ?? String(error['code'] ?? ''));
    if (operation['done'] !== true) return pendingAt(name, operation);
    const made = objectAt(objectAt(operation, 'response') ?? {}, 'generateVideoResponse') ?? {};
    const urls = objectsIn(made['generatedSamples']).map((sample) => stringAt(objectAt(sample, 'video') ?? {}, 'uri')).filter((uri) => uri !== null);
    if (urls.length === 0) throw filtered(made);
    // Each opens with the key that made it.
    return { ...nothingMade, artefacts: urls.map((url) => ({ mime: 'video/mp4', bytes: null, url, seconds: secondsAsked(parameters) ?? usualSeconds, locked: true })) };
  },
};

const inline = ({ bytes, mime }: MediaSource): Json => ({ bytesBase64Encoded: bytesOf(bytes).toString('base64'), mimeType: mime });

function pendingAt(name: string | null, operation: Json): Pending {
  if (name === null) throw new InvalidAnswer('the provider gave its work no name');
  const percent = numberAt(objectAt(operation, 'metadata') ?? {}, 'progressPercent');
  return { pending: { poll: { method: 'GET', path: `/${name}` }, cancel: { method: 'POST', path: `/${name}:cancel`, body: {} }, progress: percent === null ? null : percent / 100 } };
}

function filtered(made: Json): InvalidAnswer {
  const reasons = Array.isArray(made['raiMediaFilteredReasons']) ? made['raiMediaFilteredReasons'].join(' ') : '';
  if (reasons || numberAt(made, 'raiMediaFilteredCount')) return failed(`content policy: ${reasons || 'the clip was filtered'}`, 'content_policy_violation');
  return new InvalidAnswer('the provider made no clip');
}
