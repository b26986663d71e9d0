import { expect, it } from '@jest/globals';
import type { ErrorClass } from '../../routing/domain/events.js';
import { nextStep, type NextStep, type Situation } from './next-step.js';

const after = (kind: ErrorClass, more: Partial<Omit<Situation, 'failure'>> & { readonly retryAfterMs?: number } = {}): NextStep => {
  const { retryAfterMs = null, ...situation } = more;
  return nextStep({
    failure: { class: kind, status: null, code: null, message: '', retryAfterMs },
    calls: 1, contextWindow: null, hasNext: true, otherKey: false, budget: true, remainingMs: 60_000, jitter: 0.5, ...situation,
  });
};

it.each<[string, NextStep, NextStep]>([
  ['a 500 is asked once more, after a moment', after('server_error'), { do: 'retry', afterMs: 300 }],
  ['and then another model', after('server_error', { calls: 2 }), { do: 'next' }],
  ['a reset is asked again at once', after('connection'), { do: 'retry', afterMs: 0 }],
  ['a silent model is not asked again', after('timeout'), { do: 'next' }],
  ['a wait that was asked for is kept when it is short', after('rate_limit', { retryAfterMs: 2_000 }), { do: 'retry', afterMs: 2_025 }],
  ['and not when another model can answer sooner', after('rate_limit', { retryAfterMs: 5_000 }), { do: 'next' }],
  ['alone, a longer wait is worth it', after('rate_limit', { retryAfterMs: 5_000, hasNext: false }), { do: 'retry', afterMs: 5_025 }],
  ['but not a minute', after('rate_limit', { retryAfterMs: 60_000, hasNext: false }), { do: 'stop' }],
  ['a limit without a stated end goes to the next model', after('rate_limit'), { do: 'next' }],
  ['alone, it backs off', after('rate_limit', { hasNext: false }), { do: 'retry', afterMs: 600 }],
  ['another key answers at once', after('rate_limit', { otherKey: true }), { do: 'retry', afterMs: 0 }],
  ['also when a key is refused', after('authentication', { otherKey: true }), { do: 'retry', afterMs: 0 }],
  ['a refused key without another is the next model', after('authentication'), { do: 'next' }],
  ['what is too long needs a context at least as large', after('context_length', { contextWindow: 8_192 }), { do: 'as_large', tokens: 8_192 }],
  ['content policy is the same everywhere', after('content_policy'), { do: 'stop' }],
  ['another model may understand a request this one refused', after('bad_request'), { do: 'next' }],
  ['without a next model a refusal is final', after('bad_request', { hasNext: false }), { do: 'stop' }],
  ['a spent retry budget goes on along the chain', after('server_error', { budget: false }), { do: 'next' }],
  ['no retry begins after the deadline', after('server_error', { remainingMs: 200 }), { do: 'next' }],
  ['an open circuit is not waited for', after('circuit_open', { calls: 0, hasNext: false }), { do: 'stop' }],
  ['a model that rests is waited for when it is the only one', after('rate_limit', { calls: 0, hasNext: false, retryAfterMs: 1_000 }), { do: 'retry', afterMs: 1_025 }],
  ['and passed over when it is not', after('rate_limit', { calls: 0, retryAfterMs: 1_000 }), { do: 'next' }],
])('%s', (_, step, expected) => {
  expect(step).toEqual(expected);
});
