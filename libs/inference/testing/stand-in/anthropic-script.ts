/** Answers in Anthropic's messages format, as its API sends them. */
import type { SeenRequest, Step } from './stand-in.js';
import { end, event, head, json, write } from './steps.js';

export const anthropicUsage = {
  input_tokens: 11, cache_creation_input_tokens: 1_000, cache_read_input_tokens: 4_000, output_tokens: 7,
  cache_creation: { ephemeral_5m_input_tokens: 1_000, ephemeral_1h_input_tokens: 0 }, service_tier: 'standard',
};

const messageId = 'msg_01';
const typed = (type: string, more: object) => event({ type, ...more }, type);

const blockDelta = (index: number, delta: object) => typed('content_block_delta', { index, delta });

/** A thought, a text in three pieces, and a tool call when tools are offered; a ping between. */
export function anthropicEvents({ model, body }: SeenRequest): string[] {
  const tool = (body['tools'] as { name: string }[] | undefined)?.[0]?.name;
  return [
    typed('message_start', { message: { id: messageId, type: 'message', role: 'assistant', model, content: [], stop_reason: null, usage: { ...anthropicUsage, output_tokens: 1 } } }),
    typed('ping', {}),
    typed('content_block_start', { index: 0, content_block: { type: 'thinking', thinking: '' } }),
    blockDelta(0, { type: 'thinking_delta', thinking: 'Let me see.' }),
    blockDelta(0, { type: 'signature_delta', signature: 'EqQB' }),
    typed('content_block_stop', { index: 0 }),
    typed('content_block_start', { index: 1, content_block: { type: 'text', text: '' } }),
    ...['Grüße ', 'aus 東京', ' 👋'].map((text) => blockDelta(1, { type: 'text_delta', text })),
    typed('content_block_stop', { index: 1 }),
    ...(tool ? toolBlock(2, tool) : []),
    typed('message_delta', { delta: { stop_reason: tool ? 'tool_use' : 'end_turn', stop_sequence: null }, usage: { output_tokens: anthropicUsage.output_tokens } }),
    typed('message_stop', {}),
  ];
}

const toolBlock = (index: number, name: string): string[] => [
  typed('content_block_start', { index, content_block: { type: 'tool_use', id: 'toolu_1', name, input: {} } }),
  blockDelta(index, { type: 'input_json_delta', partial_json: '' }),
  blockDelta(index, { type: 'input_json_delta', partial_json: '{"city":' }),
  blockDelta(index, { type: 'input_json_delta', partial_json: '"Tōkyō"}' }),
  typed('content_block_stop', { index }),
];

export function* anthropic(request: SeenRequest): Generator<Step> {
  const { model, body } = request;
  if (model === 'overloaded') return yield* json(529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
  if (body['stream'] !== true) return yield* json(200, message(model, body));
  yield head();
  const events = anthropicEvents(request);
  if (model === 'overloaded-in-stream') {
    yield* events.slice(0, 2).map(write);
    yield write(typed('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }));
    return yield end;
  }
  // Cut where it hurts: inside characters and fields.
  const bytes = Buffer.from(events.join(''));
  for (let at = 0; at < bytes.length; at += 97) yield write(bytes.subarray(at, at + 97));
  return yield end;
}

function message(model: string, body: SeenRequest['body']) {
  const tool = (body['tools'] as { name: string }[] | undefined)?.[0]?.name;
  return {
    id: messageId, type: 'message', role: 'assistant', model,
    content: [
      { type: 'thinking', thinking: 'Let me see.', signature: 'EqQB' },
      { type: 'text', text: 'Grüße aus 東京 👋' },
      ...(tool ? [{ type: 'tool_use', id: 'toolu_1', name: tool, input: { city: 'Tōkyō' } }] : []),
    ],
    stop_reason: tool ? 'tool_use' : 'end_turn', stop_sequence: null, usage: anthropicUsage,
  };
}
