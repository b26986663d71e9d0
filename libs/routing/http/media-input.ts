/** The pictures, recordings and parameters of an `input`, wherever the caller put them. */
import type { MediaCall, MediaSource } from '../../inference/domain/media.js';
import { invalid } from '../../platform/http/api-error.js';
import type { Fields } from '../commands/measure-input.js';
import { EncodedFile, UploadedFile } from './given-file.js';

/** What media are made from. */
export type MediaInput = Pick<MediaCall, 'prompt' | 'parameters' | 'images' | 'audio'>;

export const imageFields = ['image', 'images', 'image_url', 'image_urls', 'input_image', 'input_images', 'reference_images'] as const;
export const audioFields = ['audio', 'audio_url', 'file', 'input_audio'] as const;

/** @throws ApiError 400 for a source that is neither an address nor data. */
export function mediaInput(input: Fields, prompt: string): MediaInput {
  const { messages, parameters, ...fields } = input;
  const parts = partsOf(messages);
  const images = [...imageFields.flatMap((name) => sourcesIn(fields[name], name, 'image/png')), ...parts.flatMap((part) => sourcesIn(part['image_url'] ?? part['image'], 'input.messages', 'image/png'))];
  const audio = [...audioFields.flatMap((name) => sourcesIn(fields[name], name, 'audio/mpeg')), ...parts.flatMap((part) => sourcesIn(part['input_audio'], 'input.messages', 'audio/wav'))];
  const given = new Set<string>([...imageFields, ...audioFields]);
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !given.has(name)));
  return { prompt: spoken(rest, prompt), parameters: { ...(isFields(parameters) ? parameters : {}), ...rest }, images, audio: audio[0] ?? null };
}

/** What is said or drawn: the input's own words where it has them, else the prompt. */
const spoken = (fields: Fields, prompt: string): string => [fields['text'], fields['prompt'], fields['input']].find((text) => typeof text === 'string' && text !== '') as string | undefined ?? prompt;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function partsOf(messages: unknown): Fields[] {
  if (!Array.isArray(messages)) return [];
  const last = (messages as unknown[]).findLast((message) => isFields(message) && message['role'] === 'user');
  const content = isFields(last) ? last['content'] : null;
  return Array.isArray(content) ? content.filter(isFields) : [];
}

function sourcesIn(value: unknown, param: string, mime: string): MediaSource[] {
  if (value === undefined || value === null) return [];
  if (value instanceof UploadedFile) return [value];
  if (Array.isArray(value)) return value.flatMap((each) => sourcesIn(each, param, mime));
  if (isFields(value)) {
    if (typeof value['data'] === 'string') return [encoded(value['data'], param, typeof value['format'] === 'string' ? `audio/${value['format']}` : mime)];
    return sourcesIn(value['url'], param, mime);
  }
  if (typeof value === 'string') return [sourceOf(value, param, mime)];
  throw invalid(param, `${param} must be an address or a data: URL.`);
}

function sourceOf(text: string, param: string, mime: string): MediaSource {
  const data = /^data:([\w.+-]+\/[\w.+-]+)?;base64,/.exec(text);
  if (data) return encoded(text.slice(data[0].length), param, data[1] ?? mime);
  if (/^https?:\/\//.test(text)) return { url: text, bytes: null, mime };
  throw invalid(param, `${param} must be an http(s) address or a data: URL.`);
}

function encoded(base64: string, param: string, mime: string): EncodedFile {
  if (base64 === '') throw invalid(param, `${param} is empty.`);
  return new EncodedFile(base64, mime);
}
