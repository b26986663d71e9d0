/** OpenAI chat completions: the request is fitted to the host's quirks, answers pass as they are. */
import type { ChatQuirks } from '../domain/hosts.js';
import { openAiUsage } from '../domain/usage.js';
import { isObject } from '../domain/json.js';
import type { ChatFormat, FormatInput, FormatRequest } from './format.js';
import type { Json } from '../domain/json.js';

export const openAiChat: ChatFormat = {
  request,
  streamed: () => null,
  whole: null,
  rawUsage: (answer) => (isObject(answer['usage']) ? answer['usage'] : null),
  usage: openAiUsage,
};

function request({ model, body, stream, prefill, quirks }: FormatInput): FormatRequest {
  const sent: Json = { ...body, model, messages: messagesFor(body.messages, prefill, quirks) };
  if (stream) sent['stream'] = true;
  else delete sent['stream'];
  fitStreamOptions(sent, stream, quirks);
  fitMaxTokens(sent, quirks);
  for (const field of quirks.refuses) delete sent[field];
  for (const [from, to] of Object.entries(quirks.renames)) {
    if (from in sent) sent[to] = sent[from];
    delete sent[from];
  }
  if (quirks.takesOnly) for (const field of Object.keys(sent)) if (!quirks.takesOnly.includes(field)) delete sent[field];
  return { path: '/chat/completions', body: sent };
}

/** Usage is always asked for: whether the client sees it is decided on the way back. */
function fitStreamOptions(sent: Json, stream: boolean, quirks: ChatQuirks): void {
  if (stream && quirks.streamUsage) sent['stream_options'] = { ...(isObject(sent['stream_options']) ? sent['stream_options'] : {}), include_usage: true };
  else delete sent['stream_options'];
}

function fitMaxTokens(sent: Json, { maxTokensField }: ChatQuirks): void {
  if (maxTokensField === 'as_sent') return;
  const other = maxTokensField === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  if (!(other in sent)) return;
  sent[maxTokensField] ??= sent[other];
  delete sent[other];
}

function messagesFor(messages: unknown, prefill: string | null, quirks: ChatQuirks): unknown {
  if (!Array.isArray(messages)) return messages;
  const named: unknown[] = quirks.developerRole || !messages.some(isDeveloper)
    ? messages
    : messages.map((message: unknown) => (isDeveloper(message) ? { ...message, role: 'system' } : message));
  const fitted = quirks.cacheMarks ? named : named.map(unmarked);
  if (prefill === null) return fitted;
  const turn = { role: 'assistant', content: prefill, ...(quirks.prefill === 'flagged' ? { prefix: true } : {}) };
  return [...fitted, turn];
}

/** Marks come from clients that speak to Anthropic; the model may be another's. */
function unmarked(message: unknown): unknown {
  if (!isObject(message) || !Array.isArray(message['content']) || !message['content'].some(isMarked)) return message;
  return { ...message, content: message['content'].map((part: unknown) => (isMarked(part) ? withoutMark(part) : part)) };
}

const isMarked = (part: unknown): part is Json => isObject(part) && 'cache_control' in part;
const withoutMark = ({ cache_control: _, ...part }: Json): Json => part;

const isDeveloper = (message: unknown): message is Json => isObject(message) && message['role'] === 'developer';
