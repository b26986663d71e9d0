import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { chanceOf } from '../../event-sourcing/projections/testing/simulation.js';
import { emptyRoot, leafHash, nodeHash, verifyConsistency, verifyInclusion } from '../verifier/verify.mjs';
import { GrowingTree, type Tile } from './growing-tree.js';
import { consistencyRuns, hashOf, inclusionRuns, tilesOf, type Run, type Tiles } from './proofs.js';
import { TileNodes } from './tile-nodes.js';

const leaf = (n: number) => leafHash(Buffer.from(`leaf ${n}`));
const leaves = Array.from({ length: 70_000 }, (_, n) => leaf(n));

/** MTH as RFC 6962 section 2.1 writes it, with nothing clever. */
function rootBy(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return createHash('sha256').digest();
  if (hashes.length === 1) return hashes[0]!;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(rootBy(hashes.slice(0, k)), rootBy(hashes.slice(k)));
}

const stored = new Map<string, Tile>();
const keep = (tiles: readonly Tile[]) => tiles.forEach((tile) => stored.set(`${tile.level}/${tile.tile}`, tile));
const tree = new GrowingTree(0, []);
for (const [n, hash] of leaves.entries()) {
  tree.add(hash, BigInt(n));
  if (n % 997 === 0) keep(tree.takeChanged());
}
keep(tree.takeChanged());
const tiles: Tiles = ({ level, tile }) => new TileNodes(stored.get(`${level}/${tile}`)!.hashes);
const known = new Map<string, Buffer>();
const hashed = (run: Run): Buffer => {
  const name = `${run.from}-${run.to}`;
  if (!known.has(name)) known.set(name, hashOf(run, tiles));
  return known.get(name)!;
};
const rootAt = (size: number) => hashed({ from: 0, to: size });
const inclusion = (index: number, size: number) => ({ index, size, leaf: leaves[index]!, path: inclusionRuns(index, size).map(hashed), root: rootAt(size) });
const consistency = (from: number, to: number) => ({ from, to, fromRoot: rootAt(from), toRoot: rootAt(to), path: consistencyRuns(from, to).map(hashed) });
const sizes = [0, 1, 2, 3, 4, 7, 8, 9, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 70_000];

describe('the tree', () => {
  it('has the roots that RFC 6962 defines, at every kind of size', () => {
    for (const size of sizes) expect([size, rootAt(size)]).toEqual([size, rootBy(leaves.slice(0, size))]);
    expect(rootAt(0)).toEqual(emptyRoot);
    expect(tree.root()).toEqual(rootAt(70_000));
  });

  it('has the roots of the test vectors of certificate transparency', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((hex) => leafHash(Buffer.from(hex, 'hex')));
    const small = new GrowingTree(0, []);
    inputs.forEach((hash, n) => small.add(hash, BigInt(n)));
    expect(small.root().toString('hex')).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
  });

  it('proves every leaf at every size, from at most a few tiles', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70_000 }), fc.double({ min: 0, max: 0.999_999, noNaN: true }), (size, share) => {
        const index = Math.floor(share * size);
        expect(verifyInclusion(inclusion(index, size))).toBe(true);
        expect(tilesOf(inclusionRuns(index, size)).length).toBeLessThan(8);
      }),
      { numRuns: 100 },
    ));

  it('proves that every tree begins with every smaller one', () => {
    for (const from of sizes) for (const to of sizes) if (from <= to) expect([from, to, verifyConsistency(consistency(from, to))]).toEqual([from, to, true]);
  });

  it('goes on from its stored edge as if it had never stopped', () => {
    for (const size of [0, 1, 255, 256, 257, 65_536, 65_793]) {
      const edge = [...stored.values()].map((tile) => tile).filter(({ level, tile }) => tile === Math.floor(size / 256 ** (level + 1)));
      const again = new GrowingTree(size, edge);
      for (let n = size; n < size + 300; n += 1) again.add(leaves[n]!, BigInt(n));
      expect(again.root()).toEqual(rootAt(size + 300));
    }
  });

  it('lets none of 10,000 mutated proofs pass', () => {
    const chance = chanceOf(11);
    const upTo = (n: number) => Math.floor(chance() * n);
    const flipped = (hash: Uint8Array) => {
      const copy = Buffer.from(hash);
      copy[upTo(32)]! ^= 1 << upTo(8);
      return copy;
    };
    let accepted = 0;
    for (let i = 0; i < 5_000; i += 1) {
      const size = 2 + upTo(300);
      const proof = inclusion(upTo(size), size);
      const at = upTo(proof.path.length);
      const mutations = [
        { ...proof, path: proof.path.with(at, flipped(proof.path[at]!)) },
        { ...proof, leaf: flipped(proof.leaf) },
        { ...proof, root: flipped(proof.root) },
        { ...proof, path: proof.path.toSpliced(at, 1) },
        { ...proof, path: proof.path.toSpliced(at, 0, leaf(i)) },
        { ...proof, path: [...proof.path, leaf(i)] },
        { ...proof, index: (proof.index + 1 + upTo(size - 1)) % size },
        { ...proof, index: proof.index + size },
        { ...proof, index: -1 },
        // A node passed off as a leaf: its children's hashes are its bytes.
        { ...proof, leaf: nodeHash(proof.leaf, proof.path[0]!), path: proof.path.slice(1), index: Math.floor(proof.index / 2) },
      ];
      if (verifyInclusion(mutations[i % mutations.length]!)) accepted += 1;
    }
    for (let i = 0; i < 5_000; i += 1) {
      const to = 3 + upTo(300);
      const proof = consistency(1 + upTo(to - 2), to);
      const at = upTo(proof.path.length);
      const mutations = [
        { ...proof, path: proof.path.with(at, flipped(proof.path[at]!)) },
        { ...proof, fromRoot: flipped(proof.fromRoot) },
        { ...proof, toRoot: flipped(proof.toRoot) },
        { ...proof, path: proof.path.toSpliced(at, 1) },
        { ...proof, path: [...proof.path, leaf(i)] },
        { ...proof, fromRoot: proof.toRoot },
        { ...proof, from: proof.to },
        { ...proof, path: [] },
        { ...proof, from: 0 },
        { ...proof, fromRoot: rootAt(proof.from + 1) },
      ];
      if (verifyConsistency(mutations[i % mutations.length]!)) accepted += 1;
    }
    expect(accepted).toBe(0);
  });
});
