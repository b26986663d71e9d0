/** The tree's tiles in PostgreSQL. The log is the truth: the tree can be built again from it, and is compared with it. */
import { Injectable } from '@nestjs/common';
import type { Position } from '../../event-sourcing/domain/event.js';
import { Db } from '../../platform/postgres.js';
import { type TileId } from './proofs.js';
import { tileWidth } from './tile-nodes.js';
import type { Tile } from './growing-tree.js';

/** How far the tree has come. */
export interface TreeProgress {
  readonly storeId: string;
  readonly size: number;
  /** Of the last leaf; null in an empty tree. */
  readonly position: Position | null;
}

/** Somebody else grew the tree meanwhile: read it again. */
export class TreeMoved extends Error {}

interface TileRow {
  readonly level: number;
  readonly tile: string;
  readonly hashes: Buffer;
  readonly positions: Buffer | null;
}

@Injectable()
export class TileStore {
  constructor(private readonly db: Db) {}

  /** Null before the first leaf. */
  async progress(): Promise<TreeProgress | null> {
    const [row] = await this.db.query<{ store_id: string; size: string; commit_position: string | null; prepare_position: string | null }>('SELECT * FROM merkle_tree');
    if (!row) return null;
    const position = row.commit_position === null ? null : { commit: BigInt(row.commit_position), prepare: BigInt(row.prepare_position!) };
    return { storeId: row.store_id, size: Number(row.size), position };
  }

  /** The last tile of each level: what the tree grows on from. */
  async edge(size: number): Promise<readonly Tile[]> {
    const ids: TileId[] = [];
    for (let level = 0, entries = size; entries > 0; level += 1, entries = Math.floor(entries / tileWidth)) ids.push({ level, tile: Math.floor(entries / tileWidth) });
    return this.tiles(ids);
  }

  /** Those that exist, in any order. */
  async tiles(ids: readonly TileId[]): Promise<readonly Tile[]> {
    const rows = await this.db.query<TileRow>(
      'SELECT t.level, t.tile, t.hashes, t.positions FROM unnest($1::smallint[], $2::bigint[]) AS wanted (level, tile) JOIN merkle_tiles t USING (level, tile)',
      [ids.map(({ level }) => level), ids.map(({ tile }) => tile)],
      'merkle tiles',
    );
    return rows.map(tileOf);
  }

  /** One transaction. @throws TreeMoved when the tree is not where `from` says. */
  async grow(from: TreeProgress | null, to: TreeProgress, tiles: readonly Tile[]): Promise<void> {
    await this.db.transaction(async (tx) => {
      const swapped = from
        ? await tx.query(
            'UPDATE merkle_tree SET size = $2, commit_position = $3, prepare_position = $4 WHERE store_id = $1 AND size = $5 RETURNING size',
            [from.storeId, to.size, to.position!.commit.toString(), to.position!.prepare.toString(), from.size],
          )
        : await tx.query(
            'INSERT INTO merkle_tree (store_id, size, commit_position, prepare_position) SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT FROM merkle_tree) ON CONFLICT DO NOTHING RETURNING size',
            [to.storeId, to.size, to.position!.commit.toString(), to.position!.prepare.toString()],
          );
      if (swapped.length !== 1) throw new TreeMoved();
      const column = (of: (tile: Tile) => unknown) => tiles.map(of);
      await tx.query(
        `INSERT INTO merkle_tiles (level, tile, hashes, positions, first_position) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bigint[])
         ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes, positions = excluded.positions`,
        [column(({ level }) => level), column(({ tile }) => tile), column(({ hashes }) => hashes), column(({ positions }) => positions), column(({ positions }) => positions?.readBigInt64BE(0).toString() ?? null)],
        'grow merkle tree',
      );
    });
  }

  /** The tile of leaves that the event at a commit position is in, if it is in the tree. Null before the first. */
  async leavesAround(position: bigint): Promise<Tile | null> {
    const [row] = await this.db.query<TileRow>(
      'SELECT level, tile, hashes, positions FROM merkle_tiles WHERE level = 0 AND first_position <= $1 ORDER BY first_position DESC LIMIT 1',
      [position.toString()],
      'merkle leaf',
    );
    return row ? tileOf(row) : null;
  }

  /** Commit position of the first leaf of a tile of the lowest level. Null when the tree does not reach there. */
  async firstPositionOf(tile: number): Promise<bigint | null> {
    const [row] = await this.db.query<{ first_position: string }>('SELECT first_position FROM merkle_tiles WHERE level = 0 AND tile = $1', [tile]);
    return row ? BigInt(row.first_position) : null;
  }

  /** Drops the whole tree, to be built again. */
  async clear(): Promise<void> {
    await this.db.query('TRUNCATE merkle_tree, merkle_tiles');
  }
}

const tileOf = ({ level, tile, hashes, positions }: TileRow): Tile => ({ level, tile: Number(tile), hashes, positions });
