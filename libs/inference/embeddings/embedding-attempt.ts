/** One call for vectors, at a host or in the sandbox, and how it ended. */
import { parsed, errorIn } from '../chat/attempt.js';
import { wordsOf, type EmbeddingAnswer, type EmbeddingCall } from '../domain/embedding.js';
import { classify, retryAfter, type Failure } from '../domain/failure.js';
import { scrub } from '../domain/scrub.js';
import { Unsayable } from '../formats/format.js';
import { InvalidAnswer } from '../media/media-format.js';
import { exchange } from '../media/media-transport.js';
import { sandboxEmbeddings } from '../sandbox/sandbox-embeddings.js';
import type { ConfiguredHost } from '../upstream/keys.js';
import { answerIn } from './embedding-format.js';
import { embeddingFormatOf } from './embedding-hosts.js';

export type Attempt =
  | { readonly answer: EmbeddingAnswer }
  | { readonly cancelled: true }
  /** `made`: a call went out. */
  | { readonly failure: Failure; readonly made: boolean };

export const notConfigured: Failure = { class: 'not_configured', status: null, code: null, message: 'no provider that makes vectors with this model has a key', retryAfterMs: null };

/** @param configured the host with the one key to use. */
export async function callHost({ configured, modelId }: { configured: ConfiguredHost; modelId: string }, call: EmbeddingCall, signal: AbortSignal): Promise<Attempt> {
  const format = embeddingFormatOf(configured.host);
  if (!format) return { failure: notConfigured, made: false };
  try {
    const response = await exchange(configured, { method: 'POST', ...format.request(call, modelId) }, signal);
    if (response.status === 200) return { answer: format.read(answerIn(response.body), call.texts.length) };
    const text = response.body.toString('utf8').slice(0, 4_000);
    const { code, message } = errorIn(parsed(text)) ?? { code: null, message: text || `HTTP ${response.status}` };
    const said = { status: response.status, code, message: scrub(message, configured.keys, wordsOf(call.texts)) };
    return { failure: { ...said, class: classify(said), retryAfterMs: retryAfter(response.header, Date.now()) }, made: true };
  } catch (error) {
    if (call.signal.aborted) return { cancelled: true };
    if (error instanceof Unsayable) return { failure: { ...notConfigured, class: 'bad_request', message: error.message }, made: false };
    if (signal.aborted) return broken('timeout', 'no answer within the limit');
    if (error instanceof InvalidAnswer) return broken('invalid_response', error.message);
    return broken('connection', `the connection to the provider failed (${(error as NodeJS.ErrnoException).code ?? (error as Error).name})`);
  }
}

export async function callSandbox(call: EmbeddingCall, number: number): Promise<Attempt> {
  const made = await sandboxEmbeddings(call, number);
  if (call.signal.aborted) return { cancelled: true };
  if ('answer' in made) return made;
  const { trouble } = made;
  if (trouble.kind !== 'status') return broken('connection', 'The sandbox broke off.');
  const { status, code, message, retryAfterMs } = trouble;
  return { failure: { status, code, message, retryAfterMs, class: classify({ status, code, message }) }, made: true };
}

const broken = (kind: Failure['class'], message: string): Attempt => ({ failure: { class: kind, status: null, code: null, message, retryAfterMs: null }, made: true });
