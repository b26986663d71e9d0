/**
 * A second reading of a prompt, as a problem to be solved: what is prose and what is mathematics between dollar signs,
 * which numbers and unknowns occur, where the question is asked, which options are listed. The drawing code of a figure
 * (`[asy] ... [/asy]`) is skipped: it says nothing of how hard the problem is.
 */
import { drawingEnd } from './drawing.js';
import { Options } from './options.js';
import { HASH_START } from './problem-words.js';
import { Quantities, isDigit, opensPrice } from './quantities.js';
import { isPlain, unmixed, type Reading } from './reading.js';
import { ScannedWords } from './scanned-words.js';

/** What an ASCII character is to the scan. */
const enum Sort { Other, Lower, Upper, Digit, Space }
const sortOf = new Uint8Array(128);
for (let code = 97; code <= 122; code++) sortOf[code] = Sort.Lower;
for (let code = 65; code <= 90; code++) sortOf[code] = Sort.Upper;
for (let code = 48; code <= 57; code++) sortOf[code] = Sort.Digit;
for (const code of [32, 9, 10, 13]) sortOf[code] = Sort.Space;
/** The lower case of an ASCII letter; 0 for what ends a word. */
const lowerOf = new Uint8Array(128);
for (let code = 97; code <= 122; code++) lowerOf[code] = lowerOf[code - 32] = code;

export class ProblemScan extends ScannedWords {
  // Prose.
  words = 0;
  wordLetters = 0;
  longWords = 0;
  names = 0;
  sentences = 0;
  /** Sentences that hold a quantity. */
  quantified = 0;
  /** Characters and digits of the last sentence, where the question mostly is. */
  askChars = 0;
  askNumbers = 0;
  commas = 0;
  questions = 0;

  readonly quantities = new Quantities();

  // Mathematics.
  mathChars = 0;
  segments = 0;
  longestSegment = 0;
  displays = 0;
  figureChars = 0;
  commands = 0;
  powers = 0;
  highestPower = 0;
  subscripts = 0;
  equals = 0;
  signs = 0;
  compared = 0;
  parentheses = 0;
  bars = 0;
  factorials = 0;
  /** Bit sets of the letters that stand alone in mathematics. */
  unknowns = 0;
  points = 0;
  /** Groups of capitals: the sides and angles of a figure. */
  figures = 0;

  // Lists and layout.
  readonly options = new Options();
  bullets = 0;
  deepestIndent = 0;
  dots = 0;
  blanks = 0;
  chars = 0;

  private inMath = false;
  private segmentFrom = 0;
  private sentenceFrom = 0;
  private sentenceNumbers = 0;
  private text = new Uint16Array();
  private length = 0;
  private reading!: Reading;
  /** The word of the reading that is next. */
  private next = 0;

  scan(reading: Reading): void {
    const { raw, rawLength } = reading;
    this.reset();
    this.reading = reading;
    this.text = raw;
    this.length = rawLength;
    const text = raw;
    let at = 0;
    while (at < rawLength) {
      const code = text[at]!;
      const sort = code < 128 ? sortOf[code]! : Sort.Lower;
      if (sort === Sort.Lower || sort === Sort.Upper) at = this.word(at, false);
      else if (sort === Sort.Digit) at = this.number(at);
      else if (sort === Sort.Space) at = code === 10 ? this.line(at + 1) : at + 1;
      else at = this.sign(code, at);
    }
    this.endSentence(rawLength);
    this.options.close(rawLength);
    if (this.inMath) this.endSegment(rawLength);
    this.chars = rawLength - this.figureChars;
  }

  private reset(): void {
    this.resetWords();
    this.words = this.wordLetters = this.longWords = this.names = this.sentences = this.quantified = this.askChars = this.askNumbers = this.commas = this.questions = 0;
    this.quantities.reset();
    this.mathChars = this.segments = this.longestSegment = this.displays = this.figureChars = this.commands = this.powers = this.highestPower = this.subscripts = this.equals = 0;
    this.signs = this.compared = this.parentheses = this.bars = this.factorials = this.unknowns = this.points = this.figures = 0;
    this.options.reset();
    this.bullets = this.deepestIndent = this.dots = this.blanks = this.chars = 0;
    this.inMath = false;
    this.segmentFrom = this.sentenceFrom = this.sentenceNumbers = this.next = 0;
  }

  /** Most words are plain, and end where no letter follows: the reading has them already, with the same hash. */
  private word(from: number, command: boolean): number {
    const { begin, end, from: starts, traits, hash } = this.reading;
    while (starts[this.next]! < from) this.next++;
    const word = this.next;
    const to = from + end[word]! - begin[word]!;
    const behind = this.text[to]!;
    if (starts[word] !== from || !isPlain(traits[word]!) || behind >= 128 || lowerOf[behind] !== 0) return this.spelt(from, command);
    this.count(unmixed(hash[word]!), command, from, to - from, 0);
    return to;
  }

  /** A word that is read letter by letter. */
  private spelt(from: number, command: boolean): number {
    const { text, length: end } = this;
    let hash = HASH_START;
    let capitals = 0;
    let at = from;
    for (; at < end; at++) {
      const code = text[at]!;
      const letter = code < 128 ? lowerOf[code]! : code;
      if (letter === 0) break;
      if (letter !== code) capitals++;
      hash = Math.imul(hash ^ letter, 0x01000193);
    }
    this.count(hash, command, from, at - from, capitals);
    return at;
  }

  private count(hash: number, command: boolean, from: number, length: number, capitals: number): void {
    this.keep(hash, command);
    if (command) this.commands++;
    else if (this.inMath) this.letters(from, length, capitals);
    else if (length > 1) this.prose(from, length, capitals);
  }

  private letters(from: number, length: number, capitals: number): void {
    if (capitals === length && length >= 2) this.figures++;
    if (length > 3) return;
    for (let at = from; at < from + length; at++) {
      const code = this.text[at]!;
      if (code >= 97 && code <= 122) this.unknowns |= 1 << (code - 97);
      else if (code >= 65 && code <= 90) this.points |= 1 << (code - 65);
    }
  }

  private prose(from: number, length: number, capitals: number): void {
    this.words++;
    this.wordLetters += length;
    if (length >= 8) this.longWords++;
    if (capitals === 1 && from > this.sentenceFrom + 1 && sortOf[this.text[from]! & 127] === Sort.Upper) this.names++;
  }

  private number(from: number): number {
    const end = this.quantities.read(this.text, from, this.length);
    this.sentenceNumbers++;
    this.push(this.quantities.token);
    return end;
  }

  /** At the beginning of a line. */
  private line(from: number): number {
    const { text } = this;
    let at = from;
    while (text[at]! === 32) at++;
    if (at - from > this.deepestIndent) this.deepestIndent = at - from;
    const code = text[at]!;
    if (code === 45 || code === 42) this.bullets++;
    const next = text[at + 1]!;
    if (code >= 65 && code <= 74 && (next === 46 || next === 41)) {
      this.options.begin(from, at + 2);
      return at + 2;
    }
    return at;
  }

  private sign(code: number, at: number): number {
    const { text } = this;
    switch (code) {
      case 92: return this.backslash(at);
      case 36: return this.dollar(at);
      case 91: return this.figure(at);
      case 46: case 33: case 63: return this.stop(code, at);
      case 44: this.commas++; break;
      case 37: this.quantities.percents++; break;
      case 94: return this.power(at);
      case 95: if (text[at + 1]! === 95) this.blanks++; else this.subscripts++; break;
      case 61: this.equals++; break;
      case 43: case 45: case 42: case 47: this.signs++; break;
      case 60: case 62: this.compared++; break;
      case 40: this.parentheses++; break;
      case 124: this.bars++; break;
      default: return at + 1;
    }
    this.push(code + 0x4000);
    return at + 1;
  }

  private backslash(at: number): number {
    const next = this.text[at + 1]!;
    if (next === 91) {
      this.beginSegment(at);
      this.displays++;
      return at + 2;
    }
    if (next === 93) {
      this.endSegment(at);
      return at + 2;
    }
    if (sortOf[next & 127] !== Sort.Lower && sortOf[next & 127] !== Sort.Upper) return at + 2;
    return this.word(at + 1, true);
  }

  private dollar(at: number): number {
    const { text } = this;
    if (this.inMath) {
      this.endSegment(at);
      return text[at + 1]! === 36 ? at + 2 : at + 1;
    }
    if (opensPrice(text, at, this.length)) {
      this.quantities.prices++;
      return at + 1;
    }
    this.beginSegment(at);
    if (text[at + 1]! !== 36) return at + 1;
    this.displays++;
    return at + 2;
  }

  private beginSegment(at: number): void {
    this.inMath = true;
    this.segmentFrom = at;
  }

  private endSegment(at: number): void {
    if (!this.inMath) return;
    const length = at - this.segmentFrom;
    this.inMath = false;
    this.segments++;
    this.mathChars += length;
    if (length > this.longestSegment) this.longestSegment = length;
  }

  private figure(at: number): number {
    const after = drawingEnd(this.text, at, this.length);
    if (after < 0) return at + 1;
    this.figureChars += after - at;
    this.push(0x5001);
    return after;
  }

  private stop(code: number, at: number): number {
    if (code === 63) this.questions++;
    if (code === 33) this.factorials++;
    if (code === 46) this.dots++;
    const next = this.text[at + 1]!;
    if (!(next > 32)) this.endSentence(at);
    return at + 1;
  }

  private endSentence(at: number): void {
    if (at - this.sentenceFrom > 3) {
      this.sentences++;
      this.askChars = at - this.sentenceFrom;
      this.askNumbers = this.sentenceNumbers;
      if (this.sentenceNumbers > 0) this.quantified++;
    }
    this.sentenceFrom = at + 1;
    this.sentenceNumbers = 0;
  }

  private power(at: number): number {
    this.powers++;
    const digit = this.text[at + 1]! === 123 ? at + 2 : at + 1;
    const value = this.text[digit]! - 48;
    if (value >= 0 && value <= 9) {
      const height = isDigit(this.text[digit + 1]!) ? 10 : value;
      if (height > this.highestPower) this.highestPower = height;
      this.push(0x6000 + height);
    }
    return at + 1;
  }
}
