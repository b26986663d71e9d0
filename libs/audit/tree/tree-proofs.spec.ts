import { expect, it } from '@jest/globals';
import { leafHash, verifyInclusion } from '../verifier/verify.mjs';
import { GrowingTree, type Tile } from './growing-tree.js';
import type { TileId } from './proofs.js';
import type { TileStore } from './tile-store.js';
import { TreeProofs } from './tree-proofs.js';

const leaf = (n: number) => leafHash(Buffer.from(`leaf ${n}`));

/** The tiles of a tree that grows, and how often a store of them is asked. */
class Stored {
  reads = 0;
  private readonly tree = new GrowingTree(0, []);
  private readonly kept = new Map<string, Tile>();

  growTo(size: number): void {
    while (this.tree.size < size) this.tree.add(leaf(this.tree.size), BigInt(10 * this.tree.size));
    for (const tile of this.tree.takeChanged()) this.kept.set(`${tile.level}/${tile.tile}`, tile);
  }

  get root(): Buffer {
    return this.tree.root();
  }

  tiles(ids: readonly TileId[]): Promise<readonly Tile[]> {
    this.reads += 1;
    return Promise.resolve(ids.flatMap(({ level, tile }) => this.kept.get(`${level}/${tile}`) ?? []));
  }

  leavesAround(position: bigint): Promise<Tile | null> {
    this.reads += 1;
    return Promise.resolve(this.kept.get(`0/${Math.floor(Number(position) / 2_560)}`) ?? null);
  }
}

it('proves each event of a tree that grows meanwhile, and reads the upper tiles once', async () => {
  const stored = new Stored();
  const proofs = new TreeProofs(stored as unknown as TileStore);
  for (const size of [200, 300, 70_000, 70_001, 131_500]) {
    stored.growTo(size);
    for (const index of [0, size - 1, Math.floor(size / 2), Math.floor(size / 3)]) {
      expect(await proofs.leafAt(BigInt(10 * index))).toBe(index);
      expect([size, index, verifyInclusion({ index, size, leaf: leaf(index), path: [...(await proofs.inclusion(index, size))], root: stored.root })]).toEqual([size, index, true]);
    }
  }
  const before = stored.reads;
  for (const index of [40_000, 41_000, 42_000]) await proofs.inclusion((await proofs.leafAt(BigInt(10 * index)))!, 131_500);
  expect(stored.reads - before).toBe(3);
  expect(await proofs.leafAt(5n)).toBe(null);
  await expect(proofs.inclusion(140_000, 200_000)).rejects.toThrow('the tree does not reach that far');
});
