/**
 * A tile of the tree with the hashes above its entries, each made when it is first asked for and then kept: what stands
 * in a tile never changes, it only grows to the right.
 */
import { nodeHash } from '../verifier/verify.mjs';

export const tileWidth = 256;

export class TileNodes {
  /** As a heap: 1 is the root of the whole tile, 2n and 2n + 1 are below n. */
  private readonly above: (Buffer | undefined)[] = [];

  constructor(private readonly hashes: Buffer) {}

  get entries(): number {
    return this.hashes.length / 32;
  }

  /** The root over `count` (a power of two) entries from `first` (a multiple of it) on. @throws RangeError when the tile does not have them. */
  root(first: number, count: number): Buffer {
    if (first + count > this.entries) throw new RangeError('the tree does not reach that far');
    return this.node(first, count);
  }

  private node(first: number, count: number): Buffer {
    if (count === 1) return this.hashes.subarray(first * 32, (first + 1) * 32);
    return (this.above[(tileWidth + first) / count] ??= nodeHash(this.node(first, count / 2), this.node(first + count / 2, count / 2)));
  }
}
