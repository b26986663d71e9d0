import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { healthAt, observe, unknownHealth, windowAt, type HealthOutcome, type ModelHealth } from './health.js';

const start = Date.UTC(2026, 0, 1);
const minute = 60_000;
const success = (atMs: number, latencyMs = 300): HealthOutcome => ({ kind: 'success', atMs, latencyMs, ttftMs: 50 });
const failure = (atMs: number): HealthOutcome => ({ kind: 'failure', atMs });
const after = (...outcomes: HealthOutcome[]): ModelHealth => outcomes.reduce(observe, unknownHealth);
const times = <T>(n: number, of: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => of(i));

describe('health of a model', () => {
  it('is not degraded when nothing is known', () => expect(healthAt(unknownHealth, start)).toEqual({ degraded: false, latencyPenalty: 0 }));

  it('is degraded by three failures in a row, not by two', () => {
    expect(healthAt(after(failure(start), failure(start)), start).degraded).toBe(false);
    expect(healthAt(after(failure(start), failure(start), failure(start)), start).degraded).toBe(true);
  });

  it('is degraded when half of at least ten recent outcomes failed, though never in a row', () => {
    const alternating = times(10, (i) => (i % 2 === 0 ? success(start + i) : failure(start + i)));
    expect(healthAt(after(...alternating), start + 10).degraded).toBe(true);
    expect(healthAt(after(...alternating.slice(0, 8)), start + 10).degraded).toBe(false);
  });

  it('returns after the quarantine without any probe, and one more failure doubles it', () => {
    const tripped = after(...times(3, () => failure(start)));
    expect(healthAt(tripped, start + minute - 1).degraded).toBe(true);
    expect(healthAt(tripped, start + minute).degraded).toBe(false);
    const again = observe(tripped, failure(start + 2 * minute));
    expect(healthAt(again, start + 4 * minute - 1).degraded).toBe(true);
    expect(healthAt(again, start + 4 * minute).degraded).toBe(false);
  });

  it('does not lengthen the quarantine for failures of calls that were under way when it tripped', () => {
    const tripped = after(...times(6, (i) => failure(start + i)));
    expect(tripped.trips).toBe(1);
  });

  it('never quarantines longer than sixteen minutes, and forgets trips after an hour without failure', () => {
    const often = after(...times(3, () => failure(start)), ...times(12, (i) => failure(start + (i + 1) * 20 * minute)));
    const last = start + 12 * 20 * minute;
    expect(healthAt(often, last + 16 * minute - 1).degraded).toBe(true);
    expect(healthAt(often, last + 16 * minute).degraded).toBe(false);
    expect(observe(often, failure(last + 61 * minute)).trips).toBe(1);
  });

  it('needs three successes in a row to be trusted again', () => {
    const tripped = after(...times(3, () => failure(start)));
    const two = [success(start + 1), success(start + 2)].reduce(observe, tripped);
    expect(healthAt(two, start + 3).degraded).toBe(true);
    expect(healthAt(observe(two, success(start + 3)), start + 3).degraded).toBe(false);
  });

  it('is penalised when slower than twice its own baseline, until below one and a half times', () => {
    const usual = times(100, (i) => success(start + i, 300));
    const slowed = after(...usual, ...times(12, (i) => success(start + 200 + i, 1500)));
    expect(slowed.slow).toBe(true);
    expect(healthAt(slowed, start + 300).latencyPenalty).toBeGreaterThan(0.1);
    const between = times(8, (i) => success(start + 300 + i, 600)).reduce(observe, slowed);
    expect(between.slow).toBe(true);
    const recovered = times(40, (i) => success(start + 400 + i, 300)).reduce(observe, between);
    expect(healthAt(recovered, start + 500).latencyPenalty).toBe(0);
  });

  it('lets the penalty fade over ten quiet minutes', () => {
    const slowed = after(...times(100, (i) => success(start + i, 300)), ...times(20, (i) => success(start + 200 + i, 3000)));
    const at = (minutes: number) => healthAt(slowed, slowed.lastOutcomeMs + minutes * minute).latencyPenalty;
    expect(at(0)).toBeGreaterThan(at(5));
    expect(at(5)).toBeGreaterThan(0);
    expect(at(10)).toBe(0);
  });

  it('counts the last hour and forgets what is older', () => {
    const health = after(success(start, 100), failure(start), success(start + 30 * minute, 300));
    expect(windowAt(health, start + 30 * minute)).toMatchObject({ successes: 2, failures: 1, avgLatencyMs: 200, avgTtftMs: 50 });
    expect(windowAt(health, start + 61 * minute)).toMatchObject({ successes: 1, failures: 0, avgLatencyMs: 300 });
    expect(windowAt(health, start + 200 * minute)).toMatchObject({ successes: 0, avgLatencyMs: null, p95LatencyMs: null });
  });

  it('gives percentiles as bounds of its histogram', () => {
    const health = after(...times(98, () => success(start, 300)), success(start, 5000), success(start, 9e9));
    expect(windowAt(health, start)).toMatchObject({ p50LatencyMs: 300, p95LatencyMs: 300, p99LatencyMs: 5000 });
  });

  it('stays small, plain and within its bounds whatever happens', () =>
    fc.assert(
      fc.property(fc.array(fc.record({ ok: fc.boolean(), step: fc.integer({ min: -1000, max: 400_000 }), latency: fc.integer({ min: 0, max: 200_000 }) }), { maxLength: 80 }), (steps) => {
        let now = start;
        const health = steps.reduce((current, { ok, step, latency }) => observe(current, ok ? success((now += step), latency) : failure((now += step))), unknownHealth);
        const { latencyPenalty } = healthAt(health, now);
        expect(health.slots.length).toBeLessThanOrEqual(12);
        expect(latencyPenalty).toBeGreaterThanOrEqual(0);
        expect(latencyPenalty).toBeLessThanOrEqual(1);
        expect(JSON.parse(JSON.stringify(health))).toEqual(health);
        expect(health.slots.map((slot) => slot.slot)).toEqual([...health.slots.map((slot) => slot.slot)].sort((a, b) => a - b));
      }),
    ));
});
