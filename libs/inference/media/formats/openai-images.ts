/** OpenAI's pictures, which several hosts share: /images/generations and /images/edits (platform.openai.com/docs/api-reference/images). */
import { numberAt, objectAt, objectsIn, stringAt, type Json } from '../../domain/json.js';
import { nothingMade, type Artefact, type MediaAnswer } from '../../domain/media.js';
import { noUsage, type MeteredUsage } from '../../domain/usage.js';
import { InvalidAnswer, type MediaFormat, type MediaRequest } from '../media-format.js';
import { fileOf, formOf, json, picked } from './wire.js';

const fields = ['n', 'size', 'quality', 'style', 'background', 'output_format', 'output_compression', 'moderation', 'response_format', 'user', 'seed', 'aspect_ratio', 'resolution'];
/** These answer in bytes always, and refuse to be asked how. */
const alwaysBytes = /^gpt-image/;
const fieldsOfThose = fields.filter((name) => name !== 'response_format');

export const openAiImages: MediaFormat = {
  request({ call: { prompt, parameters, images }, modelId }): MediaRequest {
    const body = { model: modelId, prompt, ...picked(parameters, alwaysBytes.test(modelId) ? fieldsOfThose : fields) };
    if (images.length === 0) return { method: 'POST', path: '/images/generations', body };
    const form = formOf(body);
    for (const image of images) form.append(images.length > 1 ? 'image[]' : 'image', fileOf(image), `image.${image.mime.split('/')[1] ?? 'png'}`);
    return { method: 'POST', path: '/images/edits', body: form };
  },

  read(response): MediaAnswer {
    const answer = json(response);
    const format = stringAt(answer, 'output_format') ?? 'png';
    const artefacts = objectsIn(answer['data']).map((item): Artefact => {
      const bytes = stringAt(item, 'b64_json');
      return { mime: `image/${format}`, bytes: bytes === null ? null : Buffer.from(bytes, 'base64'), url: stringAt(item, 'url'), seconds: null };
    });
    if (artefacts.length === 0) throw new InvalidAnswer('the provider made no image');
    return { ...nothingMade, artefacts, ...usageIn(answer) };
  },
};

/** Token counts of the models that are billed by tokens: what comes out is picture, unless its parts are told apart. */
function usageIn(answer: Json): Pick<MediaAnswer, 'usage' | 'rawUsage'> {
  const raw = objectAt(answer, 'usage');
  const output = raw && numberAt(raw, 'output_tokens');
  if (!raw || output === null) return { usage: null, rawUsage: raw };
  const input = objectAt(raw, 'input_tokens_details') ?? {};
  const usage: MeteredUsage = {
    ...noUsage,
    inputTokens: numberAt(raw, 'input_tokens') ?? 0,
    inputImageTokens: numberAt(input, 'image_tokens') ?? 0,
    cachedInputTokens: numberAt(input, 'cached_tokens') ?? 0,
    outputTokens: output,
    outputImageTokens: numberAt(objectAt(raw, 'output_tokens_details') ?? {}, 'image_tokens') ?? output,
  };
  return { usage, rawUsage: raw };
}
