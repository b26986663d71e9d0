/** Answers of Google's generateContent, as its API sends them. */
import type { SeenRequest, Step } from './stand-in.js';
import { end, event, head, json, write } from './steps.js';

export const googleUsage = {
  promptTokenCount: 1_500, cachedContentTokenCount: 1_000, candidatesTokenCount: 6, thoughtsTokenCount: 40, totalTokenCount: 1_546,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 500 }, { modality: 'AUDIO', tokenCount: 1_000 }],
  cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 1_000 }],
};

const answer = (parts: object[], finishReason: string | null, usage: object) => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...(finishReason ? { finishReason } : {}) }],
  usageMetadata: usage, modelVersion: 'gemini-test', responseId: 'resp_1',
});

const offered = (body: SeenRequest['body']): string | undefined =>
  (body['tools'] as { functionDeclarations: { name: string }[] }[] | undefined)?.[0]?.functionDeclarations[0]?.name;

const call = (name: string) => ({ functionCall: { name, args: { city: 'Tōkyō' } }, thoughtSignature: 'c2ln' });

export function* google({ path, body }: SeenRequest): Generator<Step> {
  const tool = offered(body);
  if (path.includes('blocked')) return yield* json(200, { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 4 } });
  if (path.includes('exhausted')) return yield* json(429, { error: { code: 429, message: 'Quota exceeded for requests per minute.', status: 'RESOURCE_EXHAUSTED' } });
  const whole = [{ text: 'I look at it.', thought: true }, { text: 'Grüße aus 東京 👋' }, ...(tool ? [call(tool)] : [])];
  if (!path.includes('stream')) return yield* json(200, answer(whole, 'STOP', googleUsage));
  yield head();
  const events = [
    answer([{ text: 'I look at it.', thought: true }], null, { promptTokenCount: 1_500, thoughtsTokenCount: 40 }),
    answer([{ text: 'Grüße ' }], null, { promptTokenCount: 1_500 }),
    answer([{ text: 'aus 東京 👋' }, ...(tool ? [call(tool)] : [])], null, { promptTokenCount: 1_500 }),
    answer([], 'STOP', googleUsage),
  ];
  const bytes = Buffer.from(events.map((each) => event(each).replaceAll('\n', '\r\n')).join(''));
  for (let at = 0; at < bytes.length; at += 101) yield write(bytes.subarray(at, at + 101));
  return yield end;
}
