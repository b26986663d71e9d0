/** OpenAI Responses: items instead of messages, named events, models that exist nowhere else. */
import { numberAt, objectAt, objectsIn, stringAt, type Json } from '../domain/json.js';
import { responsesUsage } from '../domain/usage.js';
import { EventTranslator } from './event-translator.js';
import { Unsayable, type ChatFormat, type FormatInput, type FormatRequest } from './format.js';
import {
  answerSchemaOf, functionsOf, maxTokensOf, messagesOf, partsOf, textOf, toolCallsOf, toolChoiceOf, withSet, type Part,
} from './openai-messages.js';
import { choiceShape, completionShape, toolCallShape, type FinishReason } from './openai-shape.js';

export const openAiResponses: ChatFormat = {
  request,
  streamed: () => new ResponsesStream(),
  whole,
  rawUsage: (answer) => objectAt(answer, 'usage'),
  usage: responsesUsage,
};

function request({ model, body, stream, prefill }: FormatInput): FormatRequest {
  if (numberAt(body, 'n') !== null && body['n'] !== 1) throw new Unsayable('this model gives one choice at a time (n must be 1)');
  if (prefill !== null) throw new Unsayable('this model does not go on from an unfinished turn');
  const schema = answerSchemaOf(body);
  const tools = functionsOf(body).map(({ name, description, parameters, strict }) => ({ type: 'function', name, description, parameters, strict }));
  const choice = toolChoiceOf(body);
  const sent = withSet({ model, input: messagesOf(body).flatMap(itemsOf), store: false }, {
    stream: stream ? true : null,
    tools: tools.length > 0 ? tools : null,
    tool_choice: choice && (choice.mode === 'named' ? { type: 'function', name: choice.name } : choice.mode),
    parallel_tool_calls: body['parallel_tool_calls'],
    max_output_tokens: maxTokensOf(body),
    temperature: body['temperature'],
    top_p: body['top_p'],
    reasoning: typeof body['reasoning_effort'] === 'string' ? { effort: body['reasoning_effort'] } : null,
    text: schema && { format: textFormat(body, schema) },
    metadata: body['metadata'],
    service_tier: body['service_tier'],
  });
  return { path: '/responses', body: sent };
}

const textFormat = (body: Readonly<Json>, { name, schema, strict }: NonNullable<ReturnType<typeof answerSchemaOf>>): Json =>
  objectAt(body, 'response_format')?.['type'] === 'json_object' ? { type: 'json_object' } : { type: 'json_schema', name, schema, strict };

function itemsOf(message: Json): Json[] {
  const role = stringAt(message, 'role') ?? 'user';
  if (role === 'tool') return [{ type: 'function_call_output', call_id: message['tool_call_id'], output: textOf(message['content']) }];
  const content = partsOf(message['content']).map((part) => contentOf(part, role));
  const calls = toolCallsOf(message).map(({ id, name, text }) => ({ type: 'function_call', call_id: id, name, arguments: text }));
  return [...(content.length > 0 ? [{ role, content }] : []), ...calls];
}

function contentOf(part: Part, role: string): Json {
  if (part.kind === 'text') return { type: role === 'assistant' ? 'output_text' : 'input_text', text: part.text };
  const url = part.url ?? `data:${part.mime};base64,${part.data}`;
  if (part.mime.startsWith('image/')) return { type: 'input_image', image_url: url };
  if (part.mime.startsWith('audio/')) throw new Unsayable('audio cannot be sent to this model');
  return withSet({ type: 'input_file', file_data: url }, { filename: part.name });
}

function finishOf(response: Json, called: boolean): FinishReason {
  const reason = stringAt(objectAt(response, 'incomplete_details') ?? {}, 'reason');
  if (reason === 'content_filter') return 'content_filter';
  if (reason !== null) return 'length';
  return called ? 'tool_calls' : 'stop';
}

function whole(answer: Json): Json {
  const items = objectsIn(answer['output']);
  const parts = items.filter((item) => item['type'] === 'message').flatMap((item) => objectsIn(item['content']));
  const joined = (type: string, key: string) => parts.filter((part) => part['type'] === type).map((part) => stringAt(part, key)).join('') || null;
  const calls = items.filter((item) => item['type'] === 'function_call');
  const thoughts = items.filter((item) => item['type'] === 'reasoning').flatMap((item) => objectsIn(item['summary'])).map((part) => stringAt(part, 'text')).join('');
  const message = withSet({ content: joined('output_text', 'text') }, {
    refusal: joined('refusal', 'refusal'),
    reasoning_content: thoughts === '' ? null : thoughts,
    tool_calls: calls.length > 0 ? calls.map((call) => toolCallShape(String(call['call_id']), String(call['name']), String(call['arguments']))) : null,
  });
  const usage = objectAt(answer, 'usage');
  return completionShape({
    id: String(answer['id']),
    model: String(answer['model']),
    choices: [choiceShape(0, message, finishOf(answer, calls.length > 0))],
    usage: usage && responsesUsage(usage),
  });
}

class ResponsesStream extends EventTranslator {
  /** Position among the tool calls, by the position of the item. */
  private readonly calls = new Map<unknown, number>();

  protected take(event: Json): void {
    switch (event['type']) {
      case 'response.created':
        return this.begin(objectAt(event, 'response') ?? {});
      case 'response.output_item.added':
        return this.startItem(event['output_index'], objectAt(event, 'item') ?? {});
      case 'response.output_text.delta':
        return this.out.delta({ content: event['delta'] });
      case 'response.refusal.delta':
        return this.out.delta({ refusal: event['delta'] });
      case 'response.reasoning_summary_text.delta':
        return this.out.delta({ reasoning_content: event['delta'] });
      case 'response.function_call_arguments.delta':
        return this.out.toolArguments(this.calls.get(event['output_index']) ?? 0, stringAt(event, 'delta') ?? '');
      case 'response.completed':
      case 'response.incomplete':
        return this.finish(objectAt(event, 'response') ?? {});
      case 'response.failed':
        return this.fail(objectAt(objectAt(event, 'response') ?? {}, 'error') ?? {});
      case 'error':
        return this.fail(objectAt(event, 'error') ?? event);
    }
  }

  private startItem(index: unknown, item: Json): void {
    if (item['type'] !== 'function_call') return;
    const position = this.calls.size;
    this.calls.set(index, position);
    this.out.toolCall(position, String(item['call_id']), String(item['name']));
  }

  private finish(response: Json): void {
    this.raw = objectAt(response, 'usage');
    this.out.finish(finishOf(response, this.calls.size > 0));
    this.out.end(this.raw && responsesUsage(this.raw));
  }

  private fail(error: Json): void {
    this.out.error(stringAt(error, 'code') ?? stringAt(error, 'type'), stringAt(error, 'message') ?? 'the provider reported an error');
  }
}
