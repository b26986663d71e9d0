/** OpenAI's shapes, for formats that are translated into them. */
import type { Json } from '../domain/json.js';
import type { MeteredUsage } from '../domain/usage.js';

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** Usage as OpenAI's clients read it; what is billed is the provider's own object. */
export const usageShape = (usage: MeteredUsage): Json => ({
  prompt_tokens: usage.inputTokens,
  completion_tokens: usage.outputTokens,
  total_tokens: usage.inputTokens + usage.outputTokens,
  prompt_tokens_details: { cached_tokens: usage.cachedInputTokens, audio_tokens: usage.inputAudioTokens, cache_write_tokens: usage.cacheWriteTokens },
  completion_tokens_details: { reasoning_tokens: usage.reasoningTokens, audio_tokens: usage.outputAudioTokens },
});

export interface Said {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly Json[];
  readonly usage: MeteredUsage | null;
}

export const completionShape = ({ id, model, choices, usage }: Said): Json => ({
  id,
  object: 'chat.completion',
  created: nowSeconds(),
  model,
  choices,
  ...(usage ? { usage: usageShape(usage) } : {}),
});

export function choiceShape(index: number, message: Json, finish: FinishReason): Json {
  return { index, message: { role: 'assistant', content: null, refusal: null, ...message }, logprobs: null, finish_reason: finish };
}

export const toolCallShape = (id: string, name: string, text: string): Json => ({ id, type: 'function', function: { name, arguments: text } });

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Writes the events of one streamed answer. */
export class ChunkWriter {
  private readonly created = nowSeconds();
  private events = '';
  id = 'chatcmpl';
  model = '';

  delta(delta: Json, index = 0): void {
    this.event({ choices: [{ index, delta, finish_reason: null }] });
  }

  /** The first piece of a tool call names it; the others bring its arguments. */
  toolCall(index: number, id: string, name: string, text = ''): void {
    this.delta({ tool_calls: [{ index, ...toolCallShape(id, name, text) }] });
  }

  toolArguments(index: number, text: string): void {
    this.delta({ tool_calls: [{ index, function: { arguments: text } }] });
  }

  finish(reason: FinishReason, index = 0): void {
    this.event({ choices: [{ index, delta: {}, finish_reason: reason }] });
  }

  end(usage: MeteredUsage | null): void {
    if (usage) this.event({ choices: [], usage: usageShape(usage) });
    this.events += 'data: [DONE]\n\n';
  }

  error(code: string | null, message: string): void {
    this.events += `data: ${JSON.stringify({ error: { message, type: code, param: null, code } })}\n\n`;
  }

  take(): Buffer {
    const taken = Buffer.from(this.events);
    this.events = '';
    return taken;
  }

  private event(part: Json): void {
    const { id, created, model } = this;
    this.events += `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model, ...part })}\n\n`;
  }
}
