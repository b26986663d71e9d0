/** A chat completion as Anthropic's message, whole and in events. Shapes: https://docs.anthropic.com/en/api/messages-streaming */
import { numberAt, objectAt, stringAt, type Json } from '../domain/json.js';
import { argumentsOf, textOf, toolCallsOf } from '../formats/openai-messages.js';
import { eventOf, saidIn, thoughtIn, type AnswerEvents, type Asked, type StreamEnding, type StreamOpening } from './dialect.js';
import { chatOfMessages } from './messages-request.js';

/** @param requestId names the message. @throws ApiError 400. */
export function askedInMessages(body: unknown, requestId: string): Asked {
  const chat = chatOfMessages(body);
  const id = `msg_${requestId.replaceAll('-', '')}`;
  const thinks = wantsThoughts(body as Json);
  return {
    chat,
    whole: (completion, about) => messageOf(id, thinks, completion, about),
    streamed: () => new MessageEvents(id, thinks),
  };
}

/** Most clients that did not ask for thoughts read the first block as the text. */
const wantsThoughts = (asked: Json): boolean => ['enabled', 'adaptive'].includes(stringAt(objectAt(asked, 'thinking') ?? {}, 'type') ?? '');

function messageOf(id: string, thinks: boolean, completion: Readonly<Json>, about: object): Json {
  const { message, finish } = saidIn(completion);
  const thought = thinks ? thoughtIn(message) : null;
  const text = textOf(message['content']) || (stringAt(message, 'refusal') ?? '');
  const calls = toolCallsOf(message);
  const content: Json[] = [
    ...(thought ? [{ type: 'thinking', thinking: thought, signature: '' }] : []),
    ...(text ? [{ type: 'text', text, citations: null }] : []),
    ...calls.map((call, at) => ({ type: 'tool_use', id: call.id || callId(id, at), name: call.name, input: argumentsOf(call) })),
  ];
  const stop_reason = message['refusal'] ? 'refusal' : stopReasonOf(finish, calls.length > 0);
  return { ...head(id, String(completion['model']), content), stop_reason, usage: usageOf(objectAt(completion, 'usage')), greatrouter: about };
}

const head = (id: string, model: string, content: readonly Json[]): Json => ({ id, type: 'message', role: 'assistant', model, content, stop_reason: null, stop_sequence: null });
const callId = (id: string, at: number): string => `toolu_${id.slice('msg_'.length)}_${at}`;

function stopReasonOf(finish: string | null, called: boolean): string {
  switch (finish) {
    case 'length':
      return 'max_tokens';
    case 'content_filter':
      return 'refusal';
    default:
      return called ? 'tool_use' : 'end_turn';
  }
}

/** Tokens read from or written to a cache are counted apart from `input_tokens`, not in it. */
function usageOf(usage: Json | null): Json {
  const details = objectAt(usage ?? {}, 'prompt_tokens_details') ?? {};
  const read = numberAt(details, 'cached_tokens') ?? 0;
  const written = numberAt(details, 'cache_write_tokens') ?? 0;
  return {
    input_tokens: Math.max(0, (numberAt(usage ?? {}, 'prompt_tokens') ?? 0) - read - written),
    output_tokens: numberAt(usage ?? {}, 'completion_tokens') ?? 0,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
  };
}

type BlockKind = 'text' | 'thinking' | 'tool_use';

/** Blocks come one after the other, each with a start, deltas and a stop. */
class MessageEvents implements AnswerEvents {
  private out = '';
  private blocks = 0;
  private open: { readonly kind: BlockKind; readonly index: number } | null = null;
  /** Index of the block, by the position among the calls. */
  private readonly calls = new Map<number, number>();
  private refused = false;

  constructor(
    private readonly id: string,
    private readonly thinks: boolean,
  ) {}

  /** What was read is known only at the end: the counts of the last event replace these. */
  begin({ model, about }: StreamOpening): void {
    this.event('message_start', { message: { ...head(this.id, model, []), usage: usageOf(null), greatrouter: about } });
  }

  text(text: string): void {
    const index = this.blockFor('text', { type: 'text', text: '', citations: null });
    this.event('content_block_delta', { index, delta: { type: 'text_delta', text } });
  }

  thought(thinking: string): void {
    if (!this.thinks) return;
    const index = this.blockFor('thinking', { type: 'thinking', thinking: '', signature: '' });
    this.event('content_block_delta', { index, delta: { type: 'thinking_delta', thinking } });
  }

  refusal(text: string): void {
    this.refused = true;
    this.text(text);
  }

  call(at: number, id: string | null, name: string): void {
    if (this.calls.has(at)) return;
    this.close();
    this.calls.set(at, this.start('tool_use', { type: 'tool_use', id: id || callId(this.id, at), name, input: {} }));
  }

  callArguments(at: number, text: string): void {
    const index = this.calls.get(at);
    if (index !== undefined) this.event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: text } });
  }

  end({ finish, usage, about }: StreamEnding): void {
    this.close();
    const stop_reason = this.refused ? 'refusal' : stopReasonOf(finish, this.calls.size > 0);
    this.event('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: usageOf(usage), greatrouter: about });
    this.event('message_stop', {});
  }

  fail(error: Json): void {
    this.event('error', { error });
  }

  take(): string {
    const taken = this.out;
    this.out = '';
    return taken;
  }

  private blockFor(kind: BlockKind, block: Json): number {
    if (this.open?.kind === kind) return this.open.index;
    this.close();
    return this.start(kind, block);
  }

  private start(kind: BlockKind, content_block: Json): number {
    const index = this.blocks++;
    this.open = { kind, index };
    this.event('content_block_start', { index, content_block });
    return index;
  }

  private close(): void {
    if (this.open) this.event('content_block_stop', { index: this.open.index });
    this.open = null;
  }

  private event(type: string, fields: Json): void {
    this.out += eventOf(type, fields);
  }
}
