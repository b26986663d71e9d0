/** Puts a streamed answer together again: what is sealed, cached, and continued. Never on the way of the stream itself. */
import { isObject, objectsIn, type Json } from '../domain/json.js';
import { endOfEvent, parseEvent } from './event-bytes.js';

export interface ToolCall {
  id?: string;
  type: string;
  function: { name: string; arguments: string };
}

export interface Choice {
  index: number;
  message: Json & { role: string; content: string | null; tool_calls?: ToolCall[] };
  finish_reason: string | null;
}

/** OpenAI's chat.completion, from its chunks. */
export interface Completion {
  readonly id: unknown;
  readonly object: 'chat.completion';
  readonly created: unknown;
  readonly model: unknown;
  readonly choices: readonly Choice[];
}

/** The completion that the given runs of events amount to. Events that are no chunk are passed over. */
export function completionOf(runs: readonly Buffer[]): Completion {
  const choices = new Map<number, Choice>();
  let head: Json = {};
  for (const chunk of chunksOf(runs)) {
    if (head['id'] === undefined) head = chunk;
    for (const part of objectsIn(chunk['choices'])) addPart(choices, part);
  }
  return {
    id: head['id'],
    object: 'chat.completion',
    created: head['created'],
    model: head['model'],
    choices: [...choices.values()].sort((a, b) => a.index - b.index),
  };
}

function* chunksOf(runs: readonly Buffer[]): Generator<Json> {
  for (const run of runs) {
    for (let start = 0, end = endOfEvent(run, 0); end !== -1; start = end, end = endOfEvent(run, start)) {
      const chunk = parseEvent(run.subarray(start, end));
      if (chunk) yield chunk;
    }
  }
}

function addPart(choices: Map<number, Choice>, part: Json): void {
  const index = typeof part['index'] === 'number' ? part['index'] : 0;
  const choice = choices.get(index) ?? { index, message: { role: 'assistant', content: null }, finish_reason: null };
  choices.set(index, choice);
  if (typeof part['finish_reason'] === 'string') choice.finish_reason = part['finish_reason'];
  const delta = isObject(part['delta']) ? part['delta'] : {};
  for (const [key, value] of Object.entries(delta)) {
    if (key === 'role' || value === null || value === '') continue;
    if (key === 'tool_calls') objectsIn(value).forEach((call) => addToolCall(choice, call));
    else if (typeof value === 'string') choice.message[key] = ((choice.message[key] as string | null | undefined) ?? '') + value;
    else choice.message[key] = value;
  }
}

function addToolCall(choice: Choice, part: Json): void {
  const calls = (choice.message.tool_calls ??= []);
  const index = typeof part['index'] === 'number' ? part['index'] : calls.length;
  const call = (calls[index] ??= { type: 'function', function: { name: '', arguments: '' } });
  const { name, arguments: text } = (isObject(part['function']) ? part['function'] : {}) as { name?: unknown; arguments?: unknown };
  if (typeof part['id'] === 'string') call.id = part['id'];
  if (typeof name === 'string') call.function.name += name;
  if (typeof text === 'string') call.function.arguments += text;
}

/** The only choice of a chunk, saying nothing but text: what nearly every chunk looks like. */
const plainChunk = /"choices":\s?\[\{\s?"index":\s?0,\s?"delta":\s?\{\s?(?:"role":\s?"assistant",?\s?)?(?:"content":\s?(?:null|"((?:[^"\\]|\\.)*)"))?(?:,\s?"refusal":\s?null)?\s?\}/y;

/**
 * The text of an answer that is nothing but text, read off its bytes: every answer is sealed, and parsing each of its
 * chunks for that would cost more than passing them on did. Undefined when it is more than text, or looks unfamiliar.
 */
export function plainTextOf(runs: readonly Buffer[]): string | null | undefined {
  const pieces: string[] = [];
  for (const run of runs) {
    const text = run.toString('utf8');
    for (let start = 0, end = text.indexOf('\n\n'); start < text.length; start = end + 2, end = text.indexOf('\n\n', start)) {
      if (end === -1) return undefined;
      if (text[start] === ':') continue;
      plainChunk.lastIndex = text.indexOf('"choices"', start);
      const piece = plainChunk.lastIndex > start && plainChunk.lastIndex < end ? plainChunk.exec(text) : null;
      if (!piece || plainChunk.lastIndex > end) return undefined;
      if (piece[1]) pieces.push(piece[1]);
    }
  }
  return pieces.length === 0 ? null : (JSON.parse(`"${pieces.join('')}"`) as string);
}

/** The answer as text; as JSON of its messages when it is more than one text; null when it is nothing. */
export function outputOf(choices: readonly unknown[]): string | null {
  const messages = choices.map((choice) => (isObject(choice) && isObject(choice['message']) ? choice['message'] : {}));
  const [only] = messages;
  if (!only) return null;
  if (messages.length === 1 && isPlainText(only)) return typeof only['content'] === 'string' ? only['content'] : null;
  return JSON.stringify(messages);
}

function isPlainText(message: Json): boolean {
  return Object.entries(message).every(
    ([key, value]) => key === 'role' || key === 'content' || value === null || value === undefined || (Array.isArray(value) && value.length === 0),
  );
}

/** The text so far, if a text is all there is: one choice, not ended, no tool call, no refusal, no audio. Else null. */
export function continuableText(choices: readonly Choice[]): string | null {
  const [only, ...others] = choices;
  if (!only || others.length > 0 || only.finish_reason !== null) return null;
  const { role: _, content, reasoning_content: _r, reasoning: _s, reasoning_details: _d, ...more } = only.message;
  return content && Object.keys(more).length === 0 ? content : null;
}
