/**
 * A chat body in OpenAI's shape: what the router reads of it, checked by hand. Everything else passes through to the
 * provider untouched, so a field that OpenAI adds tomorrow works today.
 */
import { invalid } from '../../platform/http/api-error.js';
import type { Fields } from '../commands/measure-input.js';
import { noHints, type RoutingHints } from '../domain/request.js';
import { namedModels } from './named-models.js';

const roles = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);
const mostMessages = 10_000;

/** @throws ApiError 400 naming the field. */
export function checkChatBody(body: unknown): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid(null, 'The request body must be a JSON object.', 'invalid_json');
  const fields = body as Fields;
  checkMessages(fields['messages'], 'messages');
  expect(fields, 'stream', 'a boolean', (value) => typeof value === 'boolean');
  expect(fields, 'max_tokens', 'a positive whole number', isCount);
  expect(fields, 'max_completion_tokens', 'a positive whole number', isCount);
  expect(fields, 'n', 'a whole number from 1 to 128', (value) => isCount(value) && (value as number) <= 128);
  expect(fields, 'temperature', 'a number from 0 to 2', (value) => typeof value === 'number' && value >= 0 && value <= 2);
  expect(fields, 'top_p', 'a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1);
  expect(fields, 'tools', 'an array', Array.isArray);
  expect(fields, 'stream_options', 'an object', isObject);
  expect(fields, 'response_format', 'an object', isObject);
  return fields;
}

/** Also the messages of `input` in the routing endpoints. */
export function checkMessages(messages: unknown, param: string): void {
  if (messages === undefined) throw invalid(param, `${param} is required.`, 'missing_field');
  if (!Array.isArray(messages)) throw invalid(param, `${param} must be an array of messages.`);
  if (messages.length === 0) throw invalid(param, `${param} must hold at least one message.`);
  if (messages.length > mostMessages) throw invalid(param, `${param} must hold at most ${mostMessages} messages.`);
  messages.forEach((message, index) => checkMessage(message, `${param}.${index}`));
}

/** What a chat body asks for by name. @throws ApiError 400. */
export const hintsOfBody = ({ model, models }: Fields): RoutingHints => ({ ...noHints, ...namedModels(model, models) });

function checkMessage(message: unknown, at: string): void {
  if (!isObject(message)) throw invalid(at, `${at} must be an object with role and content.`);
  const { role, content } = message as Fields;
  if (typeof role !== 'string' || !roles.has(role)) throw invalid(`${at}.role`, `${at}.role must be one of ${[...roles].join(', ')}.`);
  if (content === undefined || content === null) {
    if (role === 'assistant') return;
    throw invalid(`${at}.content`, `${at}.content is required.`, 'missing_field');
  }
  if (typeof content !== 'string' && !(Array.isArray(content) && content.every(isObject))) {
    throw invalid(`${at}.content`, `${at}.content must be a string or an array of parts.`);
  }
}

function expect(fields: Fields, name: string, what: string, good: (value: unknown) => boolean): void {
  const value = fields[name];
  if (value !== undefined && value !== null && !good(value)) throw invalid(name, `${name} must be ${what}.`);
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) > 0;
