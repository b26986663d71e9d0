import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aModel, perMillion } from '../../catalog/testing/a-model.js';
import { embeds, type CatalogModel } from '../../catalog/domain/model.js';
import { shippedModels } from '../testing/shipped-view.js';
import { benchmarkScales, skills, type Skill } from './ability-scale.js';
import { abilitiesOfLine, difficultyOf, successOf } from './quality.js';

const models = shippedModels().filter((model) => !embeds(model));
const byLine = new Map<string, CatalogModel[]>();
for (const model of models) byLine.set(model.catalog_family, [...(byLine.get(model.catalog_family) ?? []), model]);
const beliefs = new Map(
  [...byLine.values()].flatMap((line) => {
    line.sort((a, b) => (a.id < b.id ? -1 : 1));
    return abilitiesOfLine(line).map((abilities, i) => [line[i]!.id as string, abilities] as const);
  }),
);
const ability = (id: string, skill: Skill) => beliefs.get(id)![skills.indexOf(skill)]!;
const alone = (model: CatalogModel, skill: Skill) => abilitiesOfLine([model])[0]![skills.indexOf(skill)]!;

/** Accuracy of models on benchmarks that the ability scale does not use: LLMRouterBench (arXiv 2601.07206), tables 9 and 10. */
const held: Readonly<Record<string, Readonly<Record<'AIME' | 'LiveCodeBench' | 'MMLU-Pro' | 'ArenaHard', number>>>> = {
  'deepseek/deepseek-r1-0528': { AIME: 85, LiveCodeBench: 80.09, 'MMLU-Pro': 84.23, ArenaHard: 63.53 },
  'deepseek/deepseek-chat-v3-0324': { AIME: 43.33, LiveCodeBench: 66.64, 'MMLU-Pro': 78, ArenaHard: 60.13 },
  'deepseek/deepseek-v3.1-terminus': { AIME: 55, LiveCodeBench: 67.3, 'MMLU-Pro': 84.03, ArenaHard: 66.27 },
  'google/gemini-2.5-flash': { AIME: 63.33, LiveCodeBench: 60, 'MMLU-Pro': 80.93, ArenaHard: 55.53 },
  'google/gemini-2.5-pro': { AIME: 85, LiveCodeBench: 79.15, 'MMLU-Pro': 85.67, ArenaHard: 77 },
  'zai/glm-4.6': { AIME: 81.67, LiveCodeBench: 63.13, 'MMLU-Pro': 80.33, ArenaHard: 66.4 },
  'openai/gpt-5': { AIME: 88.33, LiveCodeBench: 86.45, 'MMLU-Pro': 87.37, ArenaHard: 69.73 },
  'moonshotai/kimi-k2-0905': { AIME: 65, LiveCodeBench: 67.3, 'MMLU-Pro': 80.3, ArenaHard: 71.07 },
  'qwen/qwen3-235b-a22b-thinking-2507': { AIME: 86.67, LiveCodeBench: 78.39, 'MMLU-Pro': 79.47, ArenaHard: 73.93 },
};

/** Mean and spread of the abilities that one benchmark gives, over the models that `others` also rank. */
function equated(name: string, other: string | null): { mean: number; spread: number; count: number } {
  const { transform, slope, offset } = benchmarkScales[name]!;
  const bounded = (score: number) => Math.min(99, Math.max(1, score));
  const abilityOf = (score: number) => slope * (transform === 'linear' ? score : Math.log(bounded(score) / (100 - bounded(score)))) + offset;
  const scored = models.filter(({ benchmarks }) => benchmarks[name] !== undefined && (other === null || benchmarks[other] !== undefined));
  const abilities = scored.map(({ benchmarks }) => abilityOf(benchmarks[name]!));
  const mean = abilities.reduce((sum, value) => sum + value, 0) / abilities.length;
  return { mean, spread: Math.sqrt(abilities.reduce((sum, value) => sum + (value - mean) ** 2, 0) / abilities.length), count: abilities.length };
}

/** Rank correlation (Spearman). */
function spearman(pairs: readonly (readonly [number, number])[]): number {
  const ranks = (values: readonly number[]) => values.map((value) => values.filter((other) => other < value).length + values.filter((other) => other === value).length / 2);
  const [x, y] = [ranks(pairs.map(([a]) => a)), ranks(pairs.map(([, b]) => b))];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  const spread = (values: readonly number[], middle: number) => Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0));
  return covariance / (spread(x, mx) * spread(y, my));
}

describe('ability', () => {
  it.each([
    ['AIME', 'math', 0.3],
    ['LiveCodeBench', 'coding', 0.2],
    ['MMLU-Pro', 'knowledge', 0.5],
    ['ArenaHard', 'chat', 0.4],
  ] as const)('orders models as %s does, which it never saw', (benchmark, skill, least) => {
    expect(spearman(Object.entries(held).map(([id, scores]) => [ability(id, skill).mean, scores[benchmark]]))).toBeGreaterThan(least);
  });

  it.each(Object.keys(benchmarkScales))('is given by %s on the same scale as by the others, over the catalogue as shipped', (name) => {
    const media = !benchmarkScales[name]!.measures.some((skill) => skills.indexOf(skill) < skills.indexOf('image'));
    if (media) {
      const { mean, spread } = equated(name, null);
      expect(Math.abs(mean)).toBeLessThan(0.1);
      expect(Math.abs(spread - 1)).toBeLessThan(0.1);
      return;
    }
    const [own, anchor] = [equated(name, 'aa_intelligence_index'), equated('aa_intelligence_index', name)];
    const few = own.count < 20;
    expect(Math.abs(own.mean - anchor.mean)).toBeLessThan(few ? 0.5 : 0.25);
    expect(Math.abs(own.spread - anchor.spread)).toBeLessThan(few ? 0.5 : 0.35);
  });

  it('is believed, with a finite spread, of every model for its own task', () => {
    for (const [id, abilities] of beliefs) {
      for (const { mean, spread } of abilities) expect({ id, ok: Number.isFinite(mean) && spread > 0 }).toEqual({ id, ok: true });
    }
  });

  it('is surer the more is published', () => {
    const scores = { gpqa_diamond: 80, aa_coding_index: 50, ifbench: 60 };
    const none = alone(aModel(), 'coding');
    const some = alone(aModel({ benchmarks: { gpqa_diamond: scores.gpqa_diamond } }), 'coding');
    const all = alone(aModel({ benchmarks: scores }), 'coding');
    expect(none.spread).toBeGreaterThan(some.spread);
    expect(some.spread).toBeGreaterThan(all.spread);
  });

  it('of a model without a score follows its line, and in between its price, age and kind', () => {
    const strong = aModel({ id: 'acme/strong', benchmarks: { aa_intelligence_index: 60, gpqa_diamond: 92 } });
    const unknown = aModel({ id: 'acme/unknown' });
    expect(abilitiesOfLine([strong, unknown])[1]![0]!.mean).toBeGreaterThan(alone(unknown, 'chat').mean);
    expect(alone(aModel({ pricing: perMillion('8', '24') }), 'chat').mean).toBeGreaterThan(alone(unknown, 'chat').mean);
    expect(alone(aModel({ released: '2024-05-01' }), 'chat').mean).toBeLessThan(alone(unknown, 'chat').mean);
    expect(alone(aModel({ capabilities: ['text_generation', 'reasoning'] }), 'chat').mean).toBeGreaterThan(alone(unknown, 'chat').mean);
  });

  it('of a benchmark nobody knows changes nothing', () => {
    expect(alone(aModel({ benchmarks: { brand_new_bench: 99 } }), 'math')).toEqual(alone(aModel(), 'math'));
  });

  it('rises with every score, whatever the benchmark', () => {
    for (const [name, { transform, measures }] of Object.entries(benchmarkScales)) {
      const category = measures[0] === 'text_to_speech' ? 'speech' : /image/.test(measures[0]!) && !/video/.test(measures[0]!) ? 'image' : /video/.test(measures[0]!) ? 'video' : 'llm';
      const scored = (score: number) => alone(aModel({ category, benchmarks: { [name]: score } }), measures[0]!).mean;
      const [low, high] = transform === 'logit' ? [20, 60] : [1_000, 1_300];
      expect({ name, rises: scored(high) > scored(low) }).toEqual({ name, rises: true });
    }
  });

  it('of one lucky figure is held back by its uncertainty', () => {
    const least = (benchmarks: CatalogModel['benchmarks']) => {
      const { mean, spread } = alone(aModel({ benchmarks }), 'chat');
      return mean - spread / 2;
    };
    expect(least({ ifbench: 90 })).toBeLessThan(least({ ifbench: 75, aa_intelligence_index: 58, gpqa_diamond: 90, arena_text_elo: 1480 }));
    expect(least({ ifbench: 99 })).toBeLessThan(least({ ifbench: 90 }) + 0.2);
  });
});

describe('expected success', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const level = fc.double({ min: -4, max: 4, noNaN: true });

  it('is a probability, falls with difficulty and rises with ability', () => {
    fc.assert(
      fc.property(unit, unit, level, level, fc.boolean(), (a, b, low, high, language) => {
        const success = (ability: number, complexity: number) => successOf(ability, difficultyOf(complexity, language), language);
        expect(success(low, a)).toBeGreaterThan(0);
        expect(success(low, a)).toBeLessThan(1);
        expect(success(low, Math.max(a, b))).toBeLessThanOrEqual(success(low, Math.min(a, b)));
        expect(success(Math.max(low, high), a)).toBeGreaterThanOrEqual(success(Math.min(low, high), a));
      }),
    );
  });

  it('is near certain for a plain question with a weak model, and open for the hardest with the strongest', () => {
    expect(successOf(-2, difficultyOf(0.07, true), true)).toBeGreaterThan(0.95);
    expect(successOf(1.7, difficultyOf(1, true), true)).toBeGreaterThan(0.3);
    expect(successOf(1.7, difficultyOf(1, true), true)).toBeLessThan(0.7);
  });
});
