/** What was made, as JSON: pictures in OpenAI's shape, and everything else beside it in the same spirit. */
import type { Artefact, MediaAnswer, MediaKind } from '../domain/media.js';
import type { JsonAnswer } from '../domain/outcome.js';

export function presentMedia(kind: MediaKind, answer: MediaAnswer, at: string): JsonAnswer {
  const value = shapeOf(kind, answer, Math.floor(Date.parse(at) / 1000));
  return { form: 'json', bytes: Buffer.from(JSON.stringify(value)), value };
}

function shapeOf(kind: MediaKind, { artefacts, text, found, rawUsage }: MediaAnswer, created: number): Record<string, unknown> {
  const usage = rawUsage === null ? {} : { usage: rawUsage };
  switch (kind) {
    case 'image':
    case 'video':
    case 'music':
      return { created, data: artefacts.map(shown), ...usage };
    case 'speech':
      return { created, audio: artefacts[0] ? shown(artefacts[0]) : null, ...usage };
    case 'transcript':
      return { text: text ?? '', ...(artefacts[0]?.seconds ? { duration: artefacts[0].seconds } : {}), ...usage };
    case 'search':
      return { object: 'search', answer: text, results: found, ...usage };
  }
}

const shown = ({ mime, bytes, url, seconds }: Artefact) => ({
  ...(bytes ? { b64_json: bytes.toString('base64') } : { url }),
  mime_type: mime,
  ...(seconds === null ? {} : { seconds }),
});
