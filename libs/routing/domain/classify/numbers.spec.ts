import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exp, round4, softmax } from './exp.js';
import { HashTable } from './hash-table.js';
import { WORD_BITS, expertScore, wordSlot, type Expert } from './expert.js';
import { LEAF, forestScore, type Forest } from './forest.js';
import { addKnownWord, decodeWeights, encodeWeights, headerOf, isKnownWord, type WeightsHeader } from './weights.js';

describe('exp', () => {
  it('agrees with the engine to a part in 10^8, from arithmetic alone', () => {
    fc.assert(fc.property(fc.double({ min: -60, max: 60, noNaN: true }), (x) => Math.abs(exp(x) / Math.exp(x) - 1) < 1e-8));
  });

  it('is bounded beyond', () => {
    expect(exp(1e9)).toBe(exp(60));
    expect(exp(-1e9)).toBe(exp(-60));
  });
});

describe('softmax', () => {
  it('sums to one and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 2, maxLength: 9 }), (scores) => {
        const p = Float64Array.from(scores);
        softmax(p, 0, p.length);
        expect(p.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 9);
        for (let i = 1; i < p.length; i++) if (scores[i]! > scores[i - 1]!) expect(p[i]!).toBeGreaterThanOrEqual(p[i - 1]!);
      }),
    );
  });
});

it('rounds to four decimals', () => expect(round4(0.123456)).toBe(0.1235));

it('a hash table holds what a map holds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer(), fc.nat(1000)), { maxLength: 200 }), (entries) => {
      const table = new HashTable(2);
      for (const [key, value] of entries) table.set(key, value);
      for (const [key, value] of new Map(entries)) expect(table.get(key)).toBe(value);
      expect(table.get(123_456_789)).toBe(new Map(entries).get(123_456_789) ?? -1);
    }),
  );
});

/** Two trees: more than 2 of the first measure is hard, or, in the other's eyes, more than 0 of the second. */
const forest: Forest = {
  trees: [3, 3],
  measure: Uint16Array.of(0, LEAF, LEAF, 1, LEAF, LEAF),
  value: Float32Array.of(2, 0.25, 0.75, 0, 0.5, 1),
  higher: Uint16Array.of(2, 0, 0, 2, 0, 0),
};

const expert: Expert = { bias: 0.5, usual: [1, 0], inverse: [0.5, 1], linear: [2, 0.25], words: new Int8Array(1 << WORD_BITS), wordUnit: 1, forestShare: 0, forest };

describe('a forest', () => {
  it.each([[2, 0, 0.375], [2.5, 0, 0.625], [0, 1, 0.625], [9, 9, 0.875]])('of the measures %d and %d says %d', (first, second, said) =>
    expect(forestScore(forest, Float32Array.of(first, second))).toBe(said));

  it('says nothing without trees', () => expect(forestScore({ ...forest, trees: [] }, Float32Array.of(1, 1))).toBe(0));
});

describe('an expert', () => {
  const nothing = { token: [], tokens: 0 };

  it('adds up what is unusual', () => {
    expect(expertScore(expert, Float32Array.of(1, 0), nothing)).toBeCloseTo(0.5);
    expect(expertScore(expert, Float32Array.of(3, 2), nothing)).toBeCloseTo(0.5 + 2 + 0.25 * 2);
  });

  it('takes what is four deviations away for as far as can be', () => {
    expect(expertScore(expert, Float32Array.of(1e6, 0), nothing)).toBeCloseTo(0.5 + 2 * 4);
  });

  it('shares the weight of a word among the words', () => {
    const words = expert.words.slice();
    words[wordSlot(77)] = 8;
    expect(expertScore({ ...expert, words }, Float32Array.of(1, 0), { token: [77], tokens: 1 })).toBeCloseTo(0.5 + (8 * 0.25) / Math.sqrt(5));
  });

  it('lets the forest have its share', () => {
    expect(expertScore({ ...expert, forestShare: 0.25 }, Float32Array.of(1, 0), nothing)).toBeCloseTo(0.75 * 0.5 + 0.25 * 0.375);
  });
});

it('known words are known; few others are', () => {
  const filter = new Uint8Array(1024);
  for (let hash = 1; hash <= 300; hash++) addKnownWord(filter, Math.imul(hash, 0x9e3779b1));
  for (let hash = 1; hash <= 300; hash++) expect(isKnownWord(filter, Math.imul(hash, 0x9e3779b1))).toBe(true);
  const strangers = Array.from({ length: 1000 }, (_, i) => isKnownWord(filter, Math.imul(i + 5000, 0x85ebca6b))).filter(Boolean).length;
  expect(strangers).toBeLessThan(50);
});

describe('a weights file', () => {
  const header: WeightsHeader = {
    format: 4, featureBits: 1, outputs: ['a', 'b'], scale: [1, 2], bias: [0, 0.5], temperature: 1.5,
    gate: { usual: [], inverse: [], kinds: [] }, models: [expert, expert, expert].map(headerOf), tableBytes: 4, knownWordBytes: 2,
  };
  const bytes = encodeWeights(header, Int8Array.of(-1, 2, -3, 4), Uint8Array.of(7, 8), [expert, expert, expert]);

  it('comes back as it was written, from a window on a larger buffer too', () => {
    const pool = new Uint8Array(bytes.length + 16);
    pool.set(bytes, 9);
    const weights = decodeWeights(pool.subarray(9, 9 + bytes.length), 'v');
    expect([...weights.table]).toEqual([-1, 2, -3, 4]);
    expect([...weights.knownWords]).toEqual([7, 8]);
    expect(weights).toMatchObject({ version: 'v', outputs: 2, scale: [1, 2], temperature: 1.5, experts: [expert], choiceGain: expert, openGain: expert });
  });

  it('comes back from a Buffer, whose slices are windows and not copies', () => {
    expect(decodeWeights(Buffer.from(bytes), 'v')).toEqual(decodeWeights(bytes, 'v'));
  });

  it('is refused when cut short, or when it is something else', () => {
    expect(() => decodeWeights(bytes.subarray(0, bytes.length - 1), 'v')).toThrow('wrong length');
    expect(() => decodeWeights(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]), 'v')).toThrow('Not a classifier weights file');
  });
});
