/** Proofs from the stored tiles. Tiles once read are kept: the upper ones, which every proof goes through, and the leaves read last. */
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Tile } from './growing-tree.js';
import { TileStore } from './tile-store.js';
import { tileWidth, TileNodes } from './tile-nodes.js';
import { consistencyRuns, hashOf, inclusionRuns, tilesOf, type NeededTile, type Run, type TileId } from './proofs.js';

/** Some 30 KB each with the hashes above their entries: those of 16,000,000 leaves. */
const upperTilesKept = 256;
const leafTilesKept = 16;

@Injectable()
export class TreeProofs {
  private readonly upper = new LRUCache<string, TileNodes>({ max: upperTilesKept });
  private readonly leaves = new LRUCache<string, TileNodes>({ max: leafTilesKept });

  constructor(private readonly store: TileStore) {}

  async size(): Promise<number> {
    return (await this.store.progress())?.size ?? 0;
  }

  /** The place of the event at a commit position. Null when the tree does not have that event (yet). */
  async leafAt(position: bigint): Promise<number | null> {
    const tile = await this.store.leavesAround(position);
    if (!tile) return null;
    this.keep(tile);
    const positions = tile.positions!;
    for (let i = 0; i * 8 < positions.length; i += 1) if (positions.readBigInt64BE(i * 8) === position) return tile.tile * tileWidth + i;
    return null;
  }

  /** The tile of leaves whose first leaf stands at a commit position. Null when the tree does not reach there. */
  firstPositionOf(tile: number): Promise<bigint | null> {
    return this.store.firstPositionOf(tile);
  }

  async root(size: number): Promise<Buffer> {
    return (await this.hashes([{ from: 0, to: size }]))[0]!;
  }

  /** The audit path, nearest sibling first. @param index below `size`, which is at most the tree's. */
  inclusion(index: number, size: number): Promise<readonly Buffer[]> {
    return this.hashes(inclusionRuns(index, size));
  }

  consistency(from: number, to: number): Promise<readonly Buffer[]> {
    return this.hashes(consistencyRuns(from, to));
  }

  private async hashes(runs: readonly Run[]): Promise<readonly Buffer[]> {
    const tiles = await this.tiles(tilesOf(runs));
    return runs.map((run) =>
      hashOf(run, (id) => {
        const tile = tiles.get(nameOf(id));
        if (!tile) throw new RangeError('the tree does not reach that far');
        return tile;
      }),
    );
  }

  /** Those that exist. A kept one that is too short was the last of its level when it was read, and has grown. */
  private async tiles(needed: readonly NeededTile[]): Promise<ReadonlyMap<string, TileNodes>> {
    const found = new Map<string, TileNodes>();
    const missing: NeededTile[] = [];
    for (const id of needed) {
      const kept = this.keptBy(id).get(nameOf(id));
      if (kept && kept.entries >= id.entries) found.set(nameOf(id), kept);
      else missing.push(id);
    }
    if (missing.length > 0) for (const tile of await this.store.tiles(missing)) found.set(nameOf(tile), this.keep(tile));
    return found;
  }

  private keep(tile: Tile): TileNodes {
    const [name, kept] = [nameOf(tile), this.keptBy(tile)];
    const known = kept.get(name);
    if (known && known.entries * 32 >= tile.hashes.length) return known;
    const nodes = new TileNodes(tile.hashes);
    kept.set(name, nodes);
    return nodes;
  }

  private keptBy = ({ level }: TileId): LRUCache<string, TileNodes> => (level === 0 ? this.leaves : this.upper);
}

const nameOf = ({ level, tile }: TileId): string => `${level}/${tile}`;
