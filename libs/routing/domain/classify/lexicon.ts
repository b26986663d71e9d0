/**
 * Finds the cues of every lexicon in a reading, in one walk down a trie per word.
 *
 * Marks of an entry: `word` matches the whole word; `stem*` whatever its ending; `~part` also inside or at the end of a
 * longer word (German and Dutch compounds). Han, Kana and Hangul entries match anywhere, as those scripts have
 * no space where a cue begins or ends. The longest entry at a place wins and what it covers is consumed.
 */
import { ARABIC, HANGUL, IDEOGRAPH, LETTER, classOf, folded } from './characters.js';
import { conceptId, concepts, type Concept, type Lexicon } from './concepts.js';
import { HashTable } from './hash-table.js';
import { lexicons } from './lexicon/index.js';
import type { Reading } from './reading.js';

const SPACE = 32;
const NONE = -1;
/** Entries that may share one spelling (`score`: of an orchestra, of a match). */
const MAX_CUES = 160;
/** Cues are sought among the first and the last words: what a long text says in its middle is not what it asks. */
const HEAD_WORDS = 150;
const TAIL_WORDS = 50;

/** Node numbers by (node, character), open addressing; payloads by node. */
class Trie {
  private readonly fromNode: Int32Array;
  private readonly byCode: Uint16Array;
  private readonly toNode: Int32Array;
  private readonly mask: number;
  private nodes = 2;
  /** Concepts of a whole-word entry ending here, of a stem ending here. */
  readonly whole: (readonly number[] | undefined)[] = [];
  readonly stem: (readonly number[] | undefined)[] = [];

  constructor(bits: number) {
    this.fromNode = new Int32Array(1 << bits).fill(NONE);
    this.byCode = new Uint16Array(1 << bits);
    this.toNode = new Int32Array(1 << bits);
    this.mask = (1 << bits) - 1;
  }

  private slot(node: number, code: number): number {
    const mixed = Math.imul(node ^ Math.imul(code, 0x9e3779b1), 0x2c1b3c6d);
    let slot = (mixed ^ (mixed >>> 15)) & this.mask;
    while (this.fromNode[slot] !== NONE && (this.fromNode[slot] !== node || this.byCode[slot] !== code)) slot = (slot + 1) & this.mask;
    return slot;
  }

  step(node: number, code: number): number {
    const slot = this.slot(node, code);
    return this.fromNode[slot] === NONE ? NONE : this.toNode[slot]!;
  }

  add(root: number, entry: Uint16Array, concept: number, asStem: boolean) {
    let node = root;
    for (const code of entry) {
      const next = this.step(node, code);
      node = next === NONE ? this.grow(node, code) : next;
    }
    const payload = asStem ? this.stem : this.whole;
    const known = payload[node] ?? [];
    if (!known.includes(concept)) payload[node] = [...known, concept];
  }

  /** A whole word that is also a stem has the concepts of both. */
  seal() {
    this.stem.forEach((stem, node) => {
      const whole = this.whole[node];
      if (stem !== undefined && whole !== undefined) this.whole[node] = [...new Set([...whole, ...stem])];
    });
  }

  private grow(node: number, code: number): number {
    if (this.nodes > this.mask * 0.6) throw new Error('The lexicon outgrew its trie: give it another bit.');
    const slot = this.slot(node, code);
    this.fromNode[slot] = node;
    this.byCode[slot] = code;
    this.toNode[slot] = this.nodes;
    return this.nodes++;
  }
}

const ROOT = 0;
/** Entries that may begin inside a word. */
const INNER = 1;
const trie = new Trie(17);
/** Characters that begin an entry which may stand inside a word: most characters do not, and are passed over. */
const beginsInside = new Uint8Array(65536);

/** The folded form of an entry, as a reading would hold it. */
export function foldEntry(entry: string): Uint16Array {
  const out: number[] = [];
  let last = 0;
  for (let i = 0; i < entry.length; i++) {
    const raw = entry.charCodeAt(i);
    const kind = classOf[raw]!;
    const sign = raw === 46 && i === 0 ? LETTER : (raw === 43 || raw === 35) && i > 0 ? LETTER : kind;
    if (sign === 6) continue;
    if (sign === 0) {
      if (out.length > 0 && last !== SPACE) out.push(SPACE);
      last = SPACE;
      continue;
    }
    out.push(folded[raw]!);
    last = folded[raw]!;
  }
  while (out.at(-1) === SPACE) out.pop();
  return Uint16Array.from(out);
}

/** Single words of five letters or more, for the repair of typing slips: hash of a form with one letter left out. */
const slips = new HashTable(18);
/** What a mended word means: the one concept of the entry that came first. */
const alone: readonly (readonly number[])[] = concepts.map((_, id) => [id]);

function addSlips(word: Uint16Array, concept: number) {
  for (let skip = -1; skip < word.length; skip++) {
    const hash = hashWithout(word, 0, word.length, skip);
    if (slips.get(hash) < 0) slips.set(hash, concept);
  }
}

function hashWithout(text: Uint16Array, begin: number, end: number, skip: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = begin; i < end; i++) if (i - begin !== skip) hash = Math.imul(hash ^ text[i]!, 0x01000193);
  return hash;
}

const isJoined = (code: number) => classOf[code] === IDEOGRAPH || classOf[code] === HANGUL;

function load(lexicon: Lexicon) {
  for (const [concept, words] of Object.entries(lexicon)) {
    const id = conceptId(concept as Concept);
    for (const item of words.split(',')) addEntry(item.trim(), id);
  }
}

/**
 * Which three characters can begin an entry at the start of a word: most words of a text begin none, and are passed
 * over with one look. Entries of one or two characters admit every word that begins so.
 */
const OPENING_BITS = 17;
const openings = new Uint8Array(1 << OPENING_BITS);
const shortOpenings = new Uint8Array(1 << OPENING_BITS);

const openingOf = (a: number, b: number, c: number): number => (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35)) >>> (32 - OPENING_BITS);

function addOpening(entry: Uint16Array) {
  if (entry.length >= 3) openings[openingOf(entry[0]!, entry[1]!, entry[2]!)] = 1;
  else shortOpenings[openingOf(entry[0]!, entry[1] ?? 0, 0)] = entry.length;
}

function mayOpen(text: Uint16Array, at: number, length: number): boolean {
  const first = text[at]!;
  const second = at + 1 < length ? text[at + 1]! : 0;
  if (at + 2 < length && openings[openingOf(first, second, text[at + 2]!)] === 1) return true;
  return shortOpenings[openingOf(first, second, 0)] === 2 || shortOpenings[openingOf(first, 0, 0)] === 1;
}

function addEntry(item: string, id: number) {
  if (item === '') return;
  const inner = item.startsWith('~');
  const stem = item.endsWith('*');
  const entry = foldEntry(item.slice(inner ? 1 : 0, stem ? -1 : undefined));
  if (entry.length === 0) return;
  const joined = isJoined(entry[0]!);
  const open = stem || isJoined(entry.at(-1)!);
  if (!joined) {
    trie.add(ROOT, entry, id, open);
    addOpening(entry);
  }
  if (inner || joined) {
    trie.add(INNER, entry, id, open);
    beginsInside[entry[0]!] = 1;
  }
  const plain = !joined && !entry.includes(SPACE) && entry[0]! < 0x250 && entry[0]! !== 46;
  if (plain && entry.length >= 5) addSlips(entry, id);
}

for (const lexicon of lexicons) load(lexicon);
trie.seal();

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

  private matchEnd = 0;

  find(reading: Reading, isKnownWord: (hash: number) => boolean): void {
    this.count = this.repaired = 0;
    let consumed = 0;
    let place = 0;
    const mend = reading.words <= 80;
    const tail = Math.max(HEAD_WORDS, reading.words - TAIL_WORDS);
    for (let word = 0; word < reading.words && this.count < MAX_CUES - 8; word++) {
      if (word === HEAD_WORDS) word = tail;
      if (word >= reading.words) break;
      const begin = reading.begin[word]!;
      if (begin < consumed) continue;
      const kind = reading.kind[word]!;
      let found = kind === IDEOGRAPH || kind === HANGUL || mayOpen(reading.text, begin, reading.length) ? this.match(reading, begin, ROOT) : undefined;
      if (found === undefined && kind === ARABIC) found = this.matchAfterPrefix(reading, word);
      if (found === undefined && reading.end[word]! - begin > 4 && kind !== IDEOGRAPH) found = this.matchInside(reading, word);
      if (found === undefined && kind === HANGUL) found = this.matchInside(reading, word);
      if (found === undefined && mend && kind === LETTER) found = this.mend(reading, word, isKnownWord);
      if (found === undefined) continue;
      consumed = this.matchEnd;
      for (const concept of found) this.push(concept, word, place);
      place++;
      // A Hangul word may hold two cues (a noun and the verb glued to it).
      if (kind === HANGUL && consumed < reading.end[word]!) this.rest(reading, word, consumed, place++);
    }
  }

  private push(concept: number, word: number, place: number) {
    if (this.count >= MAX_CUES) return;
    this.concept[this.count] = concept;
    this.word[this.count] = word;
    this.place[this.count++] = place;
  }

  private rest(reading: Reading, word: number, from: number, place: number) {
    const end = reading.end[word]!;
    for (let at = from; at < end; at++) {
      const found = this.match(reading, at, INNER);
      if (found === undefined) continue;
      for (const concept of found) this.push(concept, word, place);
      at = this.matchEnd - 1;
    }
  }

  /** The concepts of the longest entry that begins at `at`; sets `matchEnd`. */
  private match(reading: Reading, at: number, root: number): readonly number[] | undefined {
    const { text, length } = reading;
    let node = isJoined(text[at]!) ? INNER : root;
    let best: readonly number[] | undefined;
    for (let i = at; i < length; i++) {
      node = trie.step(node, text[i]!);
      if (node === NONE) break;
      const next = i + 1;
      const whole = trie.whole[node];
      const stem = trie.stem[node];
      if (whole === undefined && stem === undefined) continue;
      if (whole !== undefined && (next === length || text[next] === SPACE || isJoined(text[next]!) || isJoined(text[i]!))) {
        best = whole;
        this.matchEnd = next;
      } else if (stem !== undefined) {
        best = stem;
        this.matchEnd = next;
      }
    }
    return best;
  }

  private matchAfterPrefix(reading: Reading, word: number) {
    const begin = reading.begin[word]!;
    const end = reading.end[word]!;
    for (let skip = 1; skip <= 4 && begin + skip < end - 1; skip++) {
      if (!arabicPrefix.has(reading.text[begin + skip - 1]!)) return undefined;
      const found = this.match(reading, begin + skip, ROOT);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private matchInside(reading: Reading, word: number) {
    const end = reading.end[word]!;
    for (let at = reading.begin[word]! + 1; at < end - 1; at++) {
      if (beginsInside[reading.text[at]!] === 0) continue;
      const found = this.match(reading, at, INNER);
      if (found !== undefined && this.matchEnd <= end) return found;
    }
    return undefined;
  }

  private mend(reading: Reading, word: number, isKnownWord: (hash: number) => boolean) {
    const begin = reading.begin[word]!;
    const end = reading.end[word]!;
    if (end - begin < 5 || end - begin > 16 || reading.text[begin]! >= 0x250 || isKnownWord(reading.hash[word]!)) return undefined;
    for (let skip = -1; skip < end - begin; skip++) {
      const concept = slips.get(hashWithout(reading.text, begin, end, skip));
      if (concept < 0) continue;
      this.matchEnd = end;
      this.repaired++;
      return alone[concept]!;
    }
    return undefined;
  }
}

/** Conjunctions, prepositions and the article, as they are written glued to an Arabic word. */
const arabicPrefix = new Set([...'وفبكلا'].map((letter) => letter.charCodeAt(0)));
