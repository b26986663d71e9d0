import { describe, expect, it } from '@jest/globals';
import type { Json } from '../domain/json.js';
import { DialectStream } from './dialect-stream.js';
import type { Asked } from './dialect.js';
import { askedInMessages } from './messages-answer.js';
import { askedInResponses } from './responses-answer.js';

const id = '0190-ab';
const about = { request_id: id };
const user = { role: 'user', content: 'Hi' };
const inMessages = (body: Json) => askedInMessages({ model: 'router', messages: [user], ...body }, id);
const inResponses = (body: Json) => askedInResponses({ model: 'router', input: 'Hi', ...body }, id);
const turns = (...messages: Json[]) => inMessages({ messages }).chat['messages'];
const items = (...input: Json[]) => inResponses({ input }).chat['messages'];
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };

describe('a request in messages, as chat', () => {
  it.each<[string, Json, Json]>([
    ['a limit and a temperature', { max_tokens: 9, temperature: 0.5 }, { max_tokens: 9, temperature: 0.5 }],
    ['stops', { stop_sequences: ['a'] }, { stop: ['a'] }],
    ['a stream counts its tokens', { stream: true }, { stream: true, stream_options: { include_usage: true } }],
    ['a user', { metadata: { user_id: 'u' } }, { user: 'u' }],
    ['a tool', { tools: [{ name: 'f', description: 'd', input_schema: {} }] }, { tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: {} } }] }],
    ['any tool, one at a time', { tool_choice: { type: 'any', disable_parallel_tool_use: true } }, { tool_choice: 'required', parallel_tool_calls: false }],
    ['one tool', { tool_choice: { type: 'tool', name: 'f' } }, { tool_choice: { type: 'function', function: { name: 'f' } } }],
    ['tokens to think with', { thinking: { type: 'enabled', budget_tokens: 8_192 } }, { reasoning_effort: 'medium' }],
    ['a schema', { output_config: { format: { type: 'json_schema', schema: {} } } }, { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: {} } } }],
    ['a system prompt', { system: [{ type: 'text', text: 'S' }] }, { messages: [{ role: 'system', content: 'S' }, user] }],
  ])('%s', (_, body, chat) => expect(inMessages(body).chat).toEqual({ model: 'router', messages: [user], ...chat }));

  it('keeps images, and puts what a tool gave before what the user says', () => {
    const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } };
    expect(turns({ role: 'user', content: [{ type: 'text', text: 'And?' }, { type: 'tool_result', tool_use_id: 't', is_error: true, content: [{ type: 'text', text: 'no' }, picture] }] })).toEqual([
      { role: 'tool', tool_call_id: 't', content: 'Error: no' },
      { role: 'user', content: [{ type: 'text', text: 'And?' }, image] },
    ]);
  });

  it('keeps calls and leaves thoughts out', () => {
    const content = [{ type: 'thinking', thinking: 'hm', signature: 's' }, { type: 'text', text: 'Look.' }, { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } }];
    expect(turns({ role: 'assistant', content })).toEqual([{ role: 'assistant', content: 'Look.', tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] }]);
  });

  it.each<[string, Json]>([
    ['messages', { messages: [] }],
    ['messages.0.role', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages.0.content', { messages: [{ role: 'user' }] }],
    ['messages.0.content.0', { messages: [{ role: 'user', content: ['x'] }] }],
    ['messages.0.content.0.type', { messages: [{ role: 'user', content: [{ type: 'search_result' }] }] }],
    ['messages.0.content.0.source', { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] }] }],
    ['tools.0.type', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['tool_choice.type', { tool_choice: { type: 'some' } }],
    ['stop_sequences', { stop_sequences: 'x' }],
  ])('refuses %s', (param, body) => expect(() => inMessages(body)).toThrow(expect.objectContaining({ status: 400, param })));
});

describe('a request in responses, as chat', () => {
  it.each<[string, Json, Json]>([
    ['instructions', { instructions: 'S' }, { messages: [{ role: 'system', content: 'S' }, user] }],
    ['a limit', { max_output_tokens: 9 }, { max_completion_tokens: 9 }],
    ['a stream counts its tokens', { stream: true }, { stream: true, stream_options: { include_usage: true } }],
    ['an effort', { reasoning: { effort: 'low' } }, { reasoning_effort: 'low' }],
    ['a function', { tools: [{ type: 'function', name: 'f', parameters: {}, strict: true }] }, { tools: [{ type: 'function', function: { name: 'f', parameters: {}, strict: true } }] }],
    ['one function', { tool_choice: { type: 'function', name: 'f' } }, { tool_choice: { type: 'function', function: { name: 'f' } } }],
    ['a schema', { text: { format: { type: 'json_schema', name: 'n', schema: {}, strict: true } } }, { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: {}, strict: true } } }],
    ['plain text', { text: { format: { type: 'text' } } }, {}],
  ])('%s', (_, body, chat) => expect(inResponses(body).chat).toEqual({ model: 'router', messages: [user], ...chat }));

  it('makes the calls of a turn one message', () => {
    const call = (call_id: string) => ({ type: 'function_call', call_id, name: 'f', arguments: '{}' });
    const called = (called_id: string) => ({ id: called_id, type: 'function', function: { name: 'f', arguments: '{}' } });
    expect(items({ role: 'user', content: [{ type: 'input_image', image_url: image.image_url.url }] }, { type: 'reasoning', summary: [] }, call('a'), call('b'), { type: 'function_call_output', call_id: 'a', output: 'x' })).toEqual([
      { role: 'user', content: [image] },
      { role: 'assistant', content: null, tool_calls: [called('a'), called('b')] },
      { role: 'tool', tool_call_id: 'a', content: 'x' },
    ]);
  });

  it.each<[string, Json]>([
    ['input', { input: [] }],
    ['input.0.role', { input: [{ role: 'tool', content: 'x' }] }],
    ['input.0.type', { input: [{ type: 'item_reference', id: 'x' }] }],
    ['input.0.content.0.image_url', { input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'x' }] }] }],
    ['tools.0.type', { tools: [{ type: 'web_search' }] }],
    ['previous_response_id', { previous_response_id: 'x' }],
    ['background', { background: true }],
    ['max_output_tokens', { max_output_tokens: 0 }],
    ['text.format.type', { text: { format: { type: 'grammar' } } }],
  ])('refuses %s', (param, body) => expect(() => inResponses(body)).toThrow(expect.objectContaining({ status: 400, param })));
});

const usage = { prompt_tokens: 10, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 2 }, completion_tokens_details: { reasoning_tokens: 1 } };
const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
const completion = (message: Json, finish_reason: string) => ({ model: 'm', created: 7, choices: [{ index: 0, message, finish_reason }], usage });

/** The data of the events that chunks turn into; each chunk is given on its own. */
function events(asked: Asked, ...chunks: (Json | string)[]): Json[] {
  const stream = new DialectStream(asked.streamed());
  const text = chunks.map((chunk) => stream.push(Buffer.from(typeof chunk === 'string' ? chunk : `data: ${JSON.stringify(chunk)}\n\n`)).toString()).join('');
  return text.split('\n\n').filter((event) => event.startsWith('event: ')).map((event) => JSON.parse(event.split('\ndata: ')[1]!) as Json);
}
const delta = (said: Json, finish_reason: string | null = null) => ({ model: 'm', created: 7, choices: [{ index: 0, delta: said, finish_reason }] });
const counted = { choices: [], usage, greatrouter: about };
const done = 'data: [DONE]\n\n';
const calling = [
  delta({ role: 'assistant', content: '' }), delta({ reasoning_content: 'hm' }), delta({ content: 'Lo' }), delta({ content: 'ok.' }),
  delta({ tool_calls: [{ index: 0, ...call, function: { name: 'f', arguments: '' } }] }), delta({ tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }), delta({}, 'tool_calls'), counted, done,
];
const said = { content: 'Look.', reasoning_content: 'hm', tool_calls: [call] };
const types = (all: Json[]) => all.map(({ type }) => type);

describe('an answer in messages', () => {
  it('counts the tokens of a cache apart', () =>
    expect(inMessages({}).whole(completion({ content: 'Hi' }, 'stop'), about)).toMatchObject({ id: 'msg_0190ab', usage: { input_tokens: 5, cache_read_input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 4 }, greatrouter: about }));

  it.each([['stop', 'end_turn'], ['length', 'max_tokens'], ['content_filter', 'refusal']])('ended by %s is ended by %s', (finish, reason) =>
    expect(inMessages({}).whole(completion({ content: 'Hi' }, finish), about)['stop_reason']).toBe(reason));

  it('shows thoughts to those alone who asked for them', () => {
    const blocks = (body: Json) => (inMessages(body).whole(completion(said, 'tool_calls'), about)['content'] as Json[]).map(({ type }) => type);
    expect(blocks({})).toEqual(['text', 'tool_use']);
    expect(blocks({ thinking: { type: 'enabled', budget_tokens: 2_000 } })).toEqual(['thinking', 'text', 'tool_use']);
  });

  it('comes in blocks, one after the other', () => {
    const all = events(inMessages({ thinking: { type: 'adaptive' } }), ...calling);
    const block = (deltas: number) => ['content_block_start', ...Array<string>(deltas).fill('content_block_delta'), 'content_block_stop'];
    expect(types(all)).toEqual(['message_start', ...block(1), ...block(2), ...block(2), 'message_delta', 'message_stop']);
    expect(all.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' }, usage: { input_tokens: 5, output_tokens: 4 }, greatrouter: about });
  });
});

describe('an answer in responses', () => {
  it('is its items', () => {
    const response = inResponses({}).whole(completion(said, 'tool_calls'), about);
    expect(response).toMatchObject({ id: 'resp_0190ab', created_at: 7, status: 'completed', usage: { input_tokens: 10, output_tokens: 4, total_tokens: 14, input_tokens_details: { cached_tokens: 3 } }, greatrouter: about });
    expect(types(response['output'] as Json[])).toEqual(['reasoning', 'message', 'function_call']);
  });

  it('comes to the same as a stream, whose events are numbered', () => {
    const all = events(inResponses({}), ...calling);
    expect(all.map((event) => event['sequence_number'])).toEqual(all.map((_, at) => at));
    expect(all.at(-1)).toMatchObject({ type: 'response.completed', response: inResponses({}).whole(completion(said, 'tool_calls'), about) });
  });

  it.each([['length', 'max_output_tokens'], ['content_filter', 'content_filter']])('ended by %s is incomplete', (finish, reason) => {
    const incomplete = { status: 'incomplete', incomplete_details: { reason } };
    expect(inResponses({}).whole(completion({ content: 'Hi' }, finish), about)).toMatchObject(incomplete);
    expect(events(inResponses({}), delta({ content: 'Hi' }, finish), done).at(-1)).toMatchObject({ type: 'response.incomplete', response: incomplete });
  });
});

describe.each([['messages', inMessages], ['responses', inResponses]])('a stream in %s', (_, ask) => {
  it('that breaks off ends in an error, and in nothing else', () => {
    const error = { message: 'The provider broke off its answer.', type: 'upstream_error', param: null, code: 'cut_stream' };
    expect(events(ask({}), delta({ content: 'Hi' }), { error }).at(-1)).toMatchObject({ type: 'error', error });
  });

  it('passes on what keeps the connection open', () =>
    expect(new DialectStream(ask({}).streamed()).push(Buffer.from(': still working\n\n')).toString()).toBe(': still working\n\n'));
});
