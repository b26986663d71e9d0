/**
 * Every entry of every lexicon in one trie over folded characters. A transition is one key of (node, letter), so a
 * step of the walk is one look at one array, in the same cache line as its answer. What ends at a node, and whether it
 * goes on at all, stands side by side: a walk looks nowhere else before it has found something.
 */
const NONE = -1;
/** Letters that occur in entries, numbered; 0 is every other character, which no entry holds. */
const LETTER_BITS = 12;

/** A node: the languages of the entries that must end with the word there, and of the stems; its letters, by their low bits; and where its meanings begin. */
const NODE_BITS = 2;
const enum Field { Whole, Stem, Letters, Meanings }

/** What an entry that ends at a node means, and in which languages (a bit each). */
type Meanings = Map<number, number>;

export class CueTrie {
  private readonly letterOf = new Uint16Array(65536);
  private letters = 1;
  /** Pairs of key and node, open addressing. */
  private readonly slots: Int32Array;
  private readonly mask: number;
  private count = 0;
  private readonly nodes: Int32Array;
  /** Of a node with entries: how many meanings they have as whole words, concept and languages of each, and the same of stems. */
  meanings = new Int32Array();
  private readonly added: { readonly whole: Map<number, Meanings>; readonly stem: Map<number, Meanings> } = { whole: new Map(), stem: new Map() };

  constructor(bits: number) {
    this.slots = new Int32Array(2 << bits).fill(NONE);
    this.mask = (1 << bits) - 1;
    this.nodes = new Int32Array(1 << (bits + NODE_BITS));
  }

  root(): number {
    return this.count++;
  }

  /** The node after `code`, or -1. */
  step(node: number, code: number): number {
    if (((this.nodes[(node << NODE_BITS) + Field.Letters]! >>> (code & 31)) & 1) === 0) return NONE;
    const letter = this.letterOf[code]!;
    return letter === 0 ? NONE : this.slots[this.slot((node << LETTER_BITS) | letter) + 1]!;
  }

  private slot(key: number): number {
    const mixed = Math.imul(key, 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & this.mask;
    while (this.slots[2 * slot] !== key && this.slots[2 * slot] !== NONE) slot = (slot + 1) & this.mask;
    return 2 * slot;
  }

  /** Languages of the entries that end at a node with the word, and of the stems. */
  whole(node: number): number {
    return this.nodes[(node << NODE_BITS) + Field.Whole]!;
  }

  stem(node: number): number {
    return this.nodes[(node << NODE_BITS) + Field.Stem]!;
  }

  /** Where in `meanings` those of a whole word, or of a stem, are listed: how many, then the concept and the languages of each. */
  meaningsOfWhole(node: number): number {
    return this.nodes[(node << NODE_BITS) + Field.Meanings]!;
  }

  meaningsOfStem(node: number): number {
    const whole = this.meaningsOfWhole(node);
    return whole + 1 + 2 * this.meanings[whole]!;
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
    if (this.count > this.mask * 0.6 || this.letters >= 1 << LETTER_BITS) throw new Error('The lexicon outgrew its trie: give it another bit.');
    this.slots[slot] = key;
    this.slots[slot + 1] = this.count;
    this.nodes[(node << NODE_BITS) + Field.Letters]! |= 1 << (code & 31);
    return this.count++;
  }

  add(root: number, entry: Uint16Array, { concept, language, asStem }: { concept: number; language: number; asStem: boolean }) {
    const node = this.path(root, entry);
    const { whole, stem } = this.added;
    const known = asStem ? stem : whole;
    if (!known.has(node)) known.set(node, new Map());
    mean(known.get(node)!, concept, language);
    this.nodes[(node << NODE_BITS) + (asStem ? Field.Stem : Field.Whole)]! |= language;
  }

  /** Once all entries are added: a whole word that is also a stem has the meanings of both. */
  seal() {
    const { whole, stem } = this.added;
    const listed: number[] = [];
    const list = (meanings: Meanings) => listed.push(meanings.size, ...[...meanings].flat());
    for (const node of new Set([...whole.keys(), ...stem.keys()])) {
      const ofStem = stem.get(node) ?? new Map<number, number>();
      const ofWhole = whole.get(node) ?? new Map<number, number>();
      if (ofWhole.size > 0) for (const [concept, languages] of ofStem) mean(ofWhole, concept, languages);
      if (ofWhole.size > 0) this.nodes[(node << NODE_BITS) + Field.Whole]! |= this.stem(node);
      this.nodes[(node << NODE_BITS) + Field.Meanings] = listed.length;
      list(ofWhole);
      list(ofStem);
    }
    this.meanings = Int32Array.from(listed);
    whole.clear();
    stem.clear();
  }
}

const mean = (meanings: Meanings, concept: number, language: number) => meanings.set(concept, (meanings.get(concept) ?? 0) | language);
