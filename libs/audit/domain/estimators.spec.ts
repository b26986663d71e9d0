/** A simulator with known truth: outcomes of every choice are known, so intervals can be held to what they claim. */
import { describe, expect, it } from '@jest/globals';
import { chanceOf } from '../../event-sourcing/projections/testing/simulation.js';
import { DoublyRobust, estimateLengths, Spread, type QualityEstimate } from './estimators.js';

/** One log of an exploring policy over three choices whose true success is known, judged for a policy that takes another. */
function world(seed: number, { n, wrongPrior }: { n: number; wrongPrior: boolean }): { truth: number; estimate: QualityEstimate } {
  const chance = chanceOf(seed);
  const robust = new DoublyRobust();
  let truth = 0;
  for (let i = 0; i < n; i += 1) {
    const difficulty = chance();
    const success = [0.9 - 0.5 * difficulty, 0.8 - 0.1 * difficulty, 0.4];
    const prior = wrongPrior ? [0.5, 0.5, 0.5] : success.map((p) => p - 0.05);
    const best = 0;
    const other = difficulty > 0.5 ? 1 : 0;
    const [share, among] = [0.3, 3];
    const taken = chance() < share ? Math.floor(chance() * among) : best;
    const propensity = taken === best ? 1 - share + share / among : share / among;
    truth += success[other]! / n;
    robust.add({ propensity, same: taken === other, supported: true, reward: chance() < success[taken]! ? 1 : 0, expectedTaken: prior[taken]!, expectedOther: prior[other]! });
  }
  return { truth, estimate: robust.estimate() };
}

const covers = (worlds: readonly { truth: number; estimate: QualityEstimate }[]) =>
  worlds.filter(({ truth, estimate }) => estimate.method === 'doubly_robust' && estimate.low <= truth && truth <= estimate.high).length / worlds.length;

describe('doubly robust estimation', () => {
  it.each([false, true])('covers the truth as often as it claims (wrong prior: %s)', (wrongPrior) => {
    const share = covers(Array.from({ length: 300 }, (_, seed) => world(seed, { n: 1_000, wrongPrior })));
    // 95 % of 300 worlds, give or take three standard errors.
    expect(share).toBeGreaterThan(0.912);
    expect(share).toBeLessThan(0.99);
  });

  it('is not biased by a wrong prior', () => {
    const worlds = Array.from({ length: 150 }, (_, seed) => world(seed, { n: 1_000, wrongPrior: true }));
    const bias = worlds.reduce((sum, { truth, estimate }) => sum + (estimate.method === 'doubly_robust' ? estimate.value - truth : 0), 0) / worlds.length;
    expect(Math.abs(bias)).toBeLessThan(0.01);
  });

  it('refuses below its floors, and says why', () => {
    expect(world(1, { n: 50, wrongPrior: false }).estimate).toMatchObject({ method: 'prior', why: expect.stringContaining('below the floor of 100') });
    expect(new DoublyRobust().estimate()).toMatchObject({ method: 'prior', samples: 0 });
    const unsupported = new DoublyRobust();
    for (let i = 0; i < 1_000; i += 1) unsupported.add({ propensity: 0.9, same: i % 2 === 0, supported: i % 2 === 0, reward: 1, expectedTaken: 0.5, expectedOther: 0.5 });
    expect(unsupported.estimate()).toMatchObject({ method: 'prior', why: expect.stringContaining('in only 50 %') });
  });
});

describe('lengths of answers that were never asked for', () => {
  it('cover the truth as often as they claim', () => {
    const rounds = 600;
    let covered = 0;
    for (let seed = 0; seed < rounds; seed += 1) {
      const chance = chanceOf(seed + 1);
      const length = () => 100 + Math.floor(chance() * 900);
      const seen = new Spread();
      for (let i = 0; i < 80; i += 1) seen.add(length());
      const lengths = { rates: 0, ratesSquared: 0 };
      let truth = 0;
      for (let i = 0; i < 150; i += 1) {
        const rate = 1 + chance() * 3;
        lengths.rates += rate;
        lengths.ratesSquared += rate * rate;
        truth += rate * length();
      }
      const { low, high } = estimateLengths(lengths, seen, 600);
      if (low <= truth && truth <= high) covered += 1;
    }
    expect(covered / rounds).toBeGreaterThan(0.92);
    expect(covered / rounds).toBeLessThan(0.985);
  });

  it('fall back to the usual length, with a wide interval and by that name', () => {
    expect(estimateLengths({ rates: 2, ratesSquared: 4 }, undefined, 600)).toEqual({ value: 1200, low: 400, high: 3600, method: 'prior' });
  });
});
