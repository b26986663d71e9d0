/**
 * Other providers' ways of asking for an answer, spoken to any model: a request is translated into a chat body, and the
 * chat completion that comes of it, whole or in chunks, into the answer their clients read.
 */
import { invalid } from '../../platform/http/api-error.js';
import { isObject, objectAt, objectsIn, stringAt, type Json } from '../domain/json.js';

/** One request in a dialect, and how it is answered. */
export interface Asked {
  /** The request as OpenAI's chat body. */
  readonly chat: Json;
  /** @param about the `greatrouter` object */
  whole(completion: Readonly<Json>, about: object): Json;
  /** One per answer. */
  streamed(): AnswerEvents;
}

/** Takes what a streamed answer is made of, and writes it as the events of a dialect. */
export interface AnswerEvents {
  /** Comes once, before everything else but a failure. */
  begin(opening: StreamOpening): void;
  text(text: string): void;
  thought(text: string): void;
  refusal(text: string): void;
  /** @param at position among the calls of the answer */
  call(at: number, id: string | null, name: string): void;
  callArguments(at: number, text: string): void;
  end(ending: StreamEnding): void;
  /** The answer breaks off with the error of the contract. */
  fail(error: Json): void;
  /** The events written since the last take. */
  take(): string;
}

export interface StreamOpening {
  readonly model: string;
  /** Seconds since 1970; null when the provider did not say. */
  readonly created: number | null;
  readonly about: Json | null;
}

export interface StreamEnding {
  readonly finish: string | null;
  /** As OpenAI's chat counts it; null when the provider did not say. */
  readonly usage: Json | null;
  readonly about: Json | null;
}

/** A server-sent event whose data name its type, as both dialects have it. */
export const eventOf = (type: string, fields: Json): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

/** The message of the only choice, and why it ended. */
export function saidIn(completion: Readonly<Json>): { readonly message: Json; readonly finish: string | null } {
  const choice = objectsIn(completion['choices'])[0] ?? {};
  return { message: objectAt(choice, 'message') ?? {}, finish: stringAt(choice, 'finish_reason') };
}

/** What the model thought, under the names that hosts give it. */
export const thoughtIn = (said: Json): string | null => stringAt(said, 'reasoning_content') ?? stringAt(said, 'reasoning');

/** @throws ApiError 400. */
export function bodyOf(body: unknown): Json {
  if (!isObject(body)) throw invalid(null, 'The request body must be a JSON object.', 'invalid_json');
  return body;
}

/** The objects of a list that may be left out. @throws ApiError 400 naming what is no object. */
export function listAt(fields: Json, name: string, at = name): Json[] {
  const list = fields[name];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw invalid(at, `${at} must be an array.`);
  list.forEach((each, index) => {
    if (!isObject(each)) throw invalid(`${at}.${index}`, `${at}.${index} must be an object.`);
  });
  return list as Json[];
}

/** @throws ApiError 400 when the text is not there. */
export function textAt(fields: Json, name: string, at: string): string {
  const text = fields[name];
  if (typeof text !== 'string') throw invalid(`${at}.${name}`, `${at}.${name} must be a string.`);
  return text;
}

/** Content as chat takes it: plain text where it is one text, so that hosts which know no parts can answer. */
export function contentOf(parts: readonly Json[]): unknown {
  const [only, ...others] = parts;
  return only?.['type'] === 'text' && others.length === 0 && !('cache_control' in only) ? only['text'] : parts;
}

/** A call in a conversation, as chat writes it. */
export const callShape = (id: string, name: string, text: string): Json => ({ id, type: 'function', function: { name, arguments: text } });
