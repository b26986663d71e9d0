/** What went wrong at a media provider, in the words of every failure: cleared of keys and of the prompt. */
import { classify, retryAfter, type Failure } from '../domain/failure.js';
import type { MediaCall } from '../domain/media.js';
import { scrub } from '../domain/scrub.js';
import type { ConfiguredHost } from '../upstream/keys.js';
import { InvalidAnswer, type MediaResponse } from './media-format.js';

type Said = Pick<Failure, 'status' | 'code' | 'message'>;

export const failureFrom = (said: Said, as?: Failure['class']): Failure => ({ ...said, class: as ?? classify(said), retryAfterMs: null });

/** An answer with a status that says no. */
export function refusal({ status, body, header }: MediaResponse, { keys }: ConfiguredHost, call: MediaCall): Failure {
  const { code, message } = saidIn(body);
  const said = { status, code, message: scrub(message, keys, [call.prompt]) };
  return { ...failureFrom(said), retryAfterMs: retryAfter(header, Date.now()) };
}

/** An exchange that broke, or an answer that makes no sense or says that the work failed. */
export function breakage(error: unknown, { keys }: ConfiguredHost, call: MediaCall): Failure {
  const { message } = error as Error;
  const code = error instanceof InvalidAnswer ? error.code : null;
  const said = { status: null, code, message: scrub(message, keys, [call.prompt]) };
  if (!(error instanceof InvalidAnswer)) return failureFrom(said, 'connection');
  return failureFrom(said, error.said ? undefined : 'invalid_response');
}

/** Providers put it under `error`, `detail` or `message`, some as a list; what is none of these is quoted in part. */
function saidIn(body: Buffer): { code: string | null; message: string } {
  const text = body.toString('utf8').slice(0, 4_000);
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const error = value['error'] ?? value['detail'] ?? value;
    const first = (Array.isArray(error) ? error[0] : error) as Record<string, unknown> | string | undefined;
    if (typeof first === 'string') return { code: null, message: first };
    const code = [first?.['code'], first?.['status'], first?.['type']].find((each) => typeof each === 'string');
    const message = [first?.['message'], first?.['msg'], value['message']].find((each) => typeof each === 'string');
    return { code: (code as string | undefined) ?? null, message: (message as string | undefined) ?? text };
  } catch {
    return { code: null, message: text };
  }
}
