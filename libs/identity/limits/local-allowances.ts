/** Rate limits counted in this process: exact, and enough when one API process serves. */
import { minuteMs, waitForPlaceMs, type Allowances, type Denied, type Granted, type LimitKind, type Remaining, type Standing, type Subject } from './allowances.js';
import { SlidingWindow, type Taking } from './sliding-window.js';

interface Counts {
  readonly requests: SlidingWindow;
  readonly tokens: SlidingWindow;
  running: number;
}

interface Taken {
  readonly counts: Counts;
  readonly request: Taking;
  readonly tokens: Taking;
}

export class LocalAllowances implements Allowances {
  private readonly counts = new Map<string, Counts>();
  private nextSweep = 0;

  /** @param now milliseconds that never go back; @param windowMs the length of the "minute". */
  constructor(
    private readonly now: () => number = () => Math.floor(performance.now()),
    private readonly windowMs = minuteMs,
  ) {}

  take(subjects: readonly Subject[], tokens: number): Granted | Denied {
    const now = this.now();
    this.sweep(now);
    const counted = subjects.map((subject) => ({ subject, counts: this.countsOf(subject.id) }));
    for (const { subject, counts } of counted) {
      const refusal = firstRefusal(subject, counts, { tokens, now });
      if (refusal) return { granted: false, subject, ...refusal, standings: counted.map((each) => standing(each.subject, each.counts, now)) };
    }
    const taken = counted.map(({ counts }) => {
      counts.running++;
      return { counts, request: counts.requests.take(1, now), tokens: counts.tokens.take(tokens, now) };
    });
    const end = once<number | null | 'withdrawn'>((how) => (how === 'withdrawn' ? this.undo(taken, tokens) : this.settle(taken, tokens, how)));
    return {
      granted: true,
      standings: counted.map(({ subject, counts }) => standing(subject, counts, now)),
      release: end,
      withdraw: () => end('withdrawn'),
    };
  }

  private undo(taken: readonly Taken[], estimated: number): void {
    const now = this.now();
    for (const { counts, request } of taken) counts.requests.giveBack(request, 1, now);
    this.settle(taken, estimated, 0);
  }

  private settle(taken: readonly Taken[], estimated: number, actual: number | null): void {
    const now = this.now();
    const excess = (actual ?? estimated) - estimated;
    for (const { counts, tokens } of taken) {
      counts.running--;
      if (excess > 0) counts.tokens.take(excess, now);
      else if (excess < 0) counts.tokens.giveBack(tokens, -excess, now);
    }
  }

  private countsOf(id: string): Counts {
    let counts = this.counts.get(id);
    if (!counts) this.counts.set(id, (counts = { requests: new SlidingWindow(this.windowMs), tokens: new SlidingWindow(this.windowMs), running: 0 }));
    return counts;
  }

  /** Whoever has been quiet for a whole window is forgotten. */
  private sweep(now: number): void {
    if (now < this.nextSweep) return;
    this.nextSweep = now + this.windowMs;
    for (const [id, { requests, tokens, running }] of this.counts) {
      if (running === 0 && requests.used(now) === 0 && tokens.used(now) === 0) this.counts.delete(id);
    }
  }
}

function firstRefusal({ limits }: Subject, counts: Counts, { tokens, now }: { tokens: number; now: number }): { kind: LimitKind; waitMs: number } | null {
  const { requestsPerMinute, tokensPerMinute, concurrentRequests } = limits;
  if (requestsPerMinute !== null) {
    const waitMs = counts.requests.waitFor(1, requestsPerMinute, now);
    if (waitMs > 0) return { kind: 'requests', waitMs };
  }
  if (tokensPerMinute !== null && tokens > 0) {
    const waitMs = counts.tokens.waitFor(tokens, tokensPerMinute, now);
    if (waitMs > 0) return { kind: 'tokens', waitMs };
  }
  if (concurrentRequests !== null && counts.running >= concurrentRequests) return { kind: 'concurrency', waitMs: waitForPlaceMs };
  return null;
}

const standing = ({ limits }: Subject, { requests, tokens }: Counts, now: number): Standing => ({
  requests: remaining(limits.requestsPerMinute, requests, now),
  tokens: remaining(limits.tokensPerMinute, tokens, now),
});

const remaining = (limit: number | null, window: SlidingWindow, now: number): Remaining | null =>
  limit === null ? null : { limit, left: Math.max(0, limit - window.used(now)), resetMs: window.resetIn(now) };

/** Lets only the first call through. */
export function once<T>(act: (value: T) => void): (value: T) => void {
  let done = false;
  return (value) => {
    if (done) return;
    done = true;
    act(value);
  };
}
