/** A body of POST /v1/embeddings, as OpenAI defines it: checked by hand, so that the message names the field. */
import type { EmbeddingText } from '../../inference/domain/embedding.js';
import { invalid } from '../../platform/http/api-error.js';
import { noHints, type RoutingHints } from '../domain/request.js';
import { objectBody } from './images.controller.js';
import { namedModels } from './named-models.js';

export interface EmbeddingBody {
  readonly hints: RoutingHints;
  readonly texts: readonly EmbeddingText[];
  readonly dimensions: number | null;
  readonly encoding: 'float' | 'base64';
  readonly user: string | null;
}

const mostTexts = 2_048;
const mostDimensions = 65_536;

/** @throws ApiError 400 naming the field. */
export function embeddingBody(body: unknown): EmbeddingBody {
  const { model, models, input, dimensions, encoding_format: encoding, user } = objectBody(body);
  if (models !== undefined) throw invalid('models', 'models is not taken here: vectors of two models cannot be compared, so none stands in for another.');
  if (!isAbsent(dimensions) && !(Number.isInteger(dimensions) && (dimensions as number) >= 1 && (dimensions as number) <= mostDimensions)) {
    throw invalid('dimensions', `dimensions must be a whole number from 1 to ${mostDimensions}.`);
  }
  if (!isAbsent(encoding) && encoding !== 'float' && encoding !== 'base64') throw invalid('encoding_format', 'encoding_format must be "float" or "base64".');
  if (!isAbsent(user) && typeof user !== 'string') throw invalid('user', 'user must be a string.');
  return {
    hints: { ...noHints, task: 'text', contentMode: 'generate', ...namedModels(model, undefined) },
    texts: textsIn(input),
    dimensions: (dimensions as number | undefined) ?? null,
    encoding: encoding === 'base64' ? 'base64' : 'float',
    user: typeof user === 'string' && user !== '' ? user : null,
  };
}

/** One text or a list of them; a text is words, or token ids. */
function textsIn(input: unknown): readonly EmbeddingText[] {
  if (isAbsent(input)) throw invalid('input', 'input is required.', 'missing_field');
  if (isText(input)) return [input];
  if (!Array.isArray(input) || input.length === 0) throw invalid('input', 'input must be a text that is not empty, or a list of them.');
  if (input.length > mostTexts) throw invalid('input', `input must hold at most ${mostTexts} texts.`);
  input.forEach((text: unknown, at) => {
    if (!isText(text)) throw invalid(`input.${at}`, `input.${at} must be a text that is not empty, or a list of token ids.`);
  });
  return input as EmbeddingText[];
}

const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;
const isToken = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is EmbeddingText => (typeof value === 'string' ? value !== '' : Array.isArray(value) && value.length > 0 && value.every(isToken));
