/** Finds the cues of the lexicons in a reading. The longest entry at a place wins and what it covers is consumed. */
import { ARABIC, HANGUL, IDEOGRAPH, LETTER } from './characters.js';
import { INNER, ROOT, hashWithout, innerOpenings, isJoined, slipKey, slips, stemOpenings, trie, wordOpenings, wordStarts } from './cue-entries.js';
import { languagesOf } from './languages.js';
import { BORROWED, languageBits } from './lexicon/index.js';
import { holdsHangul, type Reading } from './reading.js';

const SPACE = 32;
const NONE = -1;
const MAX_CUES = 160;
/** Entries may share one spelling (`score`: of an orchestra, of a match): room left for those of one place. */
const MOST_AT_ONE_PLACE = 8;
/** Cues are sought among the first and the last words: what a long text says in its middle is not what it asks. */
const HEAD_WORDS = 150;
const TAIL_WORDS = 50;

/** Languages that write several words as one, the last of which names the thing. */
const COMPOUNDING = languageBits.de | languageBits.nl;

/** Conjunctions, prepositions and the article, as they are written glued to an Arabic word. */
const arabicPrefix = new Set([...'وفبكلا'].map((letter) => letter.charCodeAt(0)));

/** The cues found in one prompt, in order of appearance. */
export class Cues {
  readonly concept = new Uint16Array(MAX_CUES);
  /** The word at which the cue was found. */
  readonly word = new Uint16Array(MAX_CUES);
  /** Cues at the same place share one number. */
  readonly place = new Uint16Array(MAX_CUES);
  count = 0;
  /** How many cues were found only by repairing a typing slip. */
  repaired = 0;

  /** The lexicons that were heard, a bit each. */
  languages = -1;
  private matchEnd = 0;
  /** What was found at the last place: where the meanings of an entry are listed, or what a mended word means. */
  private meant = NONE;
  private mended = NONE;

  find(reading: Reading, isKnownWord: (hash: number) => boolean): void {
    this.count = this.repaired = 0;
    this.languages = languagesOf(reading);
    let consumed = 0;
    let place = 0;
    const mend = reading.words <= 80;
    const tail = Math.max(HEAD_WORDS, reading.words - TAIL_WORDS);
    for (let word = 0; word < reading.words && this.count < MAX_CUES - MOST_AT_ONE_PLACE; word++) {
      if (word === HEAD_WORDS) word = tail;
      if (word >= reading.words) break;
      if (reading.begin[word]! < consumed) continue;
      const kind = reading.kind[word]!;
      const found = this.at(reading, word, kind) || (mend && kind === LETTER && this.mend(reading, word, isKnownWord));
      if (!found) continue;
      consumed = this.matchEnd;
      this.push(word, place++);
      // A Hangul word may hold two cues (a noun and the verb glued to it).
      if (kind === HANGUL && consumed < reading.end[word]!) this.rest(reading, word, consumed, place++);
    }
  }

  private at(reading: Reading, word: number, kind: number): boolean {
    const begin = reading.begin[word]!;
    if (kind === IDEOGRAPH) return this.match(reading, begin, INNER);
    if (kind === HANGUL) return this.match(reading, begin, INNER) || this.matchInside(reading, word);
    if (this.matchWord(reading, word)) return true;
    if (kind === ARABIC && this.matchAfterPrefix(reading, word)) return true;
    const compounds = (this.languages & COMPOUNDING) !== 0 || holdsHangul(reading.traits[word]!);
    return compounds && reading.end[word]! - begin > 4 && this.matchInside(reading, word);
  }

  private push(word: number, place: number) {
    if (this.meant === NONE) return this.note(this.mended, word, place);
    const { meanings } = trie;
    const end = this.meant + 2 * meanings[this.meant]!;
    for (let at = this.meant + 1; at < end; at += 2) if ((meanings[at + 1]! & this.languages) !== 0) this.note(meanings[at]!, word, place);
  }

  private note(concept: number, word: number, place: number) {
    if (this.count >= MAX_CUES) return;
    this.concept[this.count] = concept;
    this.word[this.count] = word;
    this.place[this.count++] = place;
  }

  private rest(reading: Reading, word: number, from: number, place: number) {
    const end = reading.end[word]!;
    for (let at = from; at < end; at++) {
      if (!innerOpenings.has(reading.text, at, reading.length) || !this.match(reading, at, INNER)) continue;
      this.push(word, place);
      at = this.matchEnd - 1;
    }
  }

  /** Entries that begin with this word: where no stem can, the word is looked up whole and only what follows is walked. */
  private matchWord(reading: Reading, word: number): boolean {
    const begin = reading.begin[word]!;
    const { text, length } = reading;
    if (holdsHangul(reading.traits[word]!)) return wordOpenings.has(text, begin, length) && this.match(reading, begin, ROOT);
    if (stemOpenings.has(text, begin, length)) return this.match(reading, begin, ROOT);
    const end = reading.end[word]!;
    const node = wordStarts.node(reading.hash[word]!, this.languages, end + 1 < length ? text[end + 1]! : NONE);
    return node !== NONE && this.walk(reading, end, node);
  }

  /** The longest entry that begins at `at`; sets `meant` and `matchEnd`. */
  private match(reading: Reading, at: number, root: number): boolean {
    const first = trie.step(isJoined(reading.text[at]!) ? INNER : root, reading.text[at]!);
    return first !== NONE && this.walk(reading, at + 1, first);
  }

  /** Goes on from a node, reached by the characters before `next`. */
  private walk(reading: Reading, next: number, from: number): boolean {
    const { text, length } = reading;
    const { languages: active } = this;
    let found = false;
    for (let node = from; node !== NONE; node = next < length ? trie.step(node, text[next++]!) : NONE) {
      const whole = trie.whole(node) & active;
      const stem = trie.stem(node) & active;
      if ((whole | stem) === 0) continue;
      if (whole !== 0 && (next === length || text[next] === SPACE || isJoined(text[next]!) || isJoined(text[next - 1]!))) this.meant = trie.meaningsOfWhole(node);
      else if (stem !== 0) this.meant = trie.meaningsOfStem(node);
      else continue;
      this.matchEnd = next;
      found = true;
    }
    return found;
  }

  private matchAfterPrefix(reading: Reading, word: number): boolean {
    const begin = reading.begin[word]!;
    const end = reading.end[word]!;
    for (let skip = 1; skip <= 4 && begin + skip < end - 1; skip++) {
      if (!arabicPrefix.has(reading.text[begin + skip - 1]!)) return false;
      if (this.match(reading, begin + skip, ROOT)) return true;
    }
    return false;
  }

  private matchInside(reading: Reading, word: number): boolean {
    const end = reading.end[word]!;
    for (let at = reading.begin[word]! + 1; at < end - 1; at++) {
      if (innerOpenings.has(reading.text, at, reading.length) && this.match(reading, at, INNER) && this.matchEnd <= end) return true;
    }
    return false;
  }

  private mend(reading: Reading, word: number, isKnownWord: (hash: number) => boolean): boolean {
    const begin = reading.begin[word]!;
    const end = reading.end[word]!;
    if (end - begin < 5 || end - begin > 16 || reading.text[begin]! >= 0x250 || isKnownWord(reading.hash[word]!)) return false;
    for (let skip = -1; skip < end - begin; skip++) {
      this.mended = this.slipOf(hashWithout(reading.text, begin, end, skip));
      if (this.mended === NONE) continue;
      this.meant = NONE;
      this.matchEnd = end;
      this.repaired++;
      return true;
    }
    return false;
  }

  private slipOf(hash: number): number {
    for (let rest = this.languages & ~BORROWED; rest !== 0; rest &= rest - 1) {
      const concept = slips.get(slipKey(hash, rest & -rest));
      if (concept !== NONE) return concept;
    }
    return NONE;
  }
}
