/** From 32-bit hashes to small numbers, open addressing: a look-up allocates nothing and boxes nothing. */
export class HashTable {
  private keys: Int32Array;
  /** Zero where the slot is free, else the value plus one. */
  private values: Int32Array;
  private size = 0;

  constructor(bits: number) {
    this.keys = new Int32Array(1 << bits);
    this.values = new Int32Array(1 << bits);
  }

  /** The value of a key, or -1. */
  get(key: number): number {
    const mask = this.keys.length - 1;
    let slot = (key ^ (key >>> 13)) & mask;
    while (this.values[slot] !== 0) {
      if (this.keys[slot] === key) return this.values[slot]! - 1;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  set(key: number, value: number): void {
    if (this.size * 2 > this.keys.length) this.grow();
    const mask = this.keys.length - 1;
    let slot = (key ^ (key >>> 13)) & mask;
    while (this.values[slot] !== 0 && this.keys[slot] !== key) slot = (slot + 1) & mask;
    if (this.values[slot] === 0) this.size++;
    this.keys[slot] = key;
    this.values[slot] = value + 1;
  }

  private grow() {
    const { keys, values } = this;
    this.keys = new Int32Array(keys.length * 2);
    this.values = new Int32Array(keys.length * 2);
    this.size = 0;
    for (let slot = 0; slot < keys.length; slot++) if (values[slot] !== 0) this.set(keys[slot]!, values[slot]! - 1);
  }
}
