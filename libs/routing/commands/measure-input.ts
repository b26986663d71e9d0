/**
 * What the router needs to know of an input: the texts to classify and the shape of the rest, read once from the
 * parsed body. The last user turn is what is classified; system prompt and history are context (a classifier that
 * scored the system prompt gave every request of an application the same score: BlockRunAI/ClawRouter#50).
 */
import { estimateTokenCount } from 'tokenx';
import type { InputProfile, RoutingText } from '../domain/request.js';
import type { Modality } from '../domain/vocabulary.js';

export interface MeasuredInput {
  readonly text: RoutingText;
  readonly profile: InputProfile;
}

/** A parsed JSON object of unknown shape. */
export type Fields = Readonly<Record<string, unknown>>;

/** Characters of a text that are kept for classification: its beginning and its end. Bounds the work of every request. */
const keptHead = 12_000;
const keptTail = 4_000;
const sampledChars = 4_000;
/** Tokens of an image of unknown size: OpenAI counts 765 for one of 1024 x 1024 in high detail. */
const tokensPerImage = 765;
/** Turns and names that a chat format adds around each message. */
const tokensPerMessage = 4;

/** @param input `input` of the contract or a chat body. @param prompt what the caller wants in words, where it is given apart. */
export function measureInput(input: Fields, prompt: string | null): MeasuredInput {
  const messages = Array.isArray(input['messages']) ? (input['messages'] as unknown[]) : [];
  const lastUser = messages.findLastIndex((message) => roleOf(message) === 'user');
  const turn = lastUser >= 0 ? partsOf(messages[lastUser]) : { text: '', modalities: [] };
  const system = messages.filter((message) => /^(system|developer)$/.test(roleOf(message))).map((message) => partsOf(message).text).join('\n');
  const words = prompt ?? turn.text;
  const earlier = earlierTurns(messages.slice(0, Math.max(0, lastUser)));
  const attached = new Set<Modality>([...messages.flatMap((message) => partsOf(message).modalities), ...mediaFields(input)]);
  return {
    text: { prompt: bounded(words), system: bounded(system), ...(earlier.length > 0 ? { earlier } : {}) },
    profile: {
      modalities: [...new Set<Modality>(words || system ? ['text', ...attached] : [...attached])].sort(),
      inputTokens: messages.length > 0 ? messages.reduce<number>((sum, message) => sum + tokensOf(message), toolTokens(input)) : estimateTokens(words),
      maxOutputTokens: positive(input['max_completion_tokens']) ?? positive(input['max_tokens']) ?? positive(input['max_output_tokens']),
      promptChars: words.length,
      systemChars: system.length,
      historyTurns: Math.max(0, lastUser < 0 ? 0 : messages.slice(0, lastUser).filter((message) => /^(user|assistant)$/.test(roleOf(message))).length),
      attachments: turn.modalities.length + mediaFields(input).length,
      tools: Array.isArray(input['tools']) ? input['tools'].length : 0,
      wantsJsonSchema: /^json/.test(String((input['response_format'] as Fields | undefined)?.['type'] ?? '')),
      stream: input['stream'] === true,
      seconds: positive(input['duration']) ?? positive(input['seconds']) ?? positive(input['duration_seconds']),
      images: positive(input['n']),
    },
  };
}

/** What the user said before, the nearest first: enough to tell what "another one" means. */
function earlierTurns(before: readonly unknown[]): readonly string[] {
  const turns: string[] = [];
  for (let at = before.length - 1; at >= 0 && turns.length < turnsKept; at--) {
    const text = roleOf(before[at]) === 'user' ? partsOf(before[at]).text.slice(0, turnChars) : '';
    if (text !== '') turns.push(text);
  }
  return turns;
}
const turnsKept = 3;
const turnChars = 400;

/** Exact up to 4,000 characters, scaled beyond: a count before the call is an estimate anyway. */
export function estimateTokens(text: string): number {
  if (text.length <= sampledChars) return estimateTokenCount(text);
  return Math.ceil((estimateTokenCount(text.slice(0, sampledChars)) * text.length) / sampledChars);
}

const roleOf = (message: unknown): string => String((message as Fields | null)?.['role'] ?? '');
const positive = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null);
const bounded = (text: string): string => (text.length <= keptHead + keptTail ? text : `${text.slice(0, keptHead)}\n${text.slice(-keptTail)}`);

const partModalities: Readonly<Record<string, Modality>> = {
  image_url: 'image', input_image: 'image', image: 'image', input_audio: 'audio', audio: 'audio', audio_url: 'audio',
  video_url: 'video', video: 'video', input_video: 'video', file: 'file', input_file: 'file', document: 'file',
};

/** The text of a message and what is attached to it, whether its content is a string or parts. */
function partsOf(message: unknown): { text: string; modalities: Modality[] } {
  const content = (message as Fields | null)?.['content'];
  if (typeof content === 'string') return { text: content, modalities: [] };
  if (!Array.isArray(content)) return { text: '', modalities: [] };
  const parts = content as Fields[];
  return {
    text: parts.map((part) => (typeof part?.['text'] === 'string' ? part['text'] : '')).filter(Boolean).join('\n'),
    modalities: parts.map((part) => partModalities[String(part?.['type'])]).filter((modality) => modality !== undefined),
  };
}

/** Media given beside the messages: `image`, `images`, `image_url`, `audio`, `video`, `file` and their plurals. */
function mediaFields(input: Fields): Modality[] {
  const found: Modality[] = [];
  for (const [name, value] of Object.entries(input)) {
    const modality = /^(?:(image|audio|video|file)s?(?:_url|_urls)?|(?:input|reference|mask|start|end)_(image|audio|video|file)s?)$/.exec(name);
    if (!modality || value === null || value === '') continue;
    const kind = (modality[1] ?? modality[2]) as Modality;
    for (let n = Array.isArray(value) ? value.length : 1; n > 0; n--) found.push(kind);
  }
  return found;
}

function tokensOf(message: unknown): number {
  const { text, modalities } = partsOf(message);
  const calls = (message as Fields | null)?.['tool_calls'];
  return tokensPerMessage + estimateTokens(text) + modalities.length * tokensPerImage + (calls ? estimateTokens(JSON.stringify(calls)) : 0);
}

const toolTokens = (input: Fields): number => (Array.isArray(input['tools']) && input['tools'].length > 0 ? estimateTokens(JSON.stringify(input['tools'])) : 0);
