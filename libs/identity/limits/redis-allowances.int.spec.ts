import { afterEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { describeWithRedis } from '../../platform/testing/redis.js';
import { unlimited, type Limits } from '../domain/api-key.js';
import type { Denied, Granted, Subject } from './allowances.js';
import { RedisAllowances, type RedisAllowancesOptions } from './redis-allowances.js';
import { eventually } from '../../platform/testing/eventually.js';

const minute = 60_000;
const slice = minute / 100;
let subjects = 0;
/** Never the same twice, so that tests share a server and no counts. */
const fresh = (part: Partial<Limits>): Subject[] => [{ id: `{org}:${++subjects}`, limits: { ...unlimited, ...part } }];

describeWithRedis('rate limits across processes', (redis) => {
  const open: RedisAllowances[] = [];
  afterEach(() => open.splice(0).forEach((each) => each.onApplicationShutdown()));

  /** Each as its own process would have it: its own connection and its own memory. */
  async function processes(count: number, options: Partial<RedisAllowancesOptions> = {}): Promise<RedisAllowances[]> {
    const made = Array.from({ length: count }, () => new RedisAllowances(redis().url, { onOutage: fail, ...options }));
    open.push(...made);
    await Promise.all(made.map((each) => each.connected()));
    return made;
  }
  const fail = (error: unknown) => {
    throw error;
  };

  it('admit together what one process would: 4 processes, 2,000 requests, 400 a minute', async () => {
    const all = await processes(4);
    const subject = fresh({ requestsPerMinute: 500, tokensPerMinute: 4_000 });
    // Each keeps 20 under way: more at once would measure the machine, not the count.
    const client = async (each: RedisAllowances) => {
      const results: (Granted | Denied)[] = [];
      while (results.length < 500) results.push(...(await Promise.all(Array.from({ length: 20 }, () => each.take(subject, 10)))));
      return results;
    };
    const results = (await Promise.all(all.map(client))).flat();
    expect(results.filter(({ granted }) => granted)).toHaveLength(400);
    expect(results.find(({ granted }) => !granted)).toMatchObject({ kind: 'tokens' });
  });

  it('keep as many at once as the limit says, whoever runs them', async () => {
    const [one, two] = await processes(2);
    const subject = fresh({ concurrentRequests: 3 });
    const leases = (await Promise.all([one!, two!, one!].map((each) => each.take(subject, 0)))) as Granted[];
    expect(await two!.take(subject, 0)).toMatchObject({ granted: false, kind: 'concurrency' });
    leases[0]!.release(0);
    // Commands of one connection are answered in order: the release went out before.
    expect(await one!.take(subject, 0)).toMatchObject({ granted: true });
  });

  it('free the places of a process that died', async () => {
    const clock = { now: 1_000_000 };
    const [one, two] = await processes(2, { clock: () => clock.now });
    const subject = fresh({ concurrentRequests: 1 });
    await one!.take(subject, 0);
    one!.onApplicationShutdown();
    clock.now += 29_999;
    expect(await two!.take(subject, 0)).toMatchObject({ granted: false });
    clock.now += 1;
    expect(await two!.take(subject, 0)).toMatchObject({ granted: true });
  });

  it('are trued up when a request ends', async () => {
    const [one] = await processes(1);
    const subject = fresh({ tokensPerMinute: 100 });
    const lease = (await one!.take(subject, 100)) as Granted;
    lease.release(40);
    lease.release(0);
    expect(await one!.take(subject, 61)).toMatchObject({ granted: false, kind: 'tokens' });
    const second = (await one!.take(subject, 60)) as Granted;
    second.release(70);
    expect(await one!.take(subject, 1)).toMatchObject({ granted: false });
  });

  it('take back all of a request that was refused further on', async () => {
    const [one] = await processes(1);
    const subject = fresh({ requestsPerMinute: 1, tokensPerMinute: 100, concurrentRequests: 1 });
    const lease = (await one!.take(subject, 100)) as Granted;
    lease.withdraw();
    lease.release(100);
    expect(await one!.take(subject, 100)).toMatchObject({ granted: true, standings: [{ requests: { left: 0 }, tokens: { left: 0 } }] });
  });

  it('refuse for ever what is larger than the limit', async () => {
    const [one] = await processes(1);
    expect(await one!.take(fresh({ tokensPerMinute: 10 }), 11)).toMatchObject({ granted: false, waitMs: Infinity });
  });

  it('are never passed in any minute, and never more than a hundredth of one late, for any traffic', async () => {
    // Also just around a minute later, where a slice too few or too many shows.
    const waits = fc.oneof(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 8_000 }), fc.integer({ min: minute - 2 * slice, max: minute + 2 * slice }));
    const traffic = fc.array(fc.record({ wait: waits, tokens: fc.integer({ min: 0, max: 40 }), process: fc.integer({ min: 0, max: 1 }) }), { maxLength: 60 });
    const clock = { now: 1_000_000 };
    const both = await processes(2, { clock: () => clock.now });
    await fc.assert(
      fc.asyncProperty(traffic, fc.integer({ min: 1, max: 15 }), fc.integer({ min: 20, max: 150 }), async (steps, requestLimit, tokenLimit) => {
        const subject = fresh({ requestsPerMinute: requestLimit, tokensPerMinute: tokenLimit });
        const taken: { at: number; tokens: number }[] = [];
        const fits = (tokens: number, window: number) => {
          const counting = taken.filter(({ at }) => clock.now - at < window);
          return counting.length < requestLimit && (tokens === 0 || counting.reduce((sum, each) => sum + each.tokens, tokens) <= tokenLimit);
        };
        for (const step of steps) {
          clock.now += step.wait;
          const { granted } = await both[step.process]!.take(subject, step.tokens);
          if (granted && !fits(step.tokens, minute)) throw new Error('granted what the minute does not allow');
          if (!granted && fits(step.tokens, minute + slice)) throw new Error('refused what has been allowed for longer than a slice');
          if (granted) taken.push({ at: clock.now, tokens: step.tokens });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('name a wait after which the request is granted', async () => {
    const clock = { now: 1_000_300 };
    const [one] = await processes(1, { clock: () => clock.now });
    const subject = fresh({ requestsPerMinute: 2 });
    await one!.take(subject, 0);
    clock.now += 7_000;
    await one!.take(subject, 0);
    clock.now += 1_000;
    const refused = await one!.take(subject, 0);
    expect(refused).toMatchObject({ granted: false, standings: [{ requests: { limit: 2, left: 0 } }] });
    if (refused.granted) return;
    expect(refused.waitMs).toBeLessThanOrEqual(52_000 + slice);
    clock.now += refused.waitMs;
    expect(await one!.take(subject, 0)).toMatchObject({ granted: true });
  });

  it('leave nothing behind in Redis once a minute has passed in quiet', async () => {
    const [one] = await processes(1, { windowMs: 200 });
    const subject = fresh({ requestsPerMinute: 5, tokensPerMinute: 50 });
    const keys = () => (one as unknown as { redis: { keys(pattern: string): Promise<string[]> } }).redis.keys(`gr:limit:${subject[0]!.id}:*`);
    // Sent together, and answered in order: no time passes between them.
    const [granted, kept] = await Promise.all([one!.take(subject, 10), keys()]);
    expect(kept.length).toBeGreaterThan(0);
    (granted as Granted).release(5);
    await eventually(keys, ({ length }) => length === 0);
  });
});

describeWithRedis('rate limits when Redis is slow for a moment', (redis) => {
  it('are shared again as soon as it answers, and a second outage is told as well', async () => {
    const outages: unknown[] = [];
    const allowances = new RedisAllowances(redis().url, { onOutage: (error) => outages.push(error) });
    const operator = new Redis(redis().url);
    try {
      await allowances.connected();
      const subject = fresh({ requestsPerMinute: 100 });
      for (const told of [1, 2]) {
        await operator.call('CLIENT', 'PAUSE', '900', 'ALL');
        await allowances.take(subject, 0);
        expect(outages).toHaveLength(told);
        // Answered once the pause is over. What was given up on is counted then too: late, and on the safe side.
        await operator.ping();
        expect(await allowances.take(subject, 0)).toMatchObject({ granted: true, standings: [{ requests: { left: 100 - 2 * told } }] });
      }
    } finally {
      operator.disconnect();
      allowances.onApplicationShutdown();
    }
  });
});

describeWithRedis('rate limits when Redis is gone', (redis) => {
  it('are counted by each process for itself, and told once', async () => {
    const outages: unknown[] = [];
    const allowances = new RedisAllowances(redis().url, { onOutage: (error) => outages.push(error) });
    try {
      await allowances.connected();
      const subject = fresh({ requestsPerMinute: 2 });
      await allowances.take(subject, 0);
      await redis().kill();
      const results = [await allowances.take(subject, 0), await allowances.take(subject, 0), await allowances.take(subject, 0)];
      expect(results.map(({ granted }) => granted)).toEqual([true, true, false]);
      expect(outages).toHaveLength(1);
    } finally {
      allowances.onApplicationShutdown();
    }
  });
});
