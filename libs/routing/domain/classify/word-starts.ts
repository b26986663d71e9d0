/**
 * From the hash of a whole word that begins an entry to its node in the trie. Most such words begin nothing here: the
 * entry is of a language that is not heard, or goes on with another word than the one that follows. What tells so stands
 * beside the hash, in the same cache line.
 */
import type { CueTrie } from './cue-trie.js';

const NONE = -1;
/** A slot: the hash, the node plus one (0 in a free slot), the languages in which the word is an entry, those in which it begins a longer one, and how these go on. */
const SLOT_BITS = 3;
const enum Field { Hash, Node, Own, GoesOn, Letters }
const SPREAD = 0x9e3779b1;
/** Bits of the filter for each slot, as a power of two: most words begin no entry, and the filter stays in the cache. */
const FILTER_BITS = 3;

export class WordStarts {
  private readonly slots: Int32Array;
  private readonly filter: Uint32Array;
  private readonly shift: number;
  private readonly mask: number;
  private size = 0;

  constructor(bits: number) {
    this.slots = new Int32Array(1 << (bits + SLOT_BITS));
    this.filter = new Uint32Array(1 << (bits + FILTER_BITS - 5));
    this.shift = 32 - bits - FILTER_BITS;
    this.mask = (1 << bits) - 1;
  }

  /** @param further the language of a longer entry that begins with the word, and the first letter of its next word. */
  add(hash: number, node: number, further: { readonly language: number; readonly letter: number } | null): void {
    if (this.size > this.mask * 0.75) throw new Error('The lexicon outgrew its word starts: give them another bit.');
    const { slots } = this;
    const slot = this.slotOf(hash);
    if (slots[slot + Field.Node] === 0) this.size++;
    slots[slot + Field.Hash] = hash;
    slots[slot + Field.Node] = node + 1;
    if (further !== null) {
      slots[slot + Field.GoesOn]! |= further.language;
      slots[slot + Field.Letters]! |= 1 << (further.letter & 31);
    }
    const bit = Math.imul(hash, SPREAD) >>> this.shift;
    this.filter[bit >>> 5]! |= 1 << (bit & 31);
  }

  /** Once every entry is in the trie. */
  seal(trie: CueTrie): void {
    const { slots } = this;
    for (let slot = 0; slot < slots.length; slot += 1 << SLOT_BITS) {
      const node = slots[slot + Field.Node]! - 1;
      if (node >= 0) slots[slot + Field.Own] = trie.whole(node) | trie.stem(node);
    }
  }

  /** The node of a word where an entry of these languages may begin with it, or -1. @param next the first letter of the word that follows; -1 behind the last. */
  node(hash: number, languages: number, next: number): number {
    const bit = Math.imul(hash, SPREAD) >>> this.shift;
    if (((this.filter[bit >>> 5]! >>> (bit & 31)) & 1) === 0) return NONE;
    const { slots } = this;
    const slot = this.slotOf(hash);
    if ((slots[slot + Field.Own]! & languages) !== 0) return slots[slot + Field.Node]! - 1;
    const goesOn = next !== NONE && (slots[slot + Field.GoesOn]! & languages) !== 0 && ((slots[slot + Field.Letters]! >>> (next & 31)) & 1) === 1;
    return goesOn ? slots[slot + Field.Node]! - 1 : NONE;
  }

  private slotOf(hash: number): number {
    const { slots, mask } = this;
    let at = (hash ^ (hash >>> 13)) & mask;
    while (slots[(at << SLOT_BITS) + Field.Node] !== 0 && slots[(at << SLOT_BITS) + Field.Hash] !== hash) at = (at + 1) & mask;
    return at << SLOT_BITS;
  }
}
