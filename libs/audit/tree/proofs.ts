/**
 * The Merkle tree of RFC 6962 over tiles of 256 hashes (C2SP tlog-tiles): tile (0, n) holds the hashes of leaves 256n
 * and on, tile (1, n) those of whole tiles of level 0, and so on. A proof reads a few tiles, however large the tree.
 */
import { emptyRoot, nodeHash } from '../verifier/verify.mjs';
import { tileWidth, type TileNodes } from './tile-nodes.js';

/** A run of leaves, `to` exclusive. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

export interface TileId {
  readonly level: number;
  readonly tile: number;
}

/** A tile: at least as much of it as the tree size in question has. */
export type Tiles = (id: TileId) => Pick<TileNodes, 'root'>;

/** The runs whose hashes are the audit path of a leaf, nearest first. RFC 6962 section 2.1.1. */
export function inclusionRuns(index: number, size: number): Run[] {
  const path: Run[] = [];
  let run: Run = { from: 0, to: size };
  while (run.to - run.from > 1) {
    const middle = run.from + splitOf(run.to - run.from);
    const left = { from: run.from, to: middle };
    const right = { from: middle, to: run.to };
    path.unshift(index < middle ? right : left);
    run = index < middle ? left : right;
  }
  return path;
}

/** The runs whose hashes prove that the tree of `size` begins with the tree of `from` leaves. RFC 6962 section 2.1.2. */
export function consistencyRuns(from: number, size: number): Run[] {
  if (from === 0 || from === size) return [];
  const path: Run[] = [];
  let run: Run = { from: 0, to: size };
  let whole = true;
  while (run.to !== from) {
    const middle = run.from + splitOf(run.to - run.from);
    if (from <= middle) {
      path.unshift({ from: middle, to: run.to });
      run = { from: run.from, to: middle };
    } else {
      path.unshift({ from: run.from, to: middle });
      run = { from: middle, to: run.to };
      whole = false;
    }
  }
  return whole ? path : [run, ...path];
}

/** The largest power of two below n. */
function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

interface Subtree {
  /** It covers 2^height leaves, from leaf place × 2^height on. */
  readonly height: number;
  readonly place: number;
}

/** A run as whole subtrees, left to right, each as large as its place allows. */
function subtreesOf({ from, to }: Run): Subtree[] {
  const found: Subtree[] = [];
  for (let at = from; at < to; ) {
    let height = 0;
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= to) height += 1;
    found.push({ height, place: at / 2 ** height });
    at += 2 ** height;
  }
  return found;
}

export interface NeededTile extends TileId {
  /** How many of its entries are read, from the first on. */
  readonly entries: number;
}

/** Every tile that the hashes of these runs are read from. */
export function tilesOf(runs: readonly Run[]): NeededTile[] {
  const found = new Map<string, NeededTile>();
  for (const run of runs) {
    for (const subtree of subtreesOf(run)) {
      const { level, tile, first, count } = placeOf(subtree);
      const name = `${level}/${tile}`;
      found.set(name, { level, tile, entries: Math.max(first + count, found.get(name)?.entries ?? 0) });
    }
  }
  return [...found.values()];
}

function placeOf({ height, place }: Subtree): TileId & { first: number; count: number } {
  const level = Math.floor(height / 8);
  const count = 2 ** (height % 8);
  const entry = place * count;
  return { level, tile: Math.floor(entry / tileWidth), first: entry % tileWidth, count };
}

/** The hash of a run, as MTH of RFC 6962 gives it. */
export function hashOf(run: Run, tiles: Tiles): Buffer {
  if (run.to === run.from) return emptyRoot;
  const hashes = subtreesOf(run).map((subtree) => {
    const { first, count, ...id } = placeOf(subtree);
    return tiles(id).root(first, count);
  });
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The root over `count` (a power of two) hashes of a tile. @throws RangeError when the tile does not have them. */
export function folded(tile: Buffer, first: number, count: number): Buffer {
  if ((first + count) * 32 > tile.length) throw new RangeError('the tree does not reach that far');
  let row = Array.from({ length: count }, (_, i) => tile.subarray((first + i) * 32, (first + i + 1) * 32));
  while (row.length > 1) row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i]!, row[2 * i + 1]!));
  return row[0]!;
}
