/**
 * The lexicons, loaded once for finding: the trie of all entries, and the small tables that tell at a glance that
 * nothing can begin at a place, which is true of most places of a text.
 *
 * Marks of an entry: `word` matches the whole word; `stem*` whatever its ending; `~part` also inside or at the end of a
 * longer word (German and Dutch compounds). Han, Kana and Hangul entries match anywhere, as those scripts have
 * no space where a cue begins or ends.
 */
import { HANGUL, IDEOGRAPH, LETTER, classOf, folded } from './characters.js';
import { conceptId, type Concept, type Lexicon } from './concepts.js';
import { CueTrie } from './cue-trie.js';
import { HashTable } from './hash-table.js';
import { BORROWED, languageBits, lexicons } from './lexicon/index.js';
import { WordStarts } from './word-starts.js';

const SPACE = 32;
const DOT = 46;
/** Characters of an opening that are looked at, and what makes its hash an index. */
const MOST_SEEN = 4;
const SPREAD = 0x9e3779b1;
const OPENING_SHIFT = 15;

export const trie = new CueTrie(18);
/** Entries that begin a word. */
export const ROOT = trie.root();
/** Entries that may begin inside a word. */
export const INNER = trie.root();

/** The words that begin an entry, so that they are not walked. */
export const wordStarts = new WordStarts(15);

/** Single words of five letters or more, for the repair of typing slips: hash of a form with one letter left out. */
export const slips = new HashTable(18);

/** Whether an entry may begin with the characters at a place, by up to four of them. */
class Openings {
  /** By the hash of the first characters: for how many of them an entry has it, a bit each. */
  private readonly lengths = new Uint8Array(1 << 17);
  /** By the low bits of the first two characters: the same. It stays in the cache, and most places end here. */
  private readonly firstTwo = new Uint8Array(1 << (2 * LOW_BITS));

  add(entry: Uint16Array) {
    const length = Math.min(MOST_SEEN, entry.length);
    let hash = 0;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ entry[i]!, SPREAD);
    this.lengths[hash >>> OPENING_SHIFT]! |= 1 << length;
    if (length > 1) this.firstTwo[lowOfTwo(entry[0]!, entry[1]!)]! |= 1 << length;
    else for (let second = 0; second < 1 << LOW_BITS; second++) this.firstTwo[lowOfTwo(entry[0]!, second)]! |= 1 << length;
  }

  /** One hash grows by a character at a time: it is asked at nearly every word. */
  has(text: Uint16Array, at: number, end: number): boolean {
    const possible = this.firstTwo[lowOfTwo(text[at]!, text[at + 1]!)]!;
    if (possible === 0) return false;
    const most = Math.min(MOST_SEEN, end - at);
    let hash = 0;
    for (let length = 1; length <= most; length++) {
      hash = Math.imul(hash ^ text[at + length - 1]!, SPREAD);
      if (((possible >>> length) & 1) === 1 && ((this.lengths[hash >>> OPENING_SHIFT]! >>> length) & 1) === 1) return true;
    }
    return false;
  }
}

const LOW_BITS = 6;
const LOW = (1 << LOW_BITS) - 1;
const lowOfTwo = (first: number, second: number) => ((first & LOW) << LOW_BITS) | (second & LOW);

/** Stems: they begin a word but need not be one. */
export const stemOpenings = new Openings();
/** All entries that begin a word: for places where the word is not known as a whole. */
export const wordOpenings = new Openings();
export const innerOpenings = new Openings();

/** The folded form of an entry, as a reading would hold it. */
function foldEntry(entry: string): Uint16Array {
  const out: number[] = [];
  let last = 0;
  for (let i = 0; i < entry.length; i++) {
    const raw = entry.charCodeAt(i);
    const kind = classOf[raw]!;
    const sign = raw === DOT && i === 0 ? LETTER : (raw === 43 || raw === 35) && i > 0 ? LETTER : kind;
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

/** FNV-1a of a word, as a reading has it before its last mixing, with one letter left out (none at -1). */
export function hashWithout(text: Uint16Array, begin: number, end: number, skip: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = begin; i < end; i++) if (i - begin !== skip) hash = Math.imul(hash ^ text[i]!, 0x01000193);
  return hash;
}

export const isJoined = (code: number) => classOf[code] === IDEOGRAPH || classOf[code] === HANGUL;

/** A slip is one of a language: the same letters mean another thing in the next. */
export const slipKey = (hash: number, language: number): number => Math.imul(hash ^ language, 0x01000193);

function addSlips(word: Uint16Array, concept: number, language: number) {
  for (let skip = -1; skip < word.length; skip++) {
    const key = slipKey(hashWithout(word, 0, word.length, skip), language);
    if (slips.get(key) < 0) slips.set(key, concept);
  }
}

function addWordStart(entry: Uint16Array, language: number, open: boolean) {
  wordOpenings.add(entry);
  const space = entry.indexOf(SPACE);
  if (open && space < 0) stemOpenings.add(entry);
  const first = space < 0 ? entry : entry.subarray(0, space);
  const hash = hashWithout(first, 0, first.length, -1);
  wordStarts.add(hash ^ (hash >>> 15), trie.path(ROOT, first), space < 0 ? null : { language, letter: entry[space + 1]! });
}

const firstThing = conceptId('image');
const lastThing = conceptId('program');
const firstOfCode = conceptId('code');
const files = new Set((['image-file', 'video-file', 'audio-file', 'animation'] as const).map(conceptId));

/** Names of things; short ones only where they are formats and languages, as `art` and `son` are words elsewhere. */
function isBorrowed(entry: Uint16Array, concept: number): boolean {
  if (concept < firstThing || concept > lastThing || entry.includes(SPACE)) return false;
  return entry.length > 3 || concept >= firstOfCode || files.has(concept);
}

function addEntry(item: string, concept: number, lexicon: number) {
  if (item === '') return;
  const inner = item.startsWith('~');
  const stem = item.endsWith('*');
  const entry = foldEntry(item.slice(inner ? 1 : 0, stem ? -1 : undefined));
  if (entry.length === 0) return;
  const language = lexicon === languageBits.en && isBorrowed(entry, concept) ? lexicon | BORROWED : lexicon;
  const joined = isJoined(entry[0]!);
  const open = stem || isJoined(entry.at(-1)!);
  if (!joined) {
    trie.add(ROOT, entry, { concept, language, asStem: open });
    addWordStart(entry, language, open);
  }
  if (inner || joined) {
    trie.add(INNER, entry, { concept, language, asStem: open });
    innerOpenings.add(entry);
  }
  const plain = !joined && !entry.includes(SPACE) && entry[0]! < 0x250 && entry[0]! !== DOT;
  if (plain && entry.length >= 5) addSlips(entry, concept, lexicon);
}

function load(lexicon: Lexicon, language: number) {
  for (const [concept, words] of Object.entries(lexicon)) {
    const id = conceptId(concept as Concept);
    for (const item of words.split(',')) addEntry(item.trim(), id, language);
  }
}

for (const name of Object.keys(lexicons) as (keyof typeof lexicons)[]) load(lexicons[name], languageBits[name]);
trie.seal();
wordStarts.seal(trie);
