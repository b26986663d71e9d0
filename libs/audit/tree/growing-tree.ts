/** The right edge of the tree, in memory: takes leaves and says which tiles they fill. Everything left of it is settled. */
import { folded, hashOf, type TileId } from './proofs.js';
import { tileWidth, TileNodes } from './tile-nodes.js';

export interface Tile extends TileId {
  readonly hashes: Buffer;
  /** Commit positions of the leaves of a tile of level 0, eight bytes each. */
  readonly positions: Buffer | null;
}

interface Edge {
  tile: number;
  hashes: Buffer[];
  positions: bigint[];
}

export class GrowingTree {
  private edges: Edge[] = [];
  private readonly changed = new Map<string, Tile>();
  private count: number;

  /** @param tiles the last tile of each level, as they were stored. */
  constructor(size: number, tiles: readonly Tile[]) {
    this.count = size;
    for (let level = 0, entries = size; level === 0 || entries > 0; level += 1, entries = Math.floor(entries / tileWidth)) {
      const tile = Math.floor(entries / tileWidth);
      const stored = tiles.find((each) => each.level === level && each.tile === tile);
      const kept = entries % tileWidth;
      this.edges[level] = {
        tile,
        hashes: Array.from({ length: kept }, (_, i) => stored!.hashes.subarray(i * 32, (i + 1) * 32)),
        positions: level === 0 ? Array.from({ length: kept }, (_, i) => stored!.positions!.readBigInt64BE(i * 8)) : [],
      };
    }
  }

  get size(): number {
    return this.count;
  }

  add(leaf: Buffer, position: bigint): void {
    this.edge(0).positions.push(position);
    this.count += 1;
    this.put(0, leaf);
  }

  root(): Buffer {
    return hashOf({ from: 0, to: this.count }, ({ level, tile }) => new TileNodes(this.tileAt(level, tile)));
  }

  /** The tiles that changed since this was last asked, the open ones included. */
  takeChanged(): Tile[] {
    for (const [level, edge] of this.edges.entries()) if (edge.hashes.length > 0) this.note(level, edge);
    const tiles = [...this.changed.values()];
    this.changed.clear();
    return tiles;
  }

  private put(level: number, hash: Buffer): void {
    const edge = this.edge(level);
    edge.hashes.push(hash);
    if (edge.hashes.length < tileWidth) return;
    const tile = this.note(level, edge);
    this.edges[level] = { tile: edge.tile + 1, hashes: [], positions: [] };
    this.put(level + 1, folded(tile.hashes, 0, tileWidth));
  }

  private note(level: number, edge: Edge): Tile {
    const positions = level === 0 ? Buffer.alloc(edge.positions.length * 8) : null;
    for (const [i, position] of edge.positions.entries()) positions?.writeBigInt64BE(position, i * 8);
    const tile: Tile = { level, tile: edge.tile, hashes: Buffer.concat(edge.hashes), positions };
    this.changed.set(`${level}/${edge.tile}`, tile);
    return tile;
  }

  private edge(level: number): Edge {
    return (this.edges[level] ??= { tile: 0, hashes: [], positions: [] });
  }

  /** Only tiles of the edge are ever asked for: a root reads whole tiles by the level above. */
  private tileAt(level: number, tile: number): Buffer {
    const edge = this.edge(level);
    if (edge.tile !== tile) throw new RangeError(`tile ${level}/${tile} is not at the edge`);
    return Buffer.concat(edge.hashes);
  }
}
