import { describe, expect, it } from '@jest/globals';
import { calcPrice, extractUsage, findProvider } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { perMillionDollars, type TokenPricing, type TokenRates, type TokenTier } from '../../catalog/domain/pricing.js';
import { toDollars, toPico } from '../../money/money.js';
import { costOf } from './cost.js';
import { anthropicUsage, googleUsage, noUsage, openAiUsage, responsesUsage, type MeteredUsage } from './usage.js';

const at = '2026-11-25T12:00:00.000Z';
const rates = (perMillion: Record<string, string>): TokenRates =>
  Object.fromEntries(Object.entries(perMillion).map(([kind, dollars]) => [kind, perMillionDollars(dollars)]));

/** Raw usage as each provider sends it, and what it comes to, worked out by hand in pico-dollars. */
const golden: {
  name: string;
  read: (raw: Record<string, unknown>) => MeteredUsage;
  raw: Record<string, unknown>;
  rates: TokenRates;
  lines: [count: bigint, perToken: bigint][];
}[] = [
  {
    name: 'OpenAI: cached tokens are part of the prompt, reasoning is part of the completion',
    read: openAiUsage,
    raw: { prompt_tokens: 2000, completion_tokens: 300, total_tokens: 2300, prompt_tokens_details: { cached_tokens: 1024, audio_tokens: 0 }, completion_tokens_details: { reasoning_tokens: 128 } },
    rates: rates({ input: '1.25', cached_input: '0.125', output: '10' }),
    lines: [[976n, 1_250_000n], [1024n, 125_000n], [300n, 10_000_000n]],
  },
  {
    name: 'OpenAI audio: each modality at its own rate',
    read: openAiUsage,
    raw: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500, prompt_tokens_details: { audio_tokens: 700, cached_tokens: 0 }, completion_tokens_details: { audio_tokens: 400 } },
    rates: rates({ input: '2.5', audio_input: '32', output: '10', audio_output: '64' }),
    lines: [[300n, 2_500_000n], [700n, 32_000_000n], [100n, 10_000_000n], [400n, 64_000_000n]],
  },
  {
    name: 'xAI: reasoning is counted beside the completion',
    read: openAiUsage,
    raw: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1700, completion_tokens_details: { reasoning_tokens: 200 } },
    rates: rates({ input: '3', output: '15' }),
    lines: [[1000n, 3_000_000n], [700n, 15_000_000n]],
  },
  {
    name: 'DeepSeek: cache hits at the top level',
    read: openAiUsage,
    raw: { prompt_tokens: 1000, completion_tokens: 50, total_tokens: 1050, prompt_cache_hit_tokens: 768, prompt_cache_miss_tokens: 232 },
    rates: rates({ input: '0.27', cached_input: '0.07', output: '1.1' }),
    lines: [[232n, 270_000n], [768n, 70_000n], [50n, 1_100_000n]],
  },
  {
    name: 'Anthropic: cache reads and writes beside the input',
    read: anthropicUsage,
    raw: { input_tokens: 11, cache_creation_input_tokens: 1000, cache_read_input_tokens: 4000, output_tokens: 7, cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 0 } },
    rates: rates({ input: '3', cached_input: '0.3', cache_write: '3.75', output: '15' }),
    lines: [[11n, 3_000_000n], [4000n, 300_000n], [1000n, 3_750_000n], [7n, 15_000_000n]],
  },
  {
    name: 'Anthropic: a cache write for an hour costs twice the input',
    read: anthropicUsage,
    raw: { input_tokens: 11, cache_creation_input_tokens: 1000, cache_read_input_tokens: 4000, output_tokens: 7, cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 1000 } },
    rates: rates({ input: '3', cached_input: '0.3', cache_write: '3.75', output: '15' }),
    lines: [[11n, 3_000_000n], [4000n, 300_000n], [1000n, 6_000_000n], [7n, 15_000_000n]],
  },
  {
    name: 'Google: thoughts beside the candidates, cached audio at its own rate',
    read: googleUsage,
    raw: { promptTokenCount: 1500, cachedContentTokenCount: 1000, candidatesTokenCount: 6, thoughtsTokenCount: 40, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 500 }, { modality: 'AUDIO', tokenCount: 1000 }], cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 1000 }] },
    rates: rates({ input: '0.3', cached_input: '0.03', audio_input: '1', cached_audio_input: '0.1', output: '2.5' }),
    lines: [[500n, 300_000n], [1000n, 100_000n], [46n, 2_500_000n]],
  },
  {
    name: 'Responses: a model without a cache discount bills cached tokens as input',
    read: responsesUsage,
    raw: { input_tokens: 300, input_tokens_details: { cached_tokens: 256 }, output_tokens: 90, output_tokens_details: { reasoning_tokens: 64 }, total_tokens: 390 },
    rates: rates({ input: '20', output: '80' }),
    lines: [[300n, 20_000_000n], [90n, 80_000_000n]],
  },
];

it.each(golden)('$name, to the pico-dollar', ({ read, raw, rates: own, lines }) => {
  const cost = costOf({ pricing: { unit: 'token', rates: own }, usage: read(raw), at });
  expect(cost).toBe(lines.reduce((sum, [count, perToken]) => sum + count * perToken, 0n));
});

/** The same through an independent library, with its own prices: `{model, usage}` as the provider answers. */
const checked: [provider: string, model: string, flavor: string | undefined, read: (raw: Record<string, unknown>) => MeteredUsage, answer: Record<string, unknown>][] = [
  ['openai', 'gpt-5', 'chat', openAiUsage, { usage: golden[0]!.raw }],
  ['x-ai', 'grok-4', 'chat', openAiUsage, { usage: golden[2]!.raw }],
  ['anthropic', 'claude-sonnet-4-5', undefined, anthropicUsage, { usage: golden[4]!.raw }],
  ['anthropic', 'claude-sonnet-4-5', undefined, anthropicUsage, { usage: golden[5]!.raw }],
  ['google', 'gemini-2.5-flash', undefined, googleUsage, { usageMetadata: golden[6]!.raw }],
  ['google', 'gemini-2.5-pro', undefined, googleUsage, { usageMetadata: { promptTokenCount: 250_000, candidatesTokenCount: 600, thoughtsTokenCount: 40 } }],
  ['openai', 'o3-pro', 'responses', responsesUsage, { usage: golden[7]!.raw }],
];

it.each(checked)('agrees with genai-prices on %s %s', (providerId, model, flavor, read, answer) => {
  const whole = { model, modelVersion: model, ...answer };
  const { usage } = extractUsage(findProvider({ providerId })!, whole, flavor);
  const theirs = calcPrice(usage, model, { providerId, timestamp: new Date(at) })!;
  const raw = (answer['usage'] ?? answer['usageMetadata']) as Record<string, unknown>;
  const ours = costOf({ pricing: pricingOf(theirs.model_price as Record<string, number>), usage: read(raw), at })!;
  expect(Math.abs(Number(toDollars(ours)) - theirs.total_price)).toBeLessThan(1e-12);
});

type Tiered = number | { base: number; tiers: { start: number; price: number }[] };
const kinds = { input_mtok: 'input', cache_read_mtok: 'cached_input', cache_write_mtok: 'cache_write', output_mtok: 'output', input_audio_mtok: 'audio_input', cache_audio_read_mtok: 'cached_audio_input', output_audio_mtok: 'audio_output' } as const;

/** The library's price in our terms. */
function pricingOf(price: Record<string, Tiered>): TokenPricing {
  const own: Record<string, string> = {};
  const tiers = new Map<number, Record<string, string>>();
  for (const [theirs, kind] of Object.entries(kinds)) {
    const value = price[theirs];
    if (value === undefined) continue;
    own[kind] = String(typeof value === 'number' ? value : value.base);
    if (typeof value === 'number') continue;
    for (const { start, price: rate } of value.tiers) tiers.set(start, { ...tiers.get(start), [kind]: String(rate) });
  }
  const tierList: TokenTier[] = [...tiers].map(([above_input_tokens, tier]) => ({ above_input_tokens, rates: rates(tier) }));
  return { unit: 'token', rates: rates(own), tiers: tierList };
}

describe('what is not known', () => {
  const usage = { ...noUsage, inputTokens: 10, outputTokens: 5 };

  it('is null, never zero', () => {
    expect(costOf({ pricing: null, usage, at })).toBeNull();
    expect(costOf({ pricing: { unit: 'token', rates: rates({ input: '1' }) }, usage, at })).toBeNull();
    expect(costOf({ pricing: { unit: 'token', rates: rates({ input: '1', output: '1' }) }, usage: { ...usage, webSearches: 2 }, at })).toBeNull();
  });

  it('counts that contradict each other are not billed by guess', () => {
    expect(costOf({ pricing: { unit: 'token', rates: rates({ input: '1', output: '1' }) }, usage: { ...usage, cachedInputTokens: 11 }, at })).toBeNull();
  });
});

it('fees come on top: by request, by search context, by search', () => {
  const usage = { ...noUsage, inputTokens: 1, outputTokens: 1 };
  const pricing = (fees: TokenPricing['fees']): TokenPricing => ({ unit: 'token', rates: rates({ input: '1', output: '1' }), fees: fees! });
  const fee = (pico: string) => pico as never;
  expect(toPico(costOf({ pricing: pricing({ request: fee('5000000000') }), usage, at })!)).toBe('5002000000');
  expect(toPico(costOf({ pricing: pricing({ request_by_context: { low: fee('5'), high: fee('12') } }), usage, at, searchContext: 'high' })!)).toBe('2000012');
  expect(toPico(costOf({ pricing: pricing({ web_search: fee('10000000000') }), usage: { ...usage, webSearches: 3 }, at })!)).toBe('30002000000');
});

it('media by the unit', () => {
  expect(costOf({ pricing: { unit: 'image', price: '40000000000' as never }, usage: { ...noUsage, units: 3 }, at })).toBe(120_000_000_000n);
});

it('two halves of an answer cost what the whole costs', () => {
  const pricing: TokenPricing = { unit: 'token', rates: rates({ input: '0.27', cached_input: '0.07', output: '1.1' }) };
  const counts = fc.record({ inputTokens: fc.nat(1_000_000), cached: fc.nat(100), outputTokens: fc.nat(100_000) });
  fc.assert(
    fc.property(counts, counts, (a, b) => {
      const usage = ({ inputTokens, cached, outputTokens }: typeof a): MeteredUsage => ({ ...noUsage, inputTokens: inputTokens + cached, cachedInputTokens: cached, outputTokens });
      const both = { inputTokens: a.inputTokens + b.inputTokens, cached: a.cached + b.cached, outputTokens: a.outputTokens + b.outputTokens };
      expect(costOf({ pricing, usage: usage(both), at })).toBe(costOf({ pricing, usage: usage(a), at })! + costOf({ pricing, usage: usage(b), at })!);
    }),
  );
});
