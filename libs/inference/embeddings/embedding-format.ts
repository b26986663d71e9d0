/** How a host is asked for vectors, and how its answer is read. */
import { isObject, objectAt, objectsIn, type Json } from '../domain/json.js';
import type { EmbeddingAnswer, EmbeddingCall, Vector } from '../domain/embedding.js';
import { openAiUsage } from '../domain/usage.js';
import { Unsayable, type FormatRequest } from '../formats/format.js';
import { InvalidAnswer } from '../media/media-format.js';

export interface EmbeddingFormat {
  /** @throws Unsayable */
  request(call: EmbeddingCall, modelId: string): FormatRequest;
  /** @throws InvalidAnswer when there is not one vector for each text. */
  read(answer: Json, texts: number): EmbeddingAnswer;
}

/** platform.openai.com/docs/api-reference/embeddings. @param dimensionsField what the host calls the length of a vector */
export const openAiEmbeddings = (dimensionsField: 'dimensions' | 'output_dimension'): EmbeddingFormat => ({
  request: ({ texts, dimensions, user }, modelId) => ({
    path: '/embeddings',
    body: { model: modelId, input: texts, ...(dimensions !== null && { [dimensionsField]: dimensions }), ...(user !== null && dimensionsField === 'dimensions' && { user }) },
  }),
  read(answer, texts) {
    const items = objectsIn(answer['data']);
    const vectors: Vector[] = [];
    for (const [at, item] of items.entries()) vectors[typeof item['index'] === 'number' ? item['index'] : at] = vectorIn(item['embedding']);
    const raw = objectAt(answer, 'usage');
    return { vectors: oneForEach(vectors, texts), usage: raw && openAiUsage({ ...raw, prompt_tokens: raw['prompt_tokens'] ?? raw['total_tokens'], completion_tokens: 0 }), rawUsage: raw };
  },
});

/** ai.google.dev/api/embeddings: it counts no tokens. */
export const googleEmbeddings: EmbeddingFormat = {
  request({ texts, dimensions }, modelId) {
    const requests = texts.map((text) => {
      if (typeof text !== 'string') throw new Unsayable('this provider takes texts as words, not as token ids');
      return { model: `models/${modelId}`, content: { parts: [{ text }] }, ...(dimensions !== null && { outputDimensionality: dimensions }) };
    });
    return { path: `/models/${modelId}:batchEmbedContents`, body: { requests } };
  },
  read: (answer, texts) => ({ vectors: oneForEach(objectsIn(answer['embeddings']).map((item) => vectorIn(item['values'])), texts), usage: null, rawUsage: null }),
};

function vectorIn(value: unknown): Vector {
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'number')) return value as number[];
  throw new InvalidAnswer('the provider sent something else than a vector');
}

function oneForEach(vectors: readonly Vector[], texts: number): readonly Vector[] {
  if (vectors.length !== texts || vectors.includes(undefined as never)) throw new InvalidAnswer(`the provider sent ${vectors.length} vectors for ${texts} texts`);
  return vectors;
}

/** @throws InvalidAnswer */
export function answerIn(body: Buffer): Json {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new InvalidAnswer('the provider did not answer in JSON');
}
