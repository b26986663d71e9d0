/** Token counts for answers whose usage never came: an estimate is billed and marked as one, never nothing. */
import { estimateTokenCount } from 'tokenx';
import { objectAt, objectsIn } from '../domain/json.js';
import type { ChatBody } from '../domain/outcome.js';
import { noUsage, type MeteredUsage } from '../domain/usage.js';

/** Longer texts are scaled up from their beginning, so that an estimate has a bounded price of its own. */
const readAtMost = 8_000;

export function estimateTokens(text: string): number {
  if (text.length <= readAtMost) return estimateTokenCount(text);
  return Math.round((estimateTokenCount(text.slice(0, readAtMost)) * text.length) / readAtMost);
}

/** What was sent and what was seen of the answer. */
export const estimatedUsage = (body: ChatBody, seen: string): MeteredUsage => ({
  ...noUsage,
  inputTokens: estimateTokens(textsOf(body).join('\n')),
  outputTokens: estimateTokens(seen),
});

const limitFields = ['max_tokens', 'max_completion_tokens'] as const;

/** The body with its limit of output tokens lowered by what a first part of the answer has used. */
export function lessSpent(body: ChatBody, sent: string): ChatBody {
  const spent = estimateTokens(sent);
  const lowered: Record<string, unknown> = { ...body };
  for (const field of limitFields) {
    const limit = lowered[field];
    if (typeof limit === 'number') lowered[field] = Math.max(1, limit - spent);
  }
  return lowered;
}

/** The caller's texts, in order: what was said, and what tools were called with. */
export function textsOf({ messages }: ChatBody): string[] {
  const texts: string[] = [];
  for (const message of objectsIn(messages)) {
    collect(message['content'], texts);
    for (const call of objectsIn(message['tool_calls'])) collect(objectAt(call, 'function')?.['arguments'], texts);
  }
  return texts;
}

function collect(content: unknown, texts: string[]): void {
  if (typeof content === 'string') texts.push(content);
  else if (Array.isArray(content)) for (const part of content) collect((part as { text?: unknown } | null)?.text, texts);
}
