import { describe, expect, it } from '@jest/globals';
import { concepts, type Concept } from './concepts.js';
import { Cues } from './lexicon.js';
import { HEAD_CHARS, Reading, TAIL_CHARS } from './reading.js';

const reading = new Reading();
const cues = new Cues();
const nothingKnown = () => false;

function found(text: string, known: (hash: number) => boolean = nothingKnown): Concept[] {
  reading.read(text);
  cues.find(reading, known);
  return [...new Set([...cues.concept.subarray(0, cues.count)].map((id) => concepts[id]!))];
}

function words(text: string): string[] {
  reading.read(text);
  return Array.from({ length: reading.words }, (_, i) => String.fromCharCode(...reading.text.subarray(reading.begin[i], reading.end[i])));
}

describe('a reading', () => {
  it.each([
    ['Write, PLEASE!', ['write', 'please']],
    ['Über Café', ['uber', 'cafe']],
    ['open photo.PNG now', ['open', 'photo', '.png', 'now']],
    ['c++ and C#', ['c++', 'and', 'c#']],
    ['猫を描いて', ['猫', 'を', '描', 'い', 'て']],
    ['İstanbul ışık', ['istanbul', 'isik']],
    ['ＡＩ　画像', ['ai', '画', '像']],
  ])('%s', (text, expected) => expect(words(text)).toEqual(expected));

  it('is bounded: the beginning and the end of a long text', () => {
    reading.read(`first ${'x '.repeat(50_000)}last`);
    expect(reading.length).toBeLessThanOrEqual(2 * (HEAD_CHARS + TAIL_CHARS));
    expect(words(`first ${'x '.repeat(50_000)}last`).at(-1)).toBe('last');
  });

  it('tells a price from mathematics', () => {
    reading.read('It costs $5 and $12.');
    expect(reading.dollars).toBe(0);
    reading.read('Let $x$ be real.');
    expect(reading.dollars).toBe(2);
  });
});

describe('cues', () => {
  it.each<[string, string, Concept]>([
    ['a whole word', 'draw it', 'draw'],
    ['the longest phrase', 'text to speech', 'speech-out'],
    ['the end of a German compound', 'ein Firmenlogo', 'logo'],
    ['a stem with any ending', 'найди картинку', 'image'],
    ['inside Chinese', '请帮我生成一张图片', 'image'],
    ['behind Korean particles', '그림을 그려줘', 'draw'],
    ['behind an Arabic article', 'احذف الخلفية', 'background'],
    ['in spite of a typing slip', 'a phtoograph of you', 'image'],
    ['a file name', 'holiday.mp4', 'video-file'],
    ['without Vietnamese tone marks', 've mot con meo', 'draw'],
  ])('are found as %s', (_, text, concept) => expect(found(text)).toContain(concept));

  it('do not match the inside of an English word', () => expect(found('a shimmering imaginary')).not.toContain('image'));

  it('do not mend a word that is known', () => {
    expect(found('phtoo')).toContain('image');
    expect(found('phtoo', () => true)).not.toContain('image');
  });
});
