/**
 * One pass over a prompt: the folded text with single spaces, and where its words begin. Everything later (cues,
 * features, counts) works on this, so no other code looks at raw characters more than once.
 *
 * The buffers are reused between calls: a reading is valid until the next one. Nothing of it leaves `classify`.
 */
import { BREAK, DIGIT, GLYPH, IDEOGRAPH as IDEOGRAPH_KIND, LETTER as LETTER_KIND, SKIP as SKIP_KIND, classOf, folded, glyphs } from './characters.js';

/** What is read of a long prompt: its beginning, where the request mostly is, and its end, where it else is. */
export const HEAD_CHARS = 1600;
export const TAIL_CHARS = 400;
const CAPACITY = 2 * (HEAD_CHARS + TAIL_CHARS) + 8;
/** How far beyond a unit anyone looks. */
const AHEAD = 4;
const SPACE = 32;
const DOT = 46;
// Constants of this module are folded into the loop below; an imported one would be loaded at every character.
const { CODE, KIND, KIND_SHIFT, JOINS_WORD, STARTS_WORD, MAY_JOIN, COUNTED, UPPER_SHIFT, DIGIT_SHIFT, KEPT_SHIFT } = GLYPH;
const LETTER = LETTER_KIND;
const IDEOGRAPH = IDEOGRAPH_KIND;
const SKIP = SKIP_KIND;
const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const BEYOND = 0xffff;

/** Among the traits of a word: Hangul is in it, glued to a name when the word is not of Hangul itself. */
export const holdsHangul = (traits: number): boolean => ((traits >>> HANGUL_TRAIT) & 1) === 1;
const HANGUL_TRAIT = GLYPH.HANGUL_SHIFT - KEPT_SHIFT;
/** Small letters of ASCII and nothing else, but for marks, which are skipped. */
export const isPlain = (traits: number): boolean => (traits & NOT_PLAIN) === 0;
const NOT_PLAIN = (GLYPH.BEYOND_ASCII | (1 << UPPER_SHIFT)) >>> KEPT_SHIFT;

export class Reading {
  /** The UTF-16 units that are read, head and tail side by side, and zeros behind them. */
  readonly raw = new Uint16Array(HEAD_CHARS + TAIL_CHARS + AHEAD);
  rawLength = 0;
  /** The same memory, as what copies a text in one go takes it. */
  private readonly rawBytes = Buffer.from(this.raw.buffer);
  /** Folded text: words separated by one space, punctuation gone, file extensions kept as words like `.png`. */
  readonly text = new Uint16Array(CAPACITY);
  length = 0;
  /** Begin and end of each word in `text`. Han and Kana characters are words of length one. */
  readonly begin = new Uint16Array(CAPACITY);
  readonly end = new Uint16Array(CAPACITY);
  readonly hash = new Int32Array(CAPACITY);
  readonly kind = new Uint8Array(CAPACITY);
  /** Where in `raw` each word begins; beyond its end behind the last. */
  readonly from = new Uint16Array(CAPACITY);
  /** What the glyphs of each word are, taken together: their bits from `KEPT_SHIFT` on. */
  readonly traits = new Uint8Array(CAPACITY);
  words = 0;
  /** The word at which the bounded tail begins; equals `words` when the prompt was read whole. */
  tailFrom = 0;

  // Counts of the raw text that was read, for shape features.
  sentences = 0;
  questions = 0;
  lines = 0;
  digits = 0;
  numbers = 0;
  upper = 0;
  letters = 0;
  ideographs = 0;
  quotes = 0;
  colons = 0;
  commas = 0;
  brackets = 0;
  operators = 0;
  /** Dollar signs that open or close mathematics; a price (`$5`) is not one. */
  dollars = 0;
  prices = 0;
  backslashes = 0;
  braces = 0;
  semicolons = 0;
  angle = 0;
  backticks = 0;
  /** All characters of the prompt, read or not. */
  chars = 0;
  /** Whether the text ends in a question mark. */
  asks = false;

  read(prompt: string): void {
    this.reset(prompt.length);
    if (prompt.length <= HEAD_CHARS + TAIL_CHARS) {
      this.span(prompt, 0, prompt.length);
      this.tailFrom = this.words;
    } else {
      this.span(prompt, 0, HEAD_CHARS);
      this.tailFrom = this.words;
      this.span(prompt, prompt.length - TAIL_CHARS, prompt.length);
    }
    this.asks = endsAsking(prompt);
  }

  /** In one go, as UTF-16 with the little end first: character by character takes thirty times as long. */
  private copy(prompt: string, from: number, to: number): number {
    const at = this.rawLength;
    const end = at + to - from;
    this.rawBytes.write(from === 0 ? prompt : prompt.slice(from, to), 2 * at, 2 * (to - from), 'utf16le');
    if (!littleEndian) this.rawBytes.subarray(2 * at, 2 * end).swap16();
    this.raw.fill(0, end, end + AHEAD);
    this.rawLength = end;
    return at - from;
  }

  private reset(chars: number) {
    this.rawLength = 0;
    this.length = this.words = 0;
    this.sentences = this.questions = this.lines = this.digits = this.numbers = this.upper = this.letters = this.ideographs = 0;
    this.quotes = this.colons = this.commas = this.brackets = this.operators = this.dollars = this.prices = this.backslashes = 0;
    this.braces = this.semicolons = this.angle = this.backticks = 0;
    this.chars = chars;
  }

  /** The loop that reads every character: its state is in locals, and within a word it only looks and stores. */
  private span(prompt: string, from: number, to: number) {
    const { raw, text, begin, end, hash: hashes, kind: kinds, from: starts, traits } = this;
    const shift = this.copy(prompt, from, to);
    const stop = to + shift;
    const table = glyphs;
    let length = this.length;
    let words = this.words;
    let letters = 0;
    for (let i = from + shift; i < stop; i++) {
      let glyph = table[raw[i]!]!;
      let kind = (glyph >>> KIND_SHIFT) & KIND;
      if ((glyph & STARTS_WORD) === 0) {
        if (glyph === SPACE || kind === SKIP) continue;
        this.punctuation(glyph & CODE, prompt, i - shift);
        if ((glyph & CODE) !== DOT || !isExtension(prompt, i - shift, to)) continue;
        kind = LETTER;
        letters--;
      }
      if (words > 0 && (kind !== IDEOGRAPH || kinds[words - 1] !== IDEOGRAPH)) text[length++] = SPACE;
      const first = length;
      const start = i;
      let seen = glyph;
      begin[words] = first;
      kinds[words] = kind;
      text[length++] = glyph;
      let hash = Math.imul(FNV_BASIS ^ (glyph & CODE), FNV_PRIME);
      for (i++; i < stop && kind !== IDEOGRAPH; i++) {
        glyph = table[raw[i]!]!;
        if ((glyph & JOINS_WORD) === 0) {
          if ((glyph & MAY_JOIN) === 0) break;
          // Marks are as if not written. `c++` and `c#` are words; a `+` or `#` elsewhere is a sign.
          if (((glyph >>> KIND_SHIFT) & KIND) === SKIP) continue;
          if (kind !== LETTER) break;
        }
        text[length++] = glyph;
        hash = Math.imul(hash ^ (glyph & CODE), FNV_PRIME);
        seen |= glyph;
      }
      if (kind === IDEOGRAPH) this.ideographs++;
      else letters += length - first;
      if ((seen & COUNTED) !== 0) this.count(start, i, kind);
      traits[words] = seen >>> KEPT_SHIFT;
      starts[words] = start;
      i--;
      end[words] = length;
      hashes[words++] = hash ^ (hash >>> 15);
    }
    starts[words] = BEYOND;
    this.length = length;
    this.words = words;
    this.letters += letters;
  }

  /** Capitals and digits, of a word known to hold some. */
  private count(from: number, to: number, kind: number) {
    if (kind === DIGIT) this.numbers++;
    let digits = 0;
    for (let i = from; i < to; i++) {
      const glyph = glyphs[this.raw[i]!]!;
      this.upper += (glyph >>> UPPER_SHIFT) & 1;
      digits += (glyph >>> DIGIT_SHIFT) & 1;
    }
    this.digits += digits;
    this.letters -= digits;
  }

  private punctuation(code: number, prompt: string, at: number) {
    switch (code) {
      case 10: this.lines++; break;
      case 46: case 0x3002: case 33: this.sentences++; break;
      case 63: case 0x61f: this.questions++; break;
      case 34: case 0x201c: case 0x201d: case 0x300c: case 0xab: this.quotes++; break;
      case 58: this.colons++; break;
      case 44: case 0x3001: this.commas++; break;
      case 40: case 91: this.brackets++; break;
      case 43: case 42: case 61: case 94: case 47: this.operators++; break;
      case 36:
        if (classOf[prompt.charCodeAt(at + 1)] === DIGIT) this.prices++;
        else this.dollars++;
        break;
      case 92: this.backslashes++; break;
      case 123: case 125: this.braces++; break;
      case 59: this.semicolons++; break;
      case 60: case 62: this.angle++; break;
      case 96: this.backticks++; break;
      case 39: if (prompt.charCodeAt(at - 1) === SPACE) this.quotes++; break;
      default: break;
    }
  }
}

/** A dot glued to one to five letters or digits that end there: `photo.png`, `main.py`, `clip.mp4`. */
function isExtension(prompt: string, dot: number, to: number): boolean {
  if (dot === 0 || classOf[prompt.charCodeAt(dot - 1)] === BREAK) return false;
  let i = dot + 1;
  let letters = 0;
  while (i < to && i - dot <= 6) {
    const code = prompt.charCodeAt(i);
    if (code >= 48 && code <= 57) i++;
    else if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) { letters++; i++; }
    else break;
  }
  return letters > 0 && i - dot >= 2 && i - dot <= 6;
}

function endsAsking(prompt: string): boolean {
  for (let i = prompt.length - 1, left = 4; i >= 0 && left > 0; i--, left--) {
    const code = prompt.charCodeAt(i);
    if (code === 63 || code === 0xff1f || code === 0x61f) return true;
    if (classOf[code] !== BREAK) return false;
  }
  return false;
}

/** FNV-1a of a word, from the hash a reading gives it: before its last mixing. */
export const unmixed = (hash: number): number => hash ^ (hash >>> 15) ^ (hash >>> 30);

/** The hash a reading gives a word (folded: lower case, without accents). FNV-1a, its high bits mixed in. */
export function wordHash(word: string): number {
  let hash = FNV_BASIS | 0;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ folded[word.charCodeAt(i)]!, FNV_PRIME);
  return hash ^ (hash >>> 15);
}
