/** Answers of OpenAI's Responses API, as it sends them. */
import type { SeenRequest, Step } from './stand-in.js';
import { end, event, head, json, write } from './steps.js';

export const responsesUsage = {
  input_tokens: 300, input_tokens_details: { cached_tokens: 256 }, output_tokens: 90, output_tokens_details: { reasoning_tokens: 64 }, total_tokens: 390,
};

const offered = (body: SeenRequest['body']): string | undefined => (body['tools'] as { name: string }[] | undefined)?.[0]?.name;

function response({ model, body }: SeenRequest) {
  const tool = offered(body);
  return {
    id: 'resp_1', object: 'response', created_at: 1_760_000_000, status: 'completed', error: null, incomplete_details: null, model,
    output: [
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Let me see.' }] },
      { type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text: 'Grüße aus 東京 👋', annotations: [] }] },
      ...(tool ? [{ type: 'function_call', id: 'fc_1', call_id: 'call_1', name: tool, arguments: '{"city":"Tōkyō"}' }] : []),
    ],
    usage: responsesUsage,
  };
}

export function* responses(request: SeenRequest): Generator<Step> {
  const whole = response(request);
  if (request.body['stream'] !== true) return yield* json(200, whole);
  const named = (type: string, more: object) => event({ type, ...more }, type);
  yield head();
  const tool = offered(request.body);
  const events = [
    named('response.created', { response: { ...whole, status: 'in_progress', output: [], usage: null } }),
    named('response.output_item.added', { output_index: 0, item: { type: 'reasoning', id: 'rs_1', summary: [] } }),
    named('response.reasoning_summary_text.delta', { output_index: 0, delta: 'Let me see.' }),
    named('response.output_item.added', { output_index: 1, item: { type: 'message', id: 'msg_1', role: 'assistant', content: [] } }),
    ...['Grüße ', 'aus 東京', ' 👋'].map((delta) => named('response.output_text.delta', { output_index: 1, content_index: 0, delta })),
    ...(tool ? callEvents(tool, named) : []),
    request.model.includes('failing')
      ? named('response.failed', { response: { ...whole, status: 'failed', error: { code: 'server_error', message: 'The model failed.' } } })
      : named('response.completed', { response: whole }),
  ];
  const bytes = Buffer.from(events.join(''));
  for (let at = 0; at < bytes.length; at += 89) yield write(bytes.subarray(at, at + 89));
  return yield end;
}

const callEvents = (tool: string, named: (type: string, more: object) => string): string[] => [
  named('response.output_item.added', { output_index: 2, item: { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: tool, arguments: '' } }),
  named('response.function_call_arguments.delta', { output_index: 2, delta: '{"city":' }),
  named('response.function_call_arguments.delta', { output_index: 2, delta: '"Tōkyō"}' }),
];
