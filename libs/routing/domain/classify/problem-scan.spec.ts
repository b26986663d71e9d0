import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ProblemScan } from './problem-scan.js';
import { countClasses, pairHash, WORD_CLASSES } from './problem-words.js';
import { Reading } from './reading.js';

const readingOf = (prompt: string): Reading => {
  const reading = new Reading();
  reading.read(prompt);
  return reading;
};
const read = (prompt: string): ProblemScan => {
  const scan = new ProblemScan();
  scan.scan(readingOf(prompt));
  return scan;
};

describe('a prompt read as a problem', () => {
  it('tells mathematics from prose, and unknowns from the corners of a figure', () => {
    const scan = read('In triangle $ABC$ we have $x^2 + y = 12$. Find $x$.');
    expect(scan).toMatchObject({ segments: 3, figures: 1, powers: 1, highestPower: 2, equals: 1, sentences: 2, words: 5 });
    expect(scan.unknowns).toBe((1 << 23) | (1 << 24));
    expect(scan.points).toBe(0b111);
  });

  it('tells a price from mathematics', () => {
    expect(read('Tea is $2 and coffee is $3.50 a cup.')).toMatchObject({ segments: 0, quantities: { prices: 2, numbers: 2, decimals: 1 } });
    expect(read('There are $5$ cups.')).toMatchObject({ segments: 1, quantities: { prices: 0 } });
  });

  it('counts numbers, and how many are new', () => {
    expect(read('3 and 1,250 and 3 and 2/5')).toMatchObject({ quantities: { numbers: 5, distinct: 4, largest: 1250, ratios: 1 } });
  });

  it('skips the code of a drawing', () => {
    expect(read('What is $x$? [asy] draw((0,0)--(3,4)); label("A", (1,1), N); [/asy]')).toMatchObject({ parentheses: 0, segments: 1, quantities: { numbers: 0 } });
    expect(read('[asy] never closed (1,2)')).toMatchObject({ quantities: { numbers: 0 } });
  });

  it('finds listed options and the question before them', () => {
    expect(read('Which gas do plants take in?\nA. oxygen\nB. carbon dioxide\nC. helium\nD. neon\nAnswer:')).toMatchObject({ options: { count: 4, stemChars: 29, longest: 16 } });
  });

  it('looks where the question is asked', () => {
    expect(read('Ann has 3 pears. Bob has 4. How many have both?')).toMatchObject({ sentences: 3, quantified: 2, askNumbers: 0, names: 0 });
  });

  it('reads as much of a long prompt as of one of 2,000 characters', () => {
    expect(read('word '.repeat(10_000)).words).toBe(400);
  });

  it('never fails and always begins anew, whatever the text', () => {
    const scan = new ProblemScan();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 80 }), (any, again) => {
        scan.scan(readingOf(any));
        scan.scan(readingOf(again));
        const plain = (read: ProblemScan) => ({ ...read, token: [], quantities: { ...read.quantities, seen: [] } });
        expect(plain(scan)).toEqual(plain(read(again)));
      }),
    );
  });
});

it('a word, and two words side by side, are counted in each of their classes', () => {
  const hash = (word: string) => [...word].reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5 | 0);
  const counts = new Uint16Array(WORD_CLASSES);
  countClasses(hash('triangle'), counts);
  countClasses(pairHash(hash('how'), hash('many')), counts);
  countClasses(hash('qwxyz'), counts);
  expect([...counts].filter((count) => count > 0)).toEqual([1, 1, 1]);
});
