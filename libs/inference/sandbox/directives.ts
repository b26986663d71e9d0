/**
 * How a caller with a test key asks for trouble, as payment providers do with test cards: by a model of the sandbox
 * (`sandbox/overloaded`), or by a magic phrase in the last message, `[[sandbox: overloaded]]`, with values where
 * one is needed: `[[sandbox: cut=12 rate=50]]`. With `once`, only the first call of a request misbehaves, so that
 * retries and fallbacks can be seen to work: `[[sandbox: overloaded once]]`.
 */

import type { SandboxWord } from '../../catalog/domain/sandbox-models.js';

/** What goes wrong, if anything, and where. */
export type Trouble =
  | { readonly kind: 'status'; readonly status: number; readonly code: string; readonly message: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  /** After so many tokens the connection closes, falls silent, sends rubbish, or sends an error. */
  | { readonly kind: 'cut' | 'stall' | 'malformed' | 'error'; readonly after: number };

export interface Directives {
  readonly trouble: Trouble | null;
  /** Only the first call of a request misbehaves. */
  readonly once: boolean;
  /** Tokens a second; 0 is as fast as it goes. */
  readonly rate: number;
  /** Milliseconds before the first token. */
  readonly delayMs: number;
  /** Tokens of the answer; null lets the sandbox choose. */
  readonly tokens: number | null;
  /** Tool calls made at once, when tools are given. */
  readonly toolCalls: number;
  readonly usage: boolean;
  readonly done: boolean;
}

const calm: Directives = { trouble: null, once: false, rate: 0, delayMs: 0, tokens: null, toolCalls: 1, usage: true, done: true };

const status = (code: number, name: string, message: string, retryAfterMs: number | null = null): Trouble => ({
  kind: 'status', status: code, code: name, message, retryAfterMs,
});

/** Every word a directive may use, with the value it takes. */
const words: Readonly<Record<SandboxWord, (value: number | null) => Partial<Directives>>> = {
  once: () => ({ once: true }),
  rate: (value) => ({ rate: value ?? 20 }),
  delay: (value) => ({ delayMs: value ?? 2_000 }),
  slow: () => ({ rate: 10, delayMs: 2_000 }),
  tokens: (value) => ({ tokens: value ?? 200 }),
  'tool-calls': (value) => ({ toolCalls: value ?? 2 }),
  'no-usage': () => ({ usage: false }),
  'no-done': () => ({ done: false }),
  'rate-limited': (value) => ({ trouble: status(429, 'rate_limit_exceeded', 'Rate limit reached.', value === null ? null : value * 1000) }),
  overloaded: () => ({ trouble: status(503, 'overloaded', 'The engine is overloaded.') }),
  'server-error': () => ({ trouble: status(500, 'server_error', 'The server had an error.') }),
  unauthorized: () => ({ trouble: status(401, 'invalid_api_key', 'Incorrect API key provided.') }),
  'bad-request': () => ({ trouble: status(400, 'invalid_request_error', 'The request was malformed.') }),
  'context-length': () => ({ trouble: status(400, 'context_length_exceeded', 'The maximum context length is exceeded.') }),
  'content-policy': () => ({ trouble: status(400, 'content_policy_violation', 'The request was rejected by the safety system.') }),
  reset: () => ({ trouble: { kind: 'reset' } }),
  'no-response': () => ({ trouble: { kind: 'hang' } }),
  cut: (value) => ({ trouble: { kind: 'cut', after: value ?? 8 } }),
  stall: (value) => ({ trouble: { kind: 'stall', after: value ?? 8 } }),
  malformed: (value) => ({ trouble: { kind: 'malformed', after: value ?? 8 } }),
  'error-in-stream': (value) => ({ trouble: { kind: 'error', after: value ?? 8 } }),
};

export const directiveWords: readonly string[] = Object.keys(words);

/** The directives of a request: those of its model, then those of its last message. Unknown words change nothing. */
export function directivesFor(modelId: string, lastMessage: string): Directives {
  const ofModel = modelId.startsWith('sandbox/') ? modelId.slice('sandbox/'.length) : '';
  const phrase = /\[\[sandbox:\s*([^\]]{1,200})\]\]/i.exec(lastMessage)?.[1] ?? '';
  return `${ofModel} ${phrase}`.trim().split(/\s+/).reduce(apply, calm);
}

function apply(directives: Directives, word: string): Directives {
  const [name = '', value] = word.toLowerCase().split('=');
  const number = value === undefined || !/^\d+(?:\.\d+)?$/.test(value) ? null : Number(value);
  return Object.hasOwn(words, name) ? { ...directives, ...words[name as SandboxWord](number) } : directives;
}
