/**
 * A look at the data file before LMDB maps it. Reading a page that the file no longer has ends a process by SIGBUS, so
 * a file that was cut must be found out by reading, not by mapping. Offsets are those of LMDB's meta page (mdb.c).
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const DATA_FILE = 'data.mdb';

const MAGIC = 0xbeef_c0de;
const META_BYTES = 160;
const AT = { magic: 24, pageSize: 48, lastPage: 144, transaction: 152 } as const;

export type DataFileState =
  | 'absent'
  | 'whole'
  /** Pages are missing at the end. Harmless if no table uses them, which only a walk through all tables tells. */
  | 'short'
  | 'not an event log';

export function inspectDataFile(dir: string): DataFileState {
  const path = join(dir, DATA_FILE);
  if (!existsSync(path) || statSync(path).size === 0) return 'absent';
  const first = metaAt(path, 0);
  if (first === undefined) return 'not an event log';
  const second = metaAt(path, first.pageSize);
  if (second === undefined) return 'not an event log';
  const newest = second.transaction > first.transaction ? second : first;
  return statSync(path).size >= (newest.lastPage + 1) * newest.pageSize ? 'whole' : 'short';
}

function metaAt(path: string, offset: number): { pageSize: number; lastPage: number; transaction: number } | undefined {
  const page = Buffer.alloc(META_BYTES);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, page, 0, META_BYTES, offset) < META_BYTES) return undefined;
  } finally {
    closeSync(file);
  }
  if (page.readUInt32LE(AT.magic) !== MAGIC) return undefined;
  return {
    pageSize: page.readUInt32LE(AT.pageSize),
    lastPage: Number(page.readBigUInt64LE(AT.lastPage)),
    transaction: Number(page.readBigUInt64LE(AT.transaction)),
  };
}
