/** Chaos through the whole product: a few hundred requests here, 10,000 with `npm run chaos:api`. */
import { afterAll, expect, it } from '@jest/globals';
import { chanceFrom, chaotic } from '../../libs/inference/testing/chaos.js';
import { StandIn } from '../../libs/inference/testing/stand-in/stand-in.js';
import { runningProduct } from '../cli/testing/running-product.js';
import { campaign, heldBy, type Fleet } from './testing/chaos-campaign.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

const requests = Number(process.env['CHAOS_REQUESTS'] ?? 300);
const seed = Number(process.env['CHAOS_SEED'] ?? 20_261_125);
const key = `pk_live_chaoschao_${'0123456789abcdef'.repeat(2)}`;
/** So many that circuits open now and then, and most calls are still made. */
const modelCount = 97;
/** Connections to the stores come and go with the load; one left behind by each request that went wrong would be a hundred. */
const pooled = 10;
/** Two dollars for a million tokens in, eight out. Half take a prefilled turn, half do not. */
const models = Array.from({ length: modelCount }, (_, n) => ({
  id: `${n % 2 ? 'openrouter' : 'together'}/chaos-${n}`, like: 'openai/gpt-4o-mini', name: `Chaos ${n}`, native_model_id: `chaos-${n}`,
  pricing: { input_per_million_tokens: '2', output_per_million_tokens: '8' },
}));

let provider: StandIn;
const product = runningProduct({
  env: async () => {
    const chance = chanceFrom(seed);
    provider = await StandIn.listen((request) => chaotic(request, chance));
    const host = (name: string) => ({ [`${name}_API_KEY`]: 'sk-stand-in-0000000000000000', [`${name}_BASE_URL`]: provider.url });
    return { GREATROUTER_BOOTSTRAP_KEY: key, ...host('OPENROUTER'), ...host('TOGETHER') };
  },
  overrides: { models },
});
afterAll(() => provider.close());

it(`${requests} requests through random faults: each ends once, ledger and log agree, nothing is left behind`, async () => {
  const fleet: Fleet = { url: product.url, key, log: await product.log(), provider, models: models.map(({ id }) => id) };
  await campaign(fleet, Math.min(100, requests), seed + 1);
  const before = await heldBy(product.url);
  const { endings, spent, debited, wrongs } = await campaign(fleet, requests, seed);
  expect(wrongs).toEqual([]);
  expect(debited).toBe(spent);
  expect(spent).toBeGreaterThan(0n);
  expect(endings).toMatchObject({ InferenceCompleted: expect.any(Number), InferenceFailed: expect.any(Number), InferenceCancelled: expect.any(Number) });

  const grown = async () => {
    const { sockets, timers, residentMb } = await heldBy(product.url);
    return { providersConnections: provider.connections, sockets: sockets - before.sockets, timers: timers - before.timers, residentMb };
  };
  const after = await eventually(grown, ({ providersConnections, sockets, timers }) => providersConnections === 0 && sockets <= pooled && timers <= 2);
  if (process.env['CHAOS_REQUESTS']) process.stdout.write(`${JSON.stringify({ requests, seed, endings, spent: String(spent), before, after })}\n`);
}, 1_800_000);
