/**
 * From 32-bit hashes to small numbers, open addressing: a look-up allocates nothing and boxes nothing. Most words are in
 * no table, so a filter of four bits a slot, which stays in the cache as the table does not, is asked first.
 */
export class HashTable {
  /** Key and value plus one, side by side; the value is zero where the slot is free. */
  private slots!: Int32Array;
  private filter!: Uint32Array;
  private shift!: number;
  private size = 0;

  constructor(bits: number) {
    this.make(bits);
  }

  /** The value of a key, or -1. */
  get(key: number): number {
    const bit = Math.imul(key, SPREAD) >>> this.shift;
    if (((this.filter[bit >>> 5]! >>> (bit & 31)) & 1) === 0) return -1;
    const { slots } = this;
    const mask = slots.length - 2;
    let slot = ((key ^ (key >>> 13)) << 1) & mask;
    while (slots[slot + 1] !== 0) {
      if (slots[slot] === key) return slots[slot + 1]! - 1;
      slot = (slot + 2) & mask;
    }
    return -1;
  }

  set(key: number, value: number): void {
    if (this.size * 4 > this.slots.length) this.grow();
    const { slots } = this;
    const mask = slots.length - 2;
    let slot = ((key ^ (key >>> 13)) << 1) & mask;
    while (slots[slot + 1] !== 0 && slots[slot] !== key) slot = (slot + 2) & mask;
    if (slots[slot + 1] === 0) this.size++;
    slots[slot] = key;
    slots[slot + 1] = value + 1;
    const bit = Math.imul(key, SPREAD) >>> this.shift;
    this.filter[bit >>> 5]! |= 1 << (bit & 31);
  }

  private make(bits: number) {
    this.slots = new Int32Array(2 << bits);
    this.filter = new Uint32Array(Math.max(1, (1 << (bits + FILTER_BITS)) >>> 5));
    this.shift = 32 - bits - FILTER_BITS;
    this.size = 0;
  }

  private grow() {
    const { slots } = this;
    this.make(Math.log2(slots.length));
    for (let slot = 0; slot < slots.length; slot += 2) if (slots[slot + 1] !== 0) this.set(slots[slot]!, slots[slot + 1]! - 1);
  }
}

const SPREAD = 0x9e3779b1;
/** Bits of the filter for each slot, as a power of two. */
const FILTER_BITS = 2;
