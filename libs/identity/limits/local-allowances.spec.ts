import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Limits } from '../domain/api-key.js';
import type { Granted, Subject } from './allowances.js';
import { LocalAllowances } from './local-allowances.js';

const limits = (part: Partial<Limits>): Limits => ({ requestsPerMinute: null, tokensPerMinute: null, concurrentRequests: null, ...part });
const key = (part: Partial<Limits>): Subject => ({ id: '{org}:key', limits: limits(part) });
const org = (part: Partial<Limits>): Subject => ({ id: '{org}', limits: limits(part) });
const minute = 60_000;

function clocked(startMs = 1_000_000) {
  const clock = { now: startMs };
  return { clock, allowances: new LocalAllowances(() => clock.now) };
}

describe('requests a minute', () => {
  it('are admitted to the last one, and refused with the exact wait', () => {
    const { clock, allowances } = clocked();
    const subject = [key({ requestsPerMinute: 2 })];
    expect(allowances.take(subject, 0).granted).toBe(true);
    clock.now += 10_000;
    expect(allowances.take(subject, 0).granted).toBe(true);
    expect(allowances.take(subject, 0)).toMatchObject({ granted: false, kind: 'requests', waitMs: 50_000 });
    clock.now += 49_999;
    expect(allowances.take(subject, 0)).toMatchObject({ granted: false, waitMs: 1 });
    clock.now += 1;
    expect(allowances.take(subject, 0).granted).toBe(true);
  });

  it('are not eaten by rejected requests', () => {
    const { clock, allowances } = clocked();
    const subject = [key({ requestsPerMinute: 1 })];
    allowances.take(subject, 0);
    for (let n = 0; n < 1_000; n++) {
      clock.now += 50;
      expect(allowances.take(subject, 0).granted).toBe(false);
    }
    clock.now += minute - 50_000;
    expect(allowances.take(subject, 0).granted).toBe(true);
  });

  it('of the key are not eaten by what the organization rejects, nor the other way round', () => {
    const { allowances } = clocked();
    allowances.take([org({ requestsPerMinute: 1 })], 0);
    expect(allowances.take([key({ requestsPerMinute: 1 }), org({ requestsPerMinute: 1 })], 0)).toMatchObject({ granted: false, subject: { id: '{org}' } });
    expect(allowances.take([key({ requestsPerMinute: 1 })], 0).granted).toBe(true);
  });
});

it('takes back all of a request that was refused further on, once', () => {
  const { allowances } = clocked();
  const subject = [key({ requestsPerMinute: 2, tokensPerMinute: 100, concurrentRequests: 1 })];
  const lease = allowances.take(subject, 100) as Granted;
  lease.withdraw();
  lease.withdraw();
  lease.release(50);
  const second = allowances.take(subject, 100) as Granted;
  expect(second).toMatchObject({ granted: true, standings: [{ requests: { left: 1 }, tokens: { left: 0 } }] });
});

describe('tokens a minute', () => {
  it('are reserved by the estimate and trued up by the use', () => {
    const { allowances } = clocked();
    const subject = [key({ tokensPerMinute: 100 })];
    const lease = allowances.take(subject, 80) as Granted;
    expect(allowances.take(subject, 30)).toMatchObject({ granted: false, kind: 'tokens' });
    lease.release(10);
    expect(allowances.take(subject, 90).granted).toBe(true);
    expect(allowances.take(subject, 1).granted).toBe(false);
  });

  it('used beyond the estimate count from the moment they are known', () => {
    const { clock, allowances } = clocked();
    const subject = [key({ tokensPerMinute: 100 })];
    const lease = allowances.take(subject, 10) as Granted;
    clock.now += 50_000;
    lease.release(100);
    clock.now += 10_000;
    expect(allowances.take(subject, 20)).toMatchObject({ granted: false, waitMs: 50_000 });
    expect(allowances.take(subject, 10).granted).toBe(true);
  });

  it('are given back once, however often the lease is released', () => {
    const { allowances } = clocked();
    const subject = [key({ tokensPerMinute: 100, concurrentRequests: 1 })];
    const lease = allowances.take(subject, 100) as Granted;
    lease.release(60);
    lease.release(0);
    expect(allowances.take(subject, 41).granted).toBe(false);
    expect(allowances.take(subject, 40).granted).toBe(true);
    expect(allowances.take(subject, 0)).toMatchObject({ granted: false, kind: 'concurrency' });
  });

  it('larger than the limit can never be granted', () => {
    const { allowances } = clocked();
    expect(allowances.take([key({ tokensPerMinute: 100 })], 101)).toMatchObject({ granted: false, waitMs: Infinity });
  });
});

it('keeps as many at once as the limit says, and frees a place at every end', () => {
  const { allowances } = clocked();
  const subject = [key({ concurrentRequests: 2 })];
  const [first] = [allowances.take(subject, 0) as Granted, allowances.take(subject, 0) as Granted];
  expect(allowances.take(subject, 0)).toMatchObject({ granted: false, kind: 'concurrency' });
  first.release(null);
  expect(allowances.take(subject, 0).granted).toBe(true);
});

describe('for any traffic', () => {
  const steps = fc.array(
    fc.record({ wait: fc.integer({ min: 0, max: 9_000 }), tokens: fc.integer({ min: 0, max: 40 }), actual: fc.option(fc.integer({ min: 0, max: 40 })), hold: fc.integer({ min: 0, max: 20 }) }),
    { maxLength: 150 },
  );

  /** The model: every taking with its moment, counted by looking at all of them. */
  it('grants exactly what a count over the last minute allows, and nothing else', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 20, max: 200 }), fc.integer({ min: 1, max: 8 }), (traffic, requestLimit, tokenLimit, places) => {
        const { clock, allowances } = clocked();
        const subject = [key({ requestsPerMinute: requestLimit, tokensPerMinute: tokenLimit, concurrentRequests: places })];
        const requests: number[] = [];
        const tokens: { at: number; amount: number }[] = [];
        const running: { ends: number; tokens: number; actual: number | null; lease: Granted; taken: { at: number; amount: number } }[] = [];
        const live = (at: number) => clock.now - at < minute;
        traffic.forEach((step, index) => {
          clock.now += step.wait;
          for (const each of running.filter(({ ends }) => ends === index)) {
            running.splice(running.indexOf(each), 1);
            each.lease.release(each.actual);
            const excess = (each.actual ?? each.tokens) - each.tokens;
            if (excess > 0) tokens.push({ at: clock.now, amount: excess });
            else each.taken.amount += excess;
          }
          const used = tokens.filter(({ at }) => live(at)).reduce((sum, { amount }) => sum + amount, 0);
          const allowed =
            requests.filter(live).length < requestLimit && (step.tokens === 0 || used + step.tokens <= tokenLimit) && running.length < places;
          const result = allowances.take(subject, step.tokens);
          expect(result.granted).toBe(allowed);
          if (!result.granted) return;
          requests.push(clock.now);
          const taken = { at: clock.now, amount: step.tokens };
          tokens.push(taken);
          running.push({ ends: index + 1 + step.hold, tokens: step.tokens, actual: step.actual, lease: result, taken });
        });
      }),
      { numRuns: 300 },
    );
  });

  it('grants at the end of the wait it named, and not a millisecond before', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (waits, limit) => {
        const { clock, allowances } = clocked();
        const subject = [key({ requestsPerMinute: limit })];
        for (const wait of waits) {
          clock.now += wait;
          const result = allowances.take(subject, 0);
          if (result.granted) continue;
          clock.now += result.waitMs - 1;
          expect(allowances.take(subject, 0).granted).toBe(false);
          clock.now += 1;
          expect(allowances.take(subject, 0).granted).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

it('forgets whoever has been quiet for a minute', () => {
  const { clock, allowances } = clocked();
  for (let n = 0; n < 500; n++) (allowances.take([{ id: `key_${n}`, limits: limits({ requestsPerMinute: 5 }) }], 1) as Granted).release(null);
  clock.now += 2 * minute;
  allowances.take([key({ requestsPerMinute: 5 })], 0);
  expect((allowances as unknown as { counts: Map<string, unknown> }).counts.size).toBe(1);
});
