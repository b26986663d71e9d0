/**
 * Every entry of every lexicon in one trie over folded characters. A transition is one key of (node, letter), so a
 * step of the walk is one look at one array, in the same cache line as its answer.
 */
const NONE = -1;
/** Letters that occur in entries, numbered; 0 is every other character, which no entry holds. */
const LETTER_BITS = 12;

/** What an entry that ends at a node means, and in which languages (a bit each). */
export interface Meanings {
  readonly concepts: number[];
  readonly languages: number[];
}

export class CueTrie {
  private readonly letterOf = new Uint16Array(65536);
  private letters = 1;
  /** Pairs of key and node, open addressing. */
  private readonly slots: Int32Array;
  private readonly mask: number;
  private nodes = 0;
  /** Entries that must end with the word, and stems, by node. */
  readonly whole: (Meanings | undefined)[] = [];
  readonly stem: (Meanings | undefined)[] = [];
  /** Languages of all that ends at a node: most nodes end nothing, which is one look. */
  readonly wholeLanguages: Int32Array;
  readonly stemLanguages: Int32Array;

  constructor(bits: number) {
    this.slots = new Int32Array(2 << bits).fill(NONE);
    this.mask = (1 << bits) - 1;
    this.wholeLanguages = new Int32Array(1 << bits);
    this.stemLanguages = new Int32Array(1 << bits);
  }

  root(): number {
    return this.nodes++;
  }

  /** The node after `code`, or -1. */
  step(node: number, code: number): number {
    const letter = this.letterOf[code]!;
    return letter === 0 ? NONE : this.slots[this.slot((node << LETTER_BITS) | letter) + 1]!;
  }

  private slot(key: number): number {
    const mixed = Math.imul(key, 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & this.mask;
    while (this.slots[2 * slot] !== key && this.slots[2 * slot] !== NONE) slot = (slot + 1) & this.mask;
    return 2 * slot;
  }

  /** The node where the path of these characters ends, grown as needed. */
  path(root: number, entry: Uint16Array): number {
    let node = root;
    for (const code of entry) node = this.grow(node, code);
    return node;
  }

  private grow(node: number, code: number): number {
    if (this.letterOf[code] === 0) this.letterOf[code] = this.letters++;
    const key = (node << LETTER_BITS) | this.letterOf[code]!;
    const slot = this.slot(key);
    if (this.slots[slot] === key) return this.slots[slot + 1]!;
    if (this.nodes > this.mask * 0.6 || this.letters >= 1 << LETTER_BITS) throw new Error('The lexicon outgrew its trie: give it another bit.');
    this.slots[slot] = key;
    this.slots[slot + 1] = this.nodes;
    return this.nodes++;
  }

  add(root: number, entry: Uint16Array, concept: number, language: number, asStem: boolean) {
    const node = this.path(root, entry);
    const [meanings, languages] = asStem ? [this.stem, this.stemLanguages] : [this.whole, this.wholeLanguages];
    mean((meanings[node] ??= { concepts: [], languages: [] }), concept, language);
    languages[node]! |= language;
  }

  /** A whole word that is also a stem has the meanings of both. */
  seal() {
    this.stem.forEach((stem, node) => {
      const whole = this.whole[node];
      if (stem === undefined || whole === undefined) return;
      stem.concepts.forEach((concept, i) => mean(whole, concept, stem.languages[i]!));
      this.wholeLanguages[node]! |= this.stemLanguages[node]!;
    });
  }
}

function mean({ concepts, languages }: Meanings, concept: number, language: number) {
  const known = concepts.indexOf(concept);
  if (known >= 0) languages[known]! |= language;
  else {
    concepts.push(concept);
    languages.push(language);
  }
}

