/** What to do after a failed call, decided from the rule of its class and from what is left: pure, so it can be read as a table. */
import { failureRules, type Failure } from './failure.js';

export type NextStep =
  | { readonly do: 'retry'; readonly afterMs: number }
  | { readonly do: 'next' }
  /** Only models listed with a context of at least so many tokens, the failed model's, which held less than it is listed with; null when that is unknown. */
  | { readonly do: 'as_large'; readonly tokens: number | null }
  | { readonly do: 'stop' };

export interface Situation {
  readonly failure: Failure;
  /** Calls already made to this model, this one included; 0 when it rests and was not called. */
  readonly calls: number;
  readonly contextWindow: number | null;
  /** Whether the chain has another model after this one. */
  readonly hasNext: boolean;
  /** Whether another key of this host is free: what rests one key need not stop the other. */
  readonly otherKey: boolean;
  /** Whether the retry budget of the process allows one more call. */
  readonly budget: boolean;
  /** Milliseconds until the total deadline. */
  readonly remainingMs: number;
  /** 0 to 1: spreads retries that would otherwise come together. */
  readonly jitter: number;
}

/** A wait the provider asked for is worth it up to here when another model could answer at once. */
const patienceWithNextMs = 2_500;
/** And up to here when nobody else can. */
const patienceAloneMs = 20_000;
const firstBackoffMs = 300;

export function nextStep(situation: Situation): NextStep {
  const { failure, hasNext } = situation;
  const rule = failureRules[failure.class];
  if (rule.then === 'stop') return { do: 'stop' };
  if (rule.rests !== null && situation.otherKey && situation.budget) return { do: 'retry', afterMs: 0 };
  if (mayRetry(situation) && situation.budget) {
    const afterMs = wait(situation);
    if (afterMs !== null && afterMs < situation.remainingMs) return { do: 'retry', afterMs };
  }
  if (!hasNext) return { do: 'stop' };
  return rule.then === 'as_large' ? { do: 'as_large', tokens: situation.contextWindow } : { do: 'next' };
}

/** A model that was not called because it rests after a limit may be waited for; one whose circuit is open may not. */
function mayRetry({ failure, calls, hasNext }: Situation): boolean {
  if (calls === 0) return failure.class === 'rate_limit' && !hasNext;
  return calls <= failureRules[failure.class].retries;
}

/** How long to wait before the same model is asked again; null when it is not worth it. */
function wait({ failure, calls, hasNext, jitter }: Situation): number | null {
  if (failure.class === 'connection' && calls === 1) return 0;
  const backoff = Math.round(firstBackoffMs * 2 ** (calls - 1) * (0.8 + 0.4 * jitter));
  if (failure.class !== 'rate_limit') return backoff;
  // Without a stated wait the limit may last a minute: ask elsewhere if there is an elsewhere.
  if (failure.retryAfterMs === null) return hasNext ? null : backoff * 2;
  const patience = hasNext ? patienceWithNextMs : patienceAloneMs;
  return failure.retryAfterMs <= patience ? failure.retryAfterMs + Math.round(50 * jitter) : null;
}
