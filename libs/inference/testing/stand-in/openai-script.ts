/** Answers in OpenAI's chat format, as hosts send them. */
import type { SeenRequest, Step } from './stand-in.js';
import { end, event, head, json, wait, write } from './steps.js';

export const answerWords = 'A gateway earns trust when the provider behind it fails and the caller never has to know about it at all'.split(' ');
export const answerText = answerWords.join(' ');

const created = 1_760_000_000;

export const chunk = (model: string, delta: object, finish: string | null = null, more: object = {}): string =>
  event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created, model, choices: [{ index: 0, delta, finish_reason: finish }], ...more });

export const usageOf = (words: number) => ({ prompt_tokens: 9, completion_tokens: words, total_tokens: 9 + words });

export const usageChunk = (model: string, usage: object): string =>
  event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created, model, choices: [], usage });

export const done = 'data: [DONE]\n\n';

/** The events of a healthy stream: role, words, finish, usage when asked for, end mark. */
export function streamEvents(request: SeenRequest, words: readonly string[] = answerWords): string[] {
  const { model, body } = request;
  const asked = (body['stream_options'] as { include_usage?: boolean } | undefined)?.include_usage === true;
  return [
    chunk(model, { role: 'assistant', content: '' }),
    ...words.map((word, index) => chunk(model, { content: index === 0 && !continuing(request) ? word : ` ${word}` })),
    chunk(model, {}, 'stop'),
    ...(asked ? [usageChunk(model, usageOf(words.length))] : []),
    done,
  ];
}

const continuing = ({ body }: SeenRequest): boolean => prefill(body) !== null;

/** The assistant's own unfinished turn, when the conversation ends with one. */
export function prefill(body: SeenRequest['body']): string | null {
  const last = (body['messages'] as { role: string; content: string }[] | undefined)?.at(-1);
  return last?.role === 'assistant' ? last.content : null;
}

/** What is left to say after a prefilled turn; everything when there is none. */
export function wordsLeft(body: SeenRequest['body'], words: readonly string[] = answerWords): readonly string[] {
  const said = prefill(body)?.trim() ?? '';
  return words.join(' ').startsWith(said) && said !== '' ? words.slice(said.split(' ').length) : words;
}

export function completion(model: string, text = answerText, usage: object = usageOf(answerWords.length)) {
  return {
    id: 'chatcmpl-1', object: 'chat.completion', created, model,
    choices: [{ index: 0, message: { role: 'assistant', content: text, refusal: null }, logprobs: null, finish_reason: 'stop' }],
    usage,
  };
}

/** A healthy answer, streamed or whole, as the request asks. */
export function* healthy(request: SeenRequest, gapMs = 0): Generator<Step> {
  if (request.body['stream'] !== true) {
    yield* json(200, completion(request.model));
    return;
  }
  yield head();
  for (const each of streamEvents(request, wordsLeft(request.body))) {
    yield write(each);
    if (gapMs > 0) yield wait(gapMs);
  }
  yield end;
}
