/** Proofs from the stored tiles. */
import { Injectable } from '@nestjs/common';
import { TileStore } from './tile-store.js';
import { consistencyRuns, hashOf, inclusionRuns, tilesOf, type Run } from './proofs.js';

@Injectable()
export class TreeProofs {
  constructor(private readonly store: TileStore) {}

  async size(): Promise<number> {
    return (await this.store.progress())?.size ?? 0;
  }

  /** Null when the tree does not have that event (yet). */
  leafAt(position: bigint): Promise<number | null> {
    return this.store.leafAt(position);
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
    const found = new Map((await this.store.tiles(tilesOf(runs))).map((tile) => [`${tile.level}/${tile.tile}`, tile.hashes]));
    return runs.map((run) =>
      hashOf(run, ({ level, tile }) => {
        const hashes = found.get(`${level}/${tile}`);
        if (!hashes) throw new RangeError('the tree does not reach that far');
        return hashes;
      }),
    );
  }
}
