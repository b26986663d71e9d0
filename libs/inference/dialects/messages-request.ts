/** Anthropic's request as a chat body. Field names: https://docs.anthropic.com/en/api/messages */
import { invalid } from '../../platform/http/api-error.js';
import { isObject, numberAt, objectAt, stringAt, type Json } from '../domain/json.js';
import { withSet } from '../formats/openai-messages.js';
import { bodyOf, callShape, contentOf, listAt, textAt } from './dialect.js';

/** @throws ApiError 400 naming the field that cannot be said to every model. */
export function chatOfMessages(body: unknown): Json {
  const asked = bodyOf(body);
  const system = systemOf(asked['system']);
  const chat: Json = { messages: [...system, ...turnsOf(asked)] };
  const tools = listAt(asked, 'tools').map(toolOf);
  const choice = objectAt(asked, 'tool_choice');
  withSet(chat, {
    model: asked['model'],
    models: asked['models'],
    max_tokens: asked['max_tokens'],
    temperature: asked['temperature'],
    top_p: asked['top_p'],
    top_k: asked['top_k'],
    stop: stopsOf(asked['stop_sequences']),
    stream: asked['stream'],
    stream_options: asked['stream'] === true ? { include_usage: true } : null,
    tools: tools.length > 0 ? tools : null,
    tool_choice: choice && toolChoiceOf(choice),
    parallel_tool_calls: choice?.['disable_parallel_tool_use'] === true ? false : null,
    user: objectAt(asked, 'metadata')?.['user_id'],
    reasoning_effort: effortOf(asked),
    response_format: formatOf(asked),
    service_tier: asked['service_tier'] === 'auto' ? 'auto' : null,
  });
  return chat;
}

function stopsOf(stops: unknown): unknown {
  if (stops === undefined || stops === null) return null;
  if (!Array.isArray(stops) || !stops.every((stop) => typeof stop === 'string')) throw invalid('stop_sequences', 'stop_sequences must be an array of strings.');
  return stops.length > 0 ? stops : null;
}

function systemOf(system: unknown): Json[] {
  if (system === undefined || system === null || system === '') return [];
  if (typeof system === 'string') return [{ role: 'system', content: system }];
  const parts = listAt({ system }, 'system').map((block, index) => partOf(block, `system.${index}`));
  return parts.length > 0 ? [{ role: 'system', content: contentOf(parts) }] : [];
}

function turnsOf(asked: Json): Json[] {
  if (asked['messages'] === undefined) throw invalid('messages', 'messages is required.', 'missing_field');
  const turns = listAt(asked, 'messages');
  if (turns.length === 0) throw invalid('messages', 'messages must hold at least one message.');
  return turns.flatMap((turn, index) => messagesOf(turn, `messages.${index}`));
}

function messagesOf(turn: Json, at: string): Json[] {
  const { role, content } = turn;
  if (role !== 'user' && role !== 'assistant' && role !== 'system') throw invalid(`${at}.role`, `${at}.role must be user or assistant.`);
  if (content === undefined || content === null) throw invalid(`${at}.content`, `${at}.content is required.`, 'missing_field');
  if (typeof content === 'string') return [{ role, content }];
  const blocks = listAt(turn, 'content', `${at}.content`);
  return role === 'assistant' ? assistantTurn(blocks, `${at}.content`) : userTurn(role, blocks, `${at}.content`);
}

/** Thoughts are left out: they are signed for the provider that had them. */
function assistantTurn(blocks: readonly Json[], at: string): Json[] {
  const message: Json = { role: 'assistant', content: null };
  const parts: Json[] = [];
  const calls: Json[] = [];
  blocks.forEach((block, index) => {
    const here = `${at}.${index}`;
    if (block['type'] === 'thinking' || block['type'] === 'redacted_thinking') return;
    if (block['type'] === 'tool_use') calls.push(callShape(textAt(block, 'id', here), textAt(block, 'name', here), JSON.stringify(block['input'] ?? {})));
    else parts.push(partOf(block, here));
  });
  if (parts.length > 0) message['content'] = contentOf(parts);
  if (calls.length > 0) message['tool_calls'] = calls;
  return parts.length + calls.length > 0 ? [message] : [];
}

/** The results of tools are messages of their own in a chat; what else the user said follows them. */
function userTurn(role: string, blocks: readonly Json[], at: string): Json[] {
  const results: Json[] = [];
  const parts: Json[] = [];
  blocks.forEach((block, index) => {
    const here = `${at}.${index}`;
    if (block['type'] !== 'tool_result') return void parts.push(partOf(block, here));
    const result = partsOfResult(block, here);
    const text = result.filter(isText).map((part) => part['text']).join('\n');
    results.push({ role: 'tool', tool_call_id: textAt(block, 'tool_use_id', here), content: block['is_error'] === true ? `Error: ${text}` : text });
    // A chat's tool message holds text alone.
    parts.push(...result.filter((part) => !isText(part)));
  });
  return parts.length > 0 ? [...results, { role, content: contentOf(parts) }] : results;
}

const isText = (part: Json): boolean => part['type'] === 'text';

function partsOfResult(block: Json, at: string): Json[] {
  const content = block['content'];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return listAt(block, 'content', `${at}.content`).map((part, index) => partOf(part, `${at}.content.${index}`));
}

function partOf(block: Json, at: string): Json {
  switch (block['type']) {
    case 'text':
      return withSet({ type: 'text', text: textAt(block, 'text', at) }, { cache_control: block['cache_control'] });
    case 'image':
      return { type: 'image_url', image_url: { url: addressOf(block, at) } };
    case 'document':
      return documentOf(block, at);
    default:
      throw invalid(`${at}.type`, `${at}: blocks of type ${JSON.stringify(block['type'])} are not supported here.`, 'unsupported_content');
  }
}

function documentOf(block: Json, at: string): Json {
  const source = objectAt(block, 'source') ?? {};
  if (source['type'] === 'text') return { type: 'text', text: textAt(source, 'data', `${at}.source`) };
  return { type: 'file', file: { filename: stringAt(block, 'title') ?? 'document.pdf', file_data: addressOf(block, at) } };
}

function addressOf(block: Json, at: string): string {
  const source = objectAt(block, 'source') ?? {};
  if (source['type'] === 'url') return textAt(source, 'url', `${at}.source`);
  if (source['type'] === 'base64') return `data:${textAt(source, 'media_type', `${at}.source`)};base64,${textAt(source, 'data', `${at}.source`)}`;
  throw invalid(`${at}.source`, `${at}.source must be of type base64 or url.`);
}

function toolOf(tool: Json, index: number): Json {
  const type = tool['type'] ?? 'custom';
  if (type !== 'custom') throw invalid(`tools.${index}.type`, `tools.${index}: tools of type ${JSON.stringify(type)} run at one provider only; offer tools of your own.`, 'unsupported_tool');
  const called = withSet({ name: textAt(tool, 'name', `tools.${index}`) }, { description: tool['description'], parameters: tool['input_schema'], strict: tool['strict'] });
  return { type: 'function', function: called };
}

function toolChoiceOf(choice: Json): unknown {
  switch (choice['type']) {
    case 'auto':
    case 'none':
      return choice['type'];
    case 'any':
      return 'required';
    case 'tool':
      return { type: 'function', function: { name: textAt(choice, 'name', 'tool_choice') } };
    default:
      throw invalid('tool_choice.type', 'tool_choice.type must be auto, any, tool or none.');
  }
}

/** Effort is asked for by name, or by tokens to think with, where each step is as far as its budget goes. */
function effortOf(asked: Json): string | null {
  const named = stringAt(objectAt(asked, 'output_config') ?? {}, 'effort');
  if (named !== null) return named === 'max' ? 'xhigh' : named;
  const thinking = objectAt(asked, 'thinking');
  const budget = thinking?.['type'] === 'enabled' ? numberAt(thinking, 'budget_tokens') : null;
  if (budget === null) return null;
  return budget <= 2_048 ? 'low' : budget <= 8_192 ? 'medium' : 'high';
}

function formatOf(asked: Json): Json | null {
  const format = objectAt(objectAt(asked, 'output_config') ?? {}, 'format') ?? objectAt(asked, 'output_format');
  if (format?.['type'] !== 'json_schema') return null;
  if (!isObject(format['schema'])) throw invalid('output_config.format.schema', 'output_config.format.schema must be a JSON Schema.');
  return { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: format['schema'] } };
}
