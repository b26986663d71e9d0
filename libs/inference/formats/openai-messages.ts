/** An OpenAI conversation read part by part: what every translated format starts from. */
import { isObject, objectAt, objectsIn, stringAt, type Json } from '../domain/json.js';
import { Unsayable } from './format.js';

export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly original: Json }
  /** `data` is base64; otherwise the media stands at `url`. */
  | { readonly kind: 'media'; readonly mime: string; readonly data: string | null; readonly url: string | null; readonly name: string | null };

/** The parts of a message's content. @throws Unsayable for a part nobody could send. */
export function partsOf(content: unknown): Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content, original: {} }];
  return objectsIn(content).map(partOf);
}

function partOf(part: Json): Part {
  switch (part['type']) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return { kind: 'text', text: stringAt(part, 'text') ?? '', original: part };
    case 'image_url':
      return mediaAt(isObject(part['image_url']) ? stringAt(part['image_url'], 'url') : stringAt(part, 'image_url'), 'image/jpeg');
    case 'input_audio': {
      const audio = objectAt(part, 'input_audio') ?? {};
      return { kind: 'media', mime: `audio/${stringAt(audio, 'format') ?? 'wav'}`, data: stringAt(audio, 'data'), url: null, name: null };
    }
    case 'file': {
      const file = objectAt(part, 'file') ?? {};
      return { ...mediaAt(stringAt(file, 'file_data'), 'application/pdf'), name: stringAt(file, 'filename') };
    }
    default:
      throw new Unsayable(`a content part of type ${JSON.stringify(part['type'])} cannot be sent to this model`);
  }
}

/** A data URL taken apart, or the address of media that stands elsewhere. */
function mediaAt(url: string | null, mime: string): Extract<Part, { kind: 'media' }> {
  if (!url) throw new Unsayable('an image or file part without its data cannot be sent');
  const inline = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w=-]+)*;base64,/.exec(url.slice(0, 200));
  if (!inline) return { kind: 'media', mime, data: null, url, name: null };
  return { kind: 'media', mime: inline[1] ?? mime, data: url.slice(inline[0].length), url: null, name: null };
}

export const textOf = (content: unknown): string =>
  partsOf(content).map((part) => (part.kind === 'text' ? part.text : '')).join('');

export interface FunctionTool {
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema. */
  readonly parameters: Json;
  readonly strict: boolean;
}

/** The functions a body offers. @throws Unsayable for tools that are no functions. */
export function functionsOf(body: Readonly<Json>): FunctionTool[] {
  return objectsIn(body['tools']).map((tool) => {
    const definition = objectAt(tool, 'function');
    if (tool['type'] !== 'function' || !definition) throw new Unsayable(`a tool of type ${JSON.stringify(tool['type'])} cannot be offered to this model`);
    return {
      name: stringAt(definition, 'name') ?? '',
      description: stringAt(definition, 'description'),
      parameters: objectAt(definition, 'parameters') ?? { type: 'object', properties: {} },
      strict: definition['strict'] === true,
    };
  });
}

export type ToolChoice = { readonly mode: 'auto' | 'none' | 'required' } | { readonly mode: 'named'; readonly name: string };

export function toolChoiceOf(body: Readonly<Json>): ToolChoice | null {
  const choice = body['tool_choice'];
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { mode: choice };
  const name = isObject(choice) ? stringAt(objectAt(choice, 'function') ?? {}, 'name') : null;
  return name === null ? null : { mode: 'named', name };
}

export interface CalledTool {
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it. */
  readonly text: string;
  readonly original: Json;
}

export const toolCallsOf = (message: Json): CalledTool[] =>
  objectsIn(message['tool_calls']).map((call) => {
    const called = objectAt(call, 'function') ?? {};
    return { id: stringAt(call, 'id') ?? '', name: stringAt(called, 'name') ?? '', text: stringAt(called, 'arguments') ?? '{}', original: call };
  });

/** The arguments of a call as an object; empty when the model wrote no JSON. */
export function argumentsOf({ text }: CalledTool): Json {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** A JSON Schema the answer has to follow; null when text is wanted. */
export function answerSchemaOf(body: Readonly<Json>): { readonly name: string; readonly schema: Json; readonly strict: boolean } | null {
  const format = objectAt(body, 'response_format');
  if (format?.['type'] === 'json_object') return { name: 'answer', schema: { type: 'object', additionalProperties: true }, strict: false };
  const wanted = format?.['type'] === 'json_schema' ? objectAt(format, 'json_schema') : null;
  return wanted && { name: stringAt(wanted, 'name') ?? 'answer', schema: objectAt(wanted, 'schema') ?? { type: 'object' }, strict: wanted['strict'] === true };
}

export const maxTokensOf = (body: Readonly<Json>): number | null => {
  const limit = body['max_completion_tokens'] ?? body['max_tokens'];
  return typeof limit === 'number' ? limit : null;
};

export const stopsOf = (body: Readonly<Json>): string[] =>
  (Array.isArray(body['stop']) ? body['stop'] : [body['stop']]).filter((each): each is string => typeof each === 'string' && each !== '');

export const messagesOf = (body: Readonly<Json>): Json[] => objectsIn(body['messages']);

export const isSystem = (message: Json): boolean => message['role'] === 'system' || message['role'] === 'developer';

/** Adds the fields that are set. */
export function withSet(target: Json, fields: Readonly<Json>): Json {
  for (const [key, value] of Object.entries(fields)) if (value !== undefined && value !== null) target[key] = value;
  return target;
}
