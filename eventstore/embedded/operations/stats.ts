/** What is in a log and how much of the disk it takes. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FILE } from '../store/data-file.js';
import { systemKey, type Environment } from '../store/environment.js';
import { Log } from '../store/log.js';

export interface Stats {
  readonly storeId: string;
  readonly events: number;
  readonly streams: number;
  readonly firstPosition: number;
  readonly lastPosition: number;
  /** Bytes of the data file. */
  readonly fileBytes: number;
  /** Bytes of it that hold nothing and will be used again. */
  readonly freeBytes: number;
}

interface LmdbStats {
  readonly entryCount: number;
  readonly pageSize: number;
  readonly free?: { readonly overflowPages: number; readonly treeLeafPageCount: number };
}

const entries = (table: { getStats(): unknown }): number => (table.getStats() as LmdbStats).entryCount;

export function statsOf(env: Environment, dir: string): Stats {
  const log = new Log(env);
  return {
    storeId: env.system.get(systemKey('store-id'))?.toString('utf8') ?? '',
    events: entries(env.log),
    streams: entries(env.streams),
    firstPosition: log.first(),
    lastPosition: log.last(),
    fileBytes: statSync(join(dir, DATA_FILE)).size,
    freeBytes: freeBytesOf(env),
  };
}

/** What no table uses. The pages of the list of free pages themselves are counted as free too. */
function freeBytesOf(env: Environment): number {
  const { root, ...tables } = env;
  const { pageSize, lastPageNumber } = root.getStats() as { pageSize: number; lastPageNumber: number };
  const used = Object.values(tables).reduce((sum, table) => {
    const { treeBranchPageCount, treeLeafPageCount, overflowPages } = table.getStats() as Record<string, number>;
    return sum + treeBranchPageCount! + treeLeafPageCount! + overflowPages!;
  }, 0);
  return Math.max(0, lastPageNumber + 1 - used) * pageSize;
}
