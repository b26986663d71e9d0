/** Google generateContent: parts, function calls without deltas, thoughts beside the answer, usage in every event. */
import { numberAt, objectAt, objectsIn, stringAt, type Json } from '../domain/json.js';
import { googleUsage } from '../domain/usage.js';
import { EventTranslator } from './event-translator.js';
import type { ChatFormat, FormatInput, FormatRequest } from './format.js';
import {
  answerSchemaOf, argumentsOf, functionsOf, isSystem, maxTokensOf, messagesOf, partsOf, stopsOf, textOf, toolCallsOf, toolChoiceOf, withSet,
  type Part,
} from './openai-messages.js';
import { choiceShape, completionShape, toolCallShape, type FinishReason } from './openai-shape.js';

const thinkingBudgets: Readonly<Record<string, number>> = { none: 0, minimal: 512, low: 1_024, medium: 8_192, high: 24_576 };

export const googleGenerate: ChatFormat = {
  request,
  streamed: () => new GoogleStream(),
  whole,
  rawUsage: (answer) => objectAt(answer, 'usageMetadata'),
  usage: googleUsage,
};

function request({ model, body, stream, prefill }: FormatInput): FormatRequest {
  const messages = messagesOf(body);
  const contents = contentsOf(messages.filter((message) => !isSystem(message)));
  if (prefill !== null) contents.push({ role: 'model', parts: [{ text: prefill }] });
  const system = messages.filter(isSystem).map((message) => ({ text: textOf(message['content']) }));
  const sent = withSet({ contents }, {
    systemInstruction: system.length > 0 ? { parts: system } : null,
    generationConfig: generationConfig(body),
  });
  addTools(sent, body);
  return { path: `/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`, body: sent };
}

function generationConfig(body: Readonly<Json>): Json {
  const schema = answerSchemaOf(body);
  const budget = thinkingBudgets[String(body['reasoning_effort'])];
  return withSet({}, {
    temperature: body['temperature'],
    topP: body['top_p'],
    topK: body['top_k'],
    maxOutputTokens: maxTokensOf(body),
    stopSequences: stopsOf(body).length > 0 ? stopsOf(body) : null,
    candidateCount: numberAt(body, 'n'),
    seed: body['seed'],
    presencePenalty: body['presence_penalty'],
    frequencyPenalty: body['frequency_penalty'],
    responseMimeType: schema ? 'application/json' : null,
    responseJsonSchema: objectAt(body, 'response_format')?.['type'] === 'json_schema' ? schema?.schema : null,
    thinkingConfig: budget === undefined ? null : { thinkingBudget: budget, includeThoughts: budget > 0 },
  });
}

function contentsOf(messages: readonly Json[]): Json[] {
  const names = new Map(messages.flatMap(toolCallsOf).map((call) => [call.id, call.name]));
  const contents: { role: string; parts: Json[] }[] = [];
  for (const message of messages) {
    const role = message['role'] === 'assistant' ? 'model' : 'user';
    const parts = message['role'] === 'tool' ? [resultOf(message, names)] : [...partsOf(message['content']).map(googlePart), ...toolCallsOf(message).map(callPart)];
    const last = contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else if (parts.length > 0) contents.push({ role, parts });
  }
  return contents as unknown as Json[];
}

function googlePart(part: Part): Json {
  if (part.kind === 'text') return { text: part.text };
  return part.data === null ? { fileData: { mimeType: part.mime, fileUri: part.url } } : { inlineData: { mimeType: part.mime, data: part.data } };
}

/** Gemini wants its thought signatures back; they travel with the call, where Google's own OpenAI endpoint puts them. */
const callPart = (call: ReturnType<typeof toolCallsOf>[number]): Json =>
  withSet({ functionCall: { name: call.name, args: argumentsOf(call) } }, {
    thoughtSignature: stringAt(objectAt(objectAt(call.original, 'extra_content') ?? {}, 'google') ?? {}, 'thought_signature'),
  });

function resultOf(message: Json, names: ReadonlyMap<string, string>): Json {
  const text = textOf(message['content']);
  const parsed = argumentsOf({ id: '', name: '', text, original: {} });
  const response = Object.keys(parsed).length > 0 ? parsed : { result: text };
  return { functionResponse: { name: names.get(String(message['tool_call_id'])) ?? String(message['name'] ?? ''), response } };
}

function addTools(sent: Json, body: Readonly<Json>): void {
  const functions = functionsOf(body);
  if (functions.length === 0) return;
  sent['tools'] = [{
    functionDeclarations: functions.map(({ name, description, parameters }) => withSet({ name, parametersJsonSchema: parameters }, { description })),
  }];
  const choice = toolChoiceOf(body);
  if (!choice) return;
  const mode = choice.mode === 'auto' ? 'AUTO' : choice.mode === 'none' ? 'NONE' : 'ANY';
  sent['toolConfig'] = { functionCallingConfig: withSet({ mode }, { allowedFunctionNames: choice.mode === 'named' ? [choice.name] : null }) };
}

const blocked = new Set(['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'IMAGE_SAFETY', 'LANGUAGE']);

function finishOf(reason: unknown, called: boolean): FinishReason {
  if (reason === 'MAX_TOKENS') return 'length';
  if (blocked.has(String(reason))) return 'content_filter';
  return called ? 'tool_calls' : 'stop';
}

/** A prompt that was refused has no candidates, only the reason. */
function blockReason(answer: Json): string | null {
  return stringAt(objectAt(answer, 'promptFeedback') ?? {}, 'blockReason');
}

/** Ids of calls are not always given. */
const callId = (call: Json, index: number): string => stringAt(call, 'id') ?? `call_${index}_${String(call['name'])}`;

interface Heard {
  text: string;
  thoughts: string;
  images: Json[];
  calls: Json[];
}

/** The parts of one candidate, sorted by what they are. */
function heardIn(candidate: Json, callsBefore: number): Heard {
  const heard: Heard = { text: '', thoughts: '', images: [], calls: [] };
  for (const part of objectsIn((objectAt(candidate, 'content') ?? {})['parts'])) {
    const text = stringAt(part, 'text');
    const call = objectAt(part, 'functionCall');
    const inline = objectAt(part, 'inlineData');
    if (text !== null && part['thought'] === true) heard.thoughts += text;
    else if (text !== null) heard.text += text;
    else if (call) heard.calls.push(callShape(call, callsBefore + heard.calls.length, stringAt(part, 'thoughtSignature')));
    else if (inline) heard.images.push({ type: 'image_url', image_url: { url: `data:${String(inline['mimeType'])};base64,${String(inline['data'])}` } });
  }
  return heard;
}

const callShape = (call: Json, index: number, signature: string | null): Json =>
  withSet(toolCallShape(callId(call, index), String(call['name']), JSON.stringify(call['args'] ?? {})), {
    extra_content: signature === null ? null : { google: { thought_signature: signature } },
  });

function whole(answer: Json): Json {
  const reason = blockReason(answer);
  if (reason !== null && objectsIn(answer['candidates']).length === 0) return { error: { code: 'content_policy_violation', message: `the prompt was blocked: ${reason}` } };
  const usage = objectAt(answer, 'usageMetadata');
  const choices = objectsIn(answer['candidates']).map((candidate, index) => {
    const { text, thoughts, images, calls } = heardIn(candidate, 0);
    const message = withSet({ content: text === '' ? null : text }, {
      reasoning_content: thoughts === '' ? null : thoughts,
      images: images.length > 0 ? images : null,
      tool_calls: calls.length > 0 ? calls : null,
    });
    return choiceShape(numberAt(candidate, 'index') ?? index, message, finishOf(candidate['finishReason'], calls.length > 0));
  });
  return completionShape({ id: String(answer['responseId'] ?? 'chatcmpl'), model: String(answer['modelVersion'] ?? ''), choices, usage: usage && googleUsage(usage) });
}

/** Each event is a whole answer with the next part of each candidate. */
class GoogleStream extends EventTranslator {
  private readonly calls = new Map<number, number>();
  private readonly open = new Set<number>();
  private begun = false;

  protected take(event: Json): void {
    const error = objectAt(event, 'error');
    if (error) return this.out.error(stringAt(error, 'status'), stringAt(error, 'message') ?? 'the provider reported an error');
    this.raw = objectAt(event, 'usageMetadata') ?? this.raw;
    this.out.id = String(event['responseId'] ?? this.out.id);
    this.out.model = String(event['modelVersion'] ?? this.out.model);
    const candidates = objectsIn(event['candidates']);
    const reason = blockReason(event);
    if (reason !== null && candidates.length === 0) return this.out.error('content_policy_violation', `the prompt was blocked: ${reason}`);
    candidates.forEach((candidate, at) => this.takeCandidate(candidate, numberAt(candidate, 'index') ?? at));
    if (this.begun && this.open.size === 0) this.out.end(this.raw && googleUsage(this.raw));
  }

  private takeCandidate(candidate: Json, index: number): void {
    if (!this.calls.has(index)) {
      this.calls.set(index, 0);
      this.open.add(index);
      this.begun = true;
      this.out.delta({ role: 'assistant', content: '' }, index);
    }
    const before = this.calls.get(index)!;
    const { text, thoughts, images, calls } = heardIn(candidate, before);
    if (thoughts !== '') this.out.delta({ reasoning_content: thoughts }, index);
    if (text !== '') this.out.delta({ content: text }, index);
    if (images.length > 0) this.out.delta({ images }, index);
    calls.forEach((call, at) => this.out.delta({ tool_calls: [{ index: before + at, ...call }] }, index));
    this.calls.set(index, before + calls.length);
    if (typeof candidate['finishReason'] !== 'string') return;
    this.out.finish(finishOf(candidate['finishReason'], this.calls.get(index)! > 0), index);
    this.open.delete(index);
  }
}
