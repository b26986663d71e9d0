/** Rate limits counted in this process: exact, and enough when one API process serves. */
import { minuteMs, waitForPlaceMs, type Allowances, type Denied, type Granted, type LimitKind, type Remaining, type Standing, type Subject } from './allowances.js';
import { SlidingWindow, type Taking } from './sliding-window.js';

interface Counts {
  readonly requests: SlidingWindow;
  readonly tokens: SlidingWindow;
  running: number;
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
      counts.requests.take(1, now);
      return { counts, taking: counts.tokens.take(tokens, now) };
    });
    return {
      granted: true,
      standings: counted.map(({ subject, counts }) => standing(subject, counts, now)),
      release: once((actual) => this.settle(taken, tokens, actual)),
    };
  }

  private settle(taken: readonly { counts: Counts; taking: Taking }[], estimated: number, actual: number | null): void {
    const now = this.now();
    const excess = (actual ?? estimated) - estimated;
    for (const { counts, taking } of taken) {
      counts.running--;
      if (excess > 0) counts.tokens.take(excess, now);
      else if (excess < 0) counts.tokens.giveBack(taking, -excess, now);
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

export function once(settle: (actual: number | null) => void): (actual: number | null) => void {
  let done = false;
  return (actual) => {
    if (done) return;
    done = true;
    settle(actual);
  };
}
