/** OpenAI's Responses request as a chat body. Field names: https://platform.openai.com/docs/api-reference/responses/create */
import { invalid } from '../../platform/http/api-error.js';
import { isObject, objectAt, stringAt, type Json } from '../domain/json.js';
import { withSet } from '../formats/openai-messages.js';
import { bodyOf, callShape, contentOf, listAt, textAt } from './dialect.js';

/** What would need answers, prompts or conversations that are kept at the provider. */
const needsStore = ['previous_response_id', 'conversation', 'prompt'];

/** @throws ApiError 400 naming the field that cannot be said to every model. */
export function chatOfResponses(body: unknown): Json {
  const asked = bodyOf(body);
  refuseStored(asked);
  const instructions = stringAt(asked, 'instructions');
  const messages = [...(instructions ? [{ role: 'system', content: instructions }] : []), ...conversationOf(asked)];
  const tools = listAt(asked, 'tools').map(toolOf);
  const text = objectAt(asked, 'text') ?? {};
  return withSet({ messages }, {
    model: asked['model'],
    models: asked['models'],
    max_completion_tokens: limitOf(asked['max_output_tokens']),
    temperature: asked['temperature'],
    top_p: asked['top_p'],
    stream: asked['stream'],
    stream_options: asked['stream'] === true ? { include_usage: true } : null,
    tools: tools.length > 0 ? tools : null,
    tool_choice: toolChoiceOf(asked['tool_choice']),
    parallel_tool_calls: tools.length > 0 ? asked['parallel_tool_calls'] : null,
    reasoning_effort: objectAt(asked, 'reasoning')?.['effort'],
    response_format: formatOf(objectAt(text, 'format')),
    verbosity: text['verbosity'],
    user: asked['user'] ?? asked['safety_identifier'],
    prompt_cache_key: asked['prompt_cache_key'],
    service_tier: asked['service_tier'],
  });
}

function limitOf(tokens: unknown): unknown {
  if (tokens === undefined || tokens === null || (Number.isInteger(tokens) && (tokens as number) > 0)) return tokens;
  throw invalid('max_output_tokens', 'max_output_tokens must be a positive whole number.');
}

function refuseStored(asked: Json): void {
  const stored = needsStore.find((name) => asked[name] !== undefined && asked[name] !== null);
  if (stored) throw invalid(stored, `${stored} is not supported: nothing is kept between requests. Send the whole conversation as input.`, 'unsupported_parameter');
  if (asked['background'] === true) throw invalid('background', 'background is not supported: the answer comes with the request.', 'unsupported_parameter');
}

function conversationOf(asked: Json): Json[] {
  const { input } = asked;
  if (input === undefined || input === null) throw invalid('input', 'input is required.', 'missing_field');
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  const items = listAt(asked, 'input');
  if (items.length === 0) throw invalid('input', 'input must hold at least one item.');
  const messages: Json[] = [];
  items.forEach((item, index) => addItem(messages, item, `input.${index}`));
  return messages;
}

function addItem(messages: Json[], item: Json, at: string): void {
  switch (item['type'] ?? 'message') {
    case 'message':
      return void messages.push(messageOf(item, at));
    case 'function_call':
      return addCall(messages, callShape(textAt(item, 'call_id', at), textAt(item, 'name', at), textAt(item, 'arguments', at)));
    case 'function_call_output':
      return addResult(messages, item, at);
    case 'reasoning':
      // A thought is sealed for the provider that had it.
      return;
    case 'item_reference':
      throw invalid(`${at}.type`, `${at}: nothing is kept between requests, so an item cannot be referred to. Send the item itself (clients do so with store: false).`, 'unsupported_content');
    default:
      throw invalid(`${at}.type`, `${at}: items of type ${JSON.stringify(item['type'])} are not supported here.`, 'unsupported_content');
  }
}

/** The calls of one turn are one message of a chat, together with what was said before them. */
function addCall(messages: Json[], call: Json): void {
  const last = messages.at(-1);
  if (last?.['role'] !== 'assistant') return void messages.push({ role: 'assistant', content: null, tool_calls: [call] });
  last['tool_calls'] = [...((last['tool_calls'] as Json[] | undefined) ?? []), call];
}

/** A chat's tool message holds text alone: whatever else a tool gave is shown by the user. */
function addResult(messages: Json[], item: Json, at: string): void {
  const { output } = item;
  const parts = typeof output === 'string' ? [{ type: 'text', text: output }] : listAt(item, 'output', `${at}.output`).map((part, index) => partOf(part, `${at}.output.${index}`));
  const texts = parts.filter((part) => part['type'] === 'text').map((part) => part['text']);
  const others = parts.filter((part) => part['type'] !== 'text');
  messages.push({ role: 'tool', tool_call_id: textAt(item, 'call_id', at), content: texts.join('\n') });
  if (others.length > 0) messages.push({ role: 'user', content: others });
}

function messageOf(item: Json, at: string): Json {
  const { role, content } = item;
  if (role !== 'user' && role !== 'assistant' && role !== 'system' && role !== 'developer') throw invalid(`${at}.role`, `${at}.role must be user, assistant, system or developer.`);
  if (content === undefined || content === null) throw invalid(`${at}.content`, `${at}.content is required.`, 'missing_field');
  if (typeof content === 'string') return { role, content };
  return { role, content: contentOf(listAt(item, 'content', `${at}.content`).map((part, index) => partOf(part, `${at}.content.${index}`))) };
}

function partOf(part: Json, at: string): Json {
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: textAt(part, 'text', at) };
    case 'refusal':
      return { type: 'text', text: textAt(part, 'refusal', at) };
    case 'input_image':
      return { type: 'image_url', image_url: withSet({ url: textAt(part, 'image_url', at) }, { detail: part['detail'] }) };
    case 'input_file':
      return { type: 'file', file: withSet({ file_data: stringAt(part, 'file_url') ?? textAt(part, 'file_data', at) }, { filename: part['filename'] }) };
    case 'input_audio':
      return { type: 'input_audio', input_audio: part['input_audio'] };
    default:
      throw invalid(`${at}.type`, `${at}: parts of type ${JSON.stringify(part['type'])} are not supported here.`, 'unsupported_content');
  }
}

function toolOf(tool: Json, index: number): Json {
  if (tool['type'] !== 'function') throw invalid(`tools.${index}.type`, `tools.${index}: tools of type ${JSON.stringify(tool['type'])} run at one provider only; offer functions of your own.`, 'unsupported_tool');
  const { description, parameters, strict } = tool;
  return { type: 'function', function: withSet({ name: textAt(tool, 'name', `tools.${index}`) }, { description, parameters, strict }) };
}

function toolChoiceOf(choice: unknown): unknown {
  if (choice === undefined || choice === null || choice === 'auto' || choice === 'none' || choice === 'required') return choice;
  if (isObject(choice) && choice['type'] === 'function') return { type: 'function', function: { name: textAt(choice, 'name', 'tool_choice') } };
  throw invalid('tool_choice', 'tool_choice must be auto, none, required or a function by name.');
}

function formatOf(format: Json | null): Json | null {
  switch (format?.['type']) {
    case undefined:
    case 'text':
      return null;
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema': {
      if (!isObject(format['schema'])) throw invalid('text.format.schema', 'text.format.schema must be a JSON Schema.');
      const { name, description, schema, strict } = format;
      return { type: 'json_schema', json_schema: withSet({ name: name ?? 'answer', schema }, { description, strict }) };
    }
    default:
      throw invalid('text.format.type', 'text.format.type must be text, json_object or json_schema.');
  }
}
