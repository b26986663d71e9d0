import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pico, type Money } from '../money/money.js';
import { chance } from './testing/chance.js';
import { World } from './testing/simulation.js';

type Step =
  | { readonly do: 'credit' | 'refund'; readonly id: number; readonly amount: bigint }
  | { readonly do: 'request'; readonly upTo: bigint; readonly how: 'costs' | 'unpriced' | 'fails'; readonly times: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'reprice' | 'live' | 'debit' | 'pay' | 'crash' | 'retire' | 'closeOrphans' | 'expire' | 'settle' };

const money = fc.bigInt({ min: 1n, max: 10_000n });
/** What takes money back from a wallet that has spent it makes it owe. */
const story = (withDebts: boolean) => fc.array(step(withDebts), { minLength: 10, maxLength: 80, size: 'max' });
const step = (withDebts: boolean): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('credit' as const), id: fc.nat(12), amount: money }) },
    { weight: withDebts ? 2 : 0, arbitrary: fc.record({ do: fc.constant('refund' as const), id: fc.nat(6), amount: money }) },
    { weight: withDebts ? 2 : 0, arbitrary: fc.record({ do: fc.constant('reprice' as const) }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('request' as const), upTo: fc.bigInt({ min: 1n, max: 2_000n }), how: fc.constantFrom('costs', 'costs', 'costs', 'unpriced', 'fails'), times: fc.integer({ min: 1, max: 8 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1_000, 20_000, 70_000) }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('live', 'live', 'debit', 'pay', 'pay', 'pay', 'crash', 'retire', 'closeOrphans', 'expire', 'settle', 'settle', 'settle') }) },
  );

async function tell(world: World, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    switch (step.do) {
      case 'credit':
        world.credit(`c${step.id}`, pico(step.amount));
        break;
      case 'refund':
        world.refund(`f${step.id}`, pico(step.amount));
        break;
      case 'request':
        for (let n = 0; n < step.times; n++) world.request(step.upTo as Money, step.how);
        break;
      case 'pass':
        world.pass(step.ms);
        break;
      case 'settle':
        await world.settle();
        break;
      default:
        world[step.do]();
    }
  }
  await world.comeToRest();
}

/** The long campaign sets it higher. */
const runs = Number(process.env['WALLET_RUNS'] ?? 200);
/** Milliseconds: no bound on the speed, an end for what hangs. */
const patienceMs = 120_000 + runs * 60;

describe('one wallet and many processes', () => {
  it('is never overspent: available is never negative, nobody owes, and every cost is debited once', async () => {
    const seen = { recalls: 0, servedLate: 0, expired: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 4 }), story(false), async (seed, processes, steps) => {
        const world = new World(chance(seed), processes, false);
        await tell(world, steps);
        expect(world.judge.of('available')).toBe(world.judge.credited - world.judge.spent);
        seen.recalls += world.judge.recalled;
        seen.servedLate += world.servedLate;
        seen.expired += world.judge.expired;
        seen.refused += world.refused;
      }),
      { numRuns: runs },
    );
    // Processes asked each other back, requests waited and were served, or refused, and leases expired.
    for (const [what, times] of Object.entries(seen)) expect([what, times > 0]).toEqual([what, true]);
  }, patienceMs);

  it('with refunds of what is spent already and prices repaired, owes exactly that much, and available is never negative', () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 4 }), story(true), async (seed, processes, steps) => {
        const world = new World(chance(seed), processes, true);
        await tell(world, steps);
        const { credited, refunded, adjusted, spent } = world.judge;
        expect(world.judge.of('available') + world.judge.of('owed')).toBe(credited - refunded + adjusted - spent);
      }),
      { numRuns: runs },
    ), patienceMs);
});
