/**
 * A provider that fails on purpose, chosen by the name of the model: the sixteen faults of the public FailoverBench
 * catalogue (failoverbench/failoverbench, scenarios/catalogue.yaml), in the words of this stand-in, with shorter waits.
 */
import { done, healthy, prefill, streamEvents } from './openai-script.js';
import type { Script, SeenRequest, Step } from './stand-in.js';
import { close, end, hang, head, refusal, reset, wait, write } from './steps.js';

export interface FailingTimes {
  /** Milliseconds before the first token of the slow one, and of silence in the stalling one. */
  readonly slowMs: number;
  /** Whole seconds, as the header has them. */
  readonly retryAfterSeconds: number;
}

const cutAfter = 12;

export const failing =
  ({ slowMs, retryAfterSeconds }: FailingTimes, isDown: () => boolean = () => false): Script =>
  (request) => {
    const { model, attempt } = request;
    switch (model) {
      case 's01':
        return attempt === 1 ? refusal(429, 'rate_limit_exceeded', 'Rate limit reached.', { 'retry-after': String(retryAfterSeconds) }) : healthy(request);
      case 's02':
        return refusal(429, 'rate_limit_exceeded', 'Rate limit reached.');
      case 's03':
        return attempt === 1 ? refusal(500, null, 'The server had an error.') : healthy(request);
      case 's04':
      case 's16':
        return refusal(503, 'overloaded', 'The engine is overloaded.');
      case 's05':
        return attempt === 1 ? [reset] : healthy(request);
      case 's06':
        return [hang];
      case 's07':
        return slow(request, slowMs);
      case 's08':
      case 's14':
        return broken(request, cutAfter, [close]);
      case 's09':
        return broken(request, cutAfter / 2, [hang]);
      case 's10':
        return malformed(request);
      case 's11':
        return [head(), ...streamEvents(request).filter((each) => each !== done).map(write), end];
      case 's12':
        return refusal(400, 'context_length_exceeded', "This model's maximum context length is 8192 tokens.");
      case 's13':
        return refusal(400, 'content_policy_violation', 'Your request was rejected as a result of our safety system.');
      case 's15':
        return isDown() ? refusal(503, 'overloaded', 'The engine is overloaded.') : healthy(request);
      case 'ok-without-prefill':
        return prefill(request.body) === null ? healthy(request) : refusal(400, 'invalid_prefill', 'This model does not support assistant message prefill.');
      default:
        return healthy(request);
    }
  };

function* slow(request: SeenRequest, ms: number): Generator<Step> {
  yield head();
  yield wait(ms);
  yield* [...streamEvents(request).map(write), end];
}

/** The role, so many words, and then something else than the rest. */
function* broken(request: SeenRequest, words: number, after: readonly Step[]): Generator<Step> {
  yield head();
  yield* streamEvents(request).slice(0, words + 1).map(write);
  yield* after;
}

function* malformed(request: SeenRequest): Generator<Step> {
  const events = streamEvents(request);
  yield head();
  yield* events.slice(0, 6).map(write);
  yield write('data: {"id": "chatcmpl-1", "choices": [{"delta": {"content": \n\n');
  yield* events.slice(6).map(write);
  yield end;
}

