/** Tells a whole answer as a stream: for cached answers, and for hosts that do not stream. */
import { isObject } from '../domain/json.js';

type Json = Record<string, unknown>;

/** Characters of text in one chunk. */
const pieceLength = 48;

/** The events of a chat.completion, usage chunk and end mark included. */
export function replayOf(completion: Readonly<Json>): Buffer {
  const head = { id: completion['id'], object: 'chat.completion.chunk', created: completion['created'], model: completion['model'] };
  const chunks: Json[] = [];
  for (const choice of Array.isArray(completion['choices']) ? completion['choices'] : []) {
    if (isObject(choice)) for (const part of partsOf(choice)) chunks.push({ ...head, choices: [part] });
  }
  if (isObject(completion['usage'])) chunks.push({ ...head, choices: [], usage: completion['usage'] });
  return Buffer.from(`${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`);
}

function* partsOf(choice: Json): Generator<Json> {
  const index = typeof choice['index'] === 'number' ? choice['index'] : 0;
  const message = isObject(choice['message']) ? choice['message'] : {};
  const part = (delta: Json, finish: unknown = null) => ({ index, delta, finish_reason: finish });
  yield part({ role: 'assistant', content: '' });
  for (const [key, value] of Object.entries(message)) {
    if (key === 'role' || value === null || value === undefined) continue;
    if (typeof value === 'string') for (const piece of pieces(value)) yield part({ [key]: piece });
    else if (key === 'tool_calls' && Array.isArray(value)) yield part({ tool_calls: value.map((call: Json, at) => ({ index: at, ...call })) });
    else yield part({ [key]: value });
  }
  yield part({}, choice['finish_reason'] ?? 'stop');
}

/** Cuts between code points, never inside one. */
function* pieces(text: string): Generator<string> {
  const points = [...text];
  for (let at = 0; at < points.length; at += pieceLength) yield points.slice(at, at + pieceLength).join('');
}
