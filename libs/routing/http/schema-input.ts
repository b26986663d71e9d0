/** An `input` as the models' schemas speak of it: callers may give the prompt apart, and files under several names. */
import type { Fields } from '../commands/measure-input.js';
import { audioFields, imageFields } from './media-input.js';

export function asSchemaInput(input: Fields, prompt: string): Fields {
  const { parameters, ...fields } = input;
  const [image, file] = [firstOf(fields, imageFields), firstOf(fields, audioFields)];
  return {
    ...(isFields(parameters) ? parameters : {}),
    ...(fields['messages'] === undefined ? { prompt } : {}),
    ...fields,
    ...(image !== undefined && { image: addressOf(image) }),
    ...(file !== undefined && { file: addressOf(file) }),
  };
}

const firstOf = (fields: Fields, names: readonly string[]): unknown => names.map((name) => fields[name]).find((value) => value !== undefined && value !== null);

/** A source in an object is its address, or its bytes as a data URL. */
function addressOf(source: unknown): unknown {
  if (Array.isArray(source)) return source.map(addressOf);
  if (!isFields(source)) return source;
  if (typeof source['data'] === 'string') return `data:;base64,${source['data']}`;
  return source['url'] ?? source;
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
