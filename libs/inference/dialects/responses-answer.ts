/** A chat completion as OpenAI's response, whole and in events. Shapes: https://platform.openai.com/docs/api-reference/responses-streaming */
import { numberAt, objectAt, stringAt, type Json } from '../domain/json.js';
import { textOf, toolCallsOf } from '../formats/openai-messages.js';
import { saidIn, thoughtIn, type Asked } from './dialect.js';
import { ResponseEvents } from './responses-events.js';
import { callItem, messageItem, refusalItem, thoughtItem, type Ids, type Responded } from './responses-items.js';
import { chatOfResponses } from './responses-request.js';

/** @param requestId names the response and its items. @throws ApiError 400. */
export function askedInResponses(body: unknown, requestId: string): Asked {
  const chat = chatOfResponses(body);
  const plain = requestId.replaceAll('-', '');
  const ids: Ids = { response: `resp_${plain}`, item: (kind, index) => `${kind}_${plain}_${index}` };
  const respond = (responded: Responded) => responseOf(ids.response, body as Json, responded);
  return {
    chat,
    whole: (completion, about) => respond({ ...completed(ids, completion), about }),
    streamed: () => new ResponseEvents(ids, respond),
  };
}

function completed(ids: Ids, completion: Readonly<Json>): Omit<Responded, 'about'> {
  const { message, finish } = saidIn(completion);
  const output: Json[] = [];
  const thought = thoughtIn(message);
  const text = textOf(message['content']);
  const refusal = stringAt(message, 'refusal');
  if (thought) output.push(thoughtItem(ids.item('rs', output.length), thought));
  if (text) output.push(messageItem(ids.item('msg', output.length), text));
  if (refusal) output.push(refusalItem(ids.item('msg', output.length), refusal));
  for (const call of toolCallsOf(message)) output.push(callItem(ids.item('fc', output.length), { ...call, id: call.id || ids.item('call', output.length) }));
  return { model: String(completion['model']), created: numberAt(completion, 'created'), output, finish, done: true, usage: objectAt(completion, 'usage') };
}

function responseOf(id: string, asked: Json, { model, created, output, finish, done, usage, about }: Responded): Json {
  const reason = finish === 'length' ? 'max_output_tokens' : finish === 'content_filter' ? 'content_filter' : null;
  return {
    id,
    object: 'response',
    created_at: created ?? 0,
    status: !done ? 'in_progress' : reason === null ? 'completed' : 'incomplete',
    error: null,
    incomplete_details: reason === null ? null : { reason },
    model,
    output,
    usage: usage && usageOf(usage),
    ...asAsked(asked),
    greatrouter: about,
  };
}

/** What a response repeats of its request. */
const asAsked = (asked: Json): Json => ({
  instructions: asked['instructions'] ?? null,
  max_output_tokens: asked['max_output_tokens'] ?? null,
  metadata: asked['metadata'] ?? {},
  parallel_tool_calls: asked['parallel_tool_calls'] ?? true,
  previous_response_id: null,
  reasoning: asked['reasoning'] ?? { effort: null, summary: null },
  store: false,
  temperature: asked['temperature'] ?? null,
  text: asked['text'] ?? { format: { type: 'text' } },
  tool_choice: asked['tool_choice'] ?? 'auto',
  tools: asked['tools'] ?? [],
  top_p: asked['top_p'] ?? null,
  truncation: 'disabled',
  user: asked['user'] ?? null,
});

function usageOf(usage: Json): Json {
  const input = numberAt(usage, 'prompt_tokens') ?? 0;
  const output = numberAt(usage, 'completion_tokens') ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: numberAt(objectAt(usage, 'prompt_tokens_details') ?? {}, 'cached_tokens') ?? 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: numberAt(objectAt(usage, 'completion_tokens_details') ?? {}, 'reasoning_tokens') ?? 0 },
    total_tokens: input + output,
  };
}
