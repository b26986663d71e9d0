/** Anthropic messages: content blocks, tools by `tool_use`, usage that counts cache reads and writes apart. */
import { isObject, numberAt, objectAt, objectsIn, stringAt, type Json } from '../domain/json.js';
import { anthropicUsage } from '../domain/usage.js';
import { EventTranslator } from './event-translator.js';
import { Unsayable, type ChatFormat, type FormatInput, type FormatRequest } from './format.js';
import {
  answerSchemaOf, argumentsOf, functionsOf, isSystem, maxTokensOf, messagesOf, partsOf, stopsOf, textOf, toolCallsOf, toolChoiceOf, withSet,
  type Part,
} from './openai-messages.js';
import { choiceShape, completionShape, toolCallShape, type FinishReason } from './openai-shape.js';

/** A structured answer is asked for as the input of a tool the model has to use: that works on every Claude model. */
const answerTool = 'structured_answer';
/** The limit is required; this is sent when neither the caller nor the catalogue knows one. */
const usualMaxTokens = 8_192;
/** Tokens to think with, by reasoning effort. */
const thinkingBudgets: Readonly<Record<string, number>> = { low: 2_048, medium: 8_192, high: 16_384, xhigh: 32_768 };

export const anthropicMessages: ChatFormat = {
  request,
  streamed: () => new AnthropicStream(),
  whole,
  rawUsage: (answer) => objectAt(answer, 'usage'),
  usage: anthropicUsage,
};

function request({ model, body, stream, prefill, maxOutput }: FormatInput): FormatRequest {
  if (numberAt(body, 'n') !== null && body['n'] !== 1) throw new Unsayable('this model gives one choice at a time (n must be 1)');
  const messages = messagesOf(body);
  const conversation = turnsOf(messages.filter((message) => !isSystem(message)));
  if (prefill !== null) conversation.push({ role: 'assistant', content: [{ type: 'text', text: prefill }] });
  const sent: Json = { model, max_tokens: maxTokensOf(body) ?? maxOutput ?? usualMaxTokens, messages: conversation };
  const system = messages.filter(isSystem).flatMap((message) => partsOf(message['content']).map(blockOf));
  const temperature = numberAt(body, 'temperature');
  withSet(sent, {
    system: system.length > 0 ? system : null,
    stream: stream ? true : null,
    temperature: temperature === null ? null : Math.min(1, temperature),
    top_p: body['top_p'],
    top_k: body['top_k'],
    stop_sequences: stopsOf(body).length > 0 ? stopsOf(body) : null,
    metadata: typeof body['user'] === 'string' ? { user_id: body['user'] } : null,
    service_tier: body['service_tier'] === 'auto' ? 'auto' : null,
  });
  addTools(sent, body);
  if (prefill === null) addThinking(sent, body);
  return { path: '/messages', body: sent };
}

/** Roles have to alternate, and the results of tools are the user's. */
function turnsOf(messages: readonly Json[]): { role: string; content: Json[] }[] {
  const turns: { role: string; content: Json[] }[] = [];
  for (const message of messages) {
    const role = message['role'] === 'assistant' ? 'assistant' : 'user';
    const blocks = blocksOf(message);
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else if (blocks.length > 0) turns.push({ role, content: blocks });
  }
  return turns;
}

function blocksOf(message: Json): Json[] {
  if (message['role'] === 'tool') {
    return [{ type: 'tool_result', tool_use_id: message['tool_call_id'], content: partsOf(message['content']).map(blockOf) }];
  }
  const said = partsOf(message['content']).map(blockOf);
  const calls = toolCallsOf(message).map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: argumentsOf(call) }));
  return [...said, ...calls];
}

function blockOf(part: Part): Json {
  if (part.kind === 'text') return withSet({ type: 'text', text: part.text }, { cache_control: part.original['cache_control'] });
  const source = part.data === null ? { type: 'url', url: part.url } : { type: 'base64', media_type: part.mime, data: part.data };
  if (part.mime.startsWith('image/')) return { type: 'image', source };
  if (part.mime === 'application/pdf') return withSet({ type: 'document', source }, { title: part.name });
  throw new Unsayable(`media of type ${part.mime} cannot be sent to this model`);
}

function addTools(sent: Json, body: Readonly<Json>): void {
  const tools: Json[] = functionsOf(body).map(({ name, description, parameters }) =>
    withSet({ name, input_schema: parameters }, { description }),
  );
  const schema = answerSchemaOf(body);
  if (schema) tools.push({ name: answerTool, description: 'Gives the answer.', input_schema: schema.schema });
  if (tools.length === 0) return;
  sent['tools'] = tools;
  const choice = toolChoiceFor(body, schema !== null, tools.length > 1);
  if (choice) sent['tool_choice'] = body['parallel_tool_calls'] === false ? { ...choice, disable_parallel_tool_use: true } : choice;
}

function toolChoiceFor(body: Readonly<Json>, structured: boolean, others: boolean): Json | null {
  const choice = toolChoiceOf(body);
  if (choice?.mode === 'named') return { type: 'tool', name: choice.name };
  if (structured) return others && choice?.mode !== 'none' ? { type: 'any' } : { type: 'tool', name: answerTool };
  if (!choice) return body['parallel_tool_calls'] === false ? { type: 'auto' } : null;
  return { type: choice.mode === 'required' ? 'any' : choice.mode };
}

/** Thinking excludes a temperature and a forced tool, and needs room within the limit. */
function addThinking(sent: Json, body: Readonly<Json>): void {
  const budget = thinkingBudgets[String(body['reasoning_effort'])];
  const forced = isObject(sent['tool_choice']) && (sent['tool_choice']['type'] === 'tool' || sent['tool_choice']['type'] === 'any');
  if (budget === undefined || forced) return;
  const room = Math.min(budget, (sent['max_tokens'] as number) - 1_024);
  if (room < 1_024) return;
  sent['thinking'] = { type: 'enabled', budget_tokens: room };
  delete sent['temperature'];
  delete sent['top_k'];
}

function finishOf(reason: unknown): FinishReason {
  switch (reason) {
    case 'tool_use': return 'tool_calls';
    case 'max_tokens':
    case 'model_context_window_exceeded': return 'length';
    case 'refusal': return 'content_filter';
    default: return 'stop';
  }
}

function whole(answer: Json): Json {
  const blocks = objectsIn(answer['content']);
  const texts = blocks.filter((block) => block['type'] === 'text').map((block) => textOf([block]));
  const thoughts = blocks.map((block) => stringAt(block, 'thinking')).filter((text) => text !== null);
  const calls = blocks.filter((block) => block['type'] === 'tool_use');
  const structured = calls.find((call) => call['name'] === answerTool);
  const others = calls.filter((call) => call !== structured);
  const content = structured ? JSON.stringify(structured['input']) : texts.length > 0 ? texts.join('') : null;
  const message = withSet({ content }, {
    reasoning_content: thoughts.length > 0 ? thoughts.join('') : null,
    tool_calls: others.length > 0 ? others.map((call) => toolCallShape(String(call['id']), String(call['name']), JSON.stringify(call['input'] ?? {}))) : null,
  });
  const finish = structured && others.length === 0 && answer['stop_reason'] === 'tool_use' ? 'stop' : finishOf(answer['stop_reason']);
  const usage = objectAt(answer, 'usage');
  return completionShape({
    id: String(answer['id']),
    model: String(answer['model']),
    choices: [choiceShape(0, message, finish)],
    usage: usage && anthropicUsage(usage),
  });
}

/** Blocks come one after the other, each with a start, deltas and a stop. */
class AnthropicStream extends EventTranslator {
  private toolCalls = 0;
  /** The present block is the structured answer: its input is text to the client. */
  private structured = false;
  private answeredInTool = false;

  protected take(event: Json): void {
    switch (event['type']) {
      case 'message_start':
        return this.begin(objectAt(event, 'message') ?? {});
      case 'content_block_start':
        return this.startBlock(objectAt(event, 'content_block') ?? {});
      case 'content_block_delta':
        return this.continueBlock(objectAt(event, 'delta') ?? {});
      case 'message_delta':
        return this.finish(objectAt(event, 'delta') ?? {}, objectAt(event, 'usage'));
      case 'message_stop':
        return this.out.end(this.raw && anthropicUsage(this.raw));
      case 'error': {
        const error = objectAt(event, 'error') ?? {};
        return this.out.error(stringAt(error, 'type'), stringAt(error, 'message') ?? 'the provider reported an error');
      }
    }
  }

  protected override begin(message: Json): void {
    this.raw = objectAt(message, 'usage');
    super.begin(message);
  }

  private startBlock(block: Json): void {
    this.structured = block['type'] === 'tool_use' && block['name'] === answerTool;
    this.answeredInTool ||= this.structured;
    if (block['type'] === 'tool_use' && !this.structured) this.out.toolCall(this.toolCalls++, String(block['id']), String(block['name']));
    if (block['type'] === 'text' && block['text']) this.out.delta({ content: block['text'] });
  }

  private continueBlock(delta: Json): void {
    switch (delta['type']) {
      case 'text_delta':
        return this.out.delta({ content: delta['text'] });
      case 'thinking_delta':
        return this.out.delta({ reasoning_content: delta['thinking'] });
      case 'input_json_delta': {
        const text = stringAt(delta, 'partial_json') ?? '';
        if (text === '') return;
        if (this.structured) this.out.delta({ content: text });
        else this.out.toolArguments(this.toolCalls - 1, text);
      }
    }
  }

  /** Counts of the last event are cumulative; those that only the first had are kept. */
  private finish(delta: Json, usage: Json | null): void {
    if (usage) this.raw = withSet({ ...this.raw }, usage);
    const reason = finishOf(delta['stop_reason']);
    this.out.finish(reason === 'tool_calls' && this.answeredInTool && this.toolCalls === 0 ? 'stop' : reason);
  }
}
