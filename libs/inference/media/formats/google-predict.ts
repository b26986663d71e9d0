/** Google's Imagen and Lyria by `predict`, which answers at once with bytes (ai.google.dev/gemini-api/docs/imagen; Vertex AI, Lyria). */
import { objectsIn, stringAt } from '../../domain/json.js';
import { aspectRatioAsked, countAsked, textAsked } from '../../domain/media-parameters.js';
import { nothingMade, type Artefact, type MediaAnswer } from '../../domain/media.js';
import { failed, InvalidAnswer, type MediaFormat } from '../media-format.js';
import { json, present } from './wire.js';

/** Lyria makes clips of this length. */
const clipSeconds = 30;

export const googlePredict: MediaFormat = {
  request({ call: { prompt, parameters }, modelId, kind }) {
    const size = textAsked(parameters, ['image_size', 'resolution']);
    const asked = {
      sampleCount: countAsked(parameters), aspectRatio: aspectRatioAsked(parameters), imageSize: size && /^\d+k$/i.test(size) ? size.toUpperCase() : null,
      personGeneration: textAsked(parameters, ['person_generation']),
    };
    const instance = present({ prompt, negative_prompt: kind === 'music' ? textAsked(parameters, ['negative_prompt']) : null });
    return { method: 'POST', path: `/models/${encodeURIComponent(modelId)}:predict`, body: { instances: [instance], parameters: present(asked) } };
  },

  read(response, { kind }): MediaAnswer {
    const predictions = objectsIn(json(response)['predictions']);
    const artefacts = predictions.flatMap((prediction): Artefact[] => {
      const data = stringAt(prediction, 'bytesBase64Encoded') ?? stringAt(prediction, 'audioContent');
      if (data === null) return [];
      const mime = stringAt(prediction, 'mimeType') ?? (kind === 'music' ? 'audio/wav' : 'image/png');
      return [{ mime, bytes: Buffer.from(data, 'base64'), url: null, seconds: kind === 'music' ? clipSeconds : null }];
    });
    if (artefacts.length > 0) return { ...nothingMade, artefacts };
    const reason = predictions.map((prediction) => stringAt(prediction, 'raiFilteredReason')).find((each) => each !== null);
    // Imagen leaves filtered pictures out, and with all of them out answers `{}`.
    if (reason || predictions.length === 0) throw failed(`content policy: ${reason ?? 'every result was filtered'}`, 'content_policy_violation');
    throw new InvalidAnswer('the provider made nothing');
  },
};
