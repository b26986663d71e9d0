/** What the sandbox says: the same request gets the same answer, tokens and usage, on every machine. */
import { createHash } from 'node:crypto';
import { isObject } from '../domain/json.js';
import type { ChatBody } from '../domain/outcome.js';
import type { Directives } from './directives.js';
import { exampleOf } from './example.js';

type Json = Record<string, unknown>;

export interface SandboxChoice {
  /** The text in tokens; joined, they are the text. Empty when tools are called. */
  readonly tokens: readonly string[];
  readonly toolCalls: readonly Json[];
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
}

export interface SandboxAnswer {
  readonly id: string;
  /** Seconds since 1970; fixed, so that an answer is the same on every day. */
  readonly created: number;
  readonly choices: readonly SandboxChoice[];
  readonly usage: Json;
}

const lexicon = (
  'the a router request model answer token stream price ledger event log view policy choice cost latency health budget project ' +
  'reads writes keeps counts proves weighs compares selects explains replays records returns clear small exact steady quick plain ' +
  'with from into over under between before after and so while because each every another'
).split(' ');

const created = 1_700_000_000;
const shortest = 24;
const spread = 40;
const charactersPerToken = 4;

export function answerTo(modelId: string, body: ChatBody, directives: Directives): SandboxAnswer {
  const messages = Array.isArray(body.messages) ? body.messages.filter(isObject) : [];
  const asked = messages.at(-1)?.['role'] === 'assistant' ? messages.slice(0, -1) : messages;
  const seed = createHash('sha256').update(JSON.stringify([modelId, asked, body['seed'] ?? null])).digest();
  const id = `chatcmpl-sandbox-${seed.toString('hex', 0, 12)}`;
  const choices = Array.from({ length: between(body['n'], 1, 8) }, (_, index) => choice(body, messages, directives, [seed, index]));
  return { id, created, choices, usage: usageOf(messages, choices, body) };
}

function choice(body: ChatBody, messages: readonly Json[], directives: Directives, draw: [Buffer, number]): SandboxChoice {
  const toolCalls = toolCallsFor(body, messages, directives, draw);
  if (toolCalls.length > 0) return { tokens: [], toolCalls, finishReason: 'tool_calls' };
  const tokens = withoutPrefill(structured(body) ?? prose(directives, draw), messages);
  const limit = body['max_completion_tokens'] ?? body['max_tokens'];
  const cut = typeof limit === 'number' && limit >= 1 && limit < tokens.length;
  const kept = untilStop(cut ? tokens.slice(0, Math.floor(limit)) : tokens, body['stop']);
  return { tokens: kept, toolCalls: [], finishReason: cut ? 'length' : 'stop' };
}

/** Sentences drawn from the lexicon by the digest of the request. */
function prose({ tokens }: Directives, [seed, index]: [Buffer, number]): string[] {
  const count = tokens ?? shortest + (seed[index % seed.length]! % spread);
  const words: string[] = [];
  for (let at = 0; at < count; at++) {
    const word = lexicon[(seed[(at + index) % seed.length]! + at * 7 + index * 13) % lexicon.length]!;
    const begins = at % 9 === 0;
    const ends = at % 9 === 8 || at === count - 1;
    words.push(`${at === 0 ? '' : ' '}${begins ? word[0]!.toUpperCase() + word.slice(1) : word}${ends ? '.' : ''}`);
  }
  return words;
}

/** An instance of the asked schema, cut into tokens. Null when plain text is wanted. */
function structured(body: ChatBody): string[] | null {
  const format = body['response_format'];
  if (!isObject(format)) return null;
  if (format['type'] === 'json_object') return tokensOf('{"answer":"sandbox"}');
  if (format['type'] !== 'json_schema') return null;
  const wrapper = isObject(format['json_schema']) ? format['json_schema'] : {};
  return tokensOf(JSON.stringify(exampleOf(wrapper['schema'])));
}

const tokensOf = (text: string): string[] => text.match(/.{1,4}/gsu) ?? [];

/** Tools are called once: after their results came, the sandbox answers in words. */
function toolCallsFor(body: ChatBody, messages: readonly Json[], { toolCalls }: Directives, [seed, index]: [Buffer, number]): Json[] {
  const tools = Array.isArray(body['tools']) ? body['tools'].filter(isObject) : [];
  const wanted = body['tool_choice'];
  if (tools.length === 0 || wanted === 'none' || messages.at(-1)?.['role'] === 'tool') return [];
  const named = isObject(wanted) && isObject(wanted['function']) ? wanted['function']['name'] : null;
  const usable = tools.map((tool) => tool['function']).filter(isObject).filter((tool) => named === null || tool['name'] === named);
  const many = body['parallel_tool_calls'] === false ? 1 : Math.min(toolCalls, 16);
  if (usable.length === 0) return [];
  return Array.from({ length: many }, (_, at) => {
    const tool = usable[at % usable.length]!;
    const id = `call_${seed.toString('hex', 12, 18)}${index}${at}`;
    return { id, type: 'function', function: { name: tool['name'], arguments: JSON.stringify(exampleOf(tool['parameters'] ?? { type: 'object' })) } };
  });
}

/** A conversation that ends in the assistant's own unfinished turn is gone on from: with the rest, or with new words. */
function withoutPrefill(tokens: readonly string[], messages: readonly Json[]): string[] {
  const last = messages.at(-1);
  if (last?.['role'] !== 'assistant' || typeof last['content'] !== 'string') return [...tokens];
  const prefill = last['content'].trimEnd();
  const counts = tokens.map((_, at) => tokens.slice(0, at).join('').length);
  const from = counts.indexOf(prefill.length);
  if (from > 0 && tokens.slice(0, from).join('') === prefill) return tokens.slice(from);
  return [` ${tokens[0] ?? ''}`, ...tokens.slice(1)];
}

function untilStop(tokens: readonly string[], stop: unknown): readonly string[] {
  const stops = (Array.isArray(stop) ? stop : [stop]).filter((each): each is string => typeof each === 'string' && each !== '');
  const text = tokens.join('');
  const at = Math.min(...stops.map((each) => text.indexOf(each)).filter((index) => index >= 0), text.length);
  if (at === text.length) return tokens;
  return tokensOf(text.slice(0, at));
}

function usageOf(messages: readonly Json[], choices: readonly SandboxChoice[], body: ChatBody): Json {
  const prompt = Math.ceil(JSON.stringify(messages).length / charactersPerToken);
  const said = choices.reduce((sum, { tokens, toolCalls }) => sum + tokens.length + Math.ceil(toolCalls.length && JSON.stringify(toolCalls).length / charactersPerToken), 0);
  const reasoning = body['reasoning_effort'] && body['reasoning_effort'] !== 'none' ? 32 : 0;
  return {
    prompt_tokens: prompt,
    completion_tokens: said + reasoning,
    total_tokens: prompt + said + reasoning,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
  };
}

const between = (value: unknown, least: number, most: number): number =>
  typeof value === 'number' && Number.isInteger(value) ? Math.min(most, Math.max(least, value)) : least;
