/** Keys of the four tables. Numbers are big-endian, so that LMDB's byte order is their order. */
import { createHash } from 'node:crypto';

/** Position in the log: 1, 2, 3 ... One number stands for commit and prepare, which are always equal here. */
export type Position = number;

function writeU64(target: Buffer, value: number, at: number): void {
  target.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at);
  target.writeUInt32BE(value % 0x1_0000_0000, at + 4);
}

const readU64 = (source: Buffer, at: number): number => source.readUInt32BE(at) * 0x1_0000_0000 + source.readUInt32BE(at + 4);

/** Table `log`. */
export function positionKey(position: Position): Buffer {
  const key = Buffer.allocUnsafe(8);
  writeU64(key, position, 0);
  return key;
}
export const positionOfKey = (key: Buffer): Position => readU64(key, 0);

/** Table `idx`: which position holds revision `revision` of stream number `streamNumber`. */
export function indexKey(streamNumber: number, revision: number): Buffer {
  const key = Buffer.allocUnsafe(12);
  key.writeUInt32BE(streamNumber, 0);
  writeU64(key, revision, 4);
  return key;
}
export const streamNumberOfIndexKey = (key: Buffer): number => key.readUInt32BE(0);
export const revisionOfIndexKey = (key: Buffer): number => readU64(key, 4);

/** LMDB limits a key to half a kilobyte or two, so a long name is cut and told apart by its hash. */
const MAX_PLAIN_NAME = 1024;

/** Table `streams`. The leading byte keeps an empty name a valid key. */
export function streamKey(name: string): Buffer {
  const bytes = Buffer.from(name, 'utf8');
  if (bytes.length <= MAX_PLAIN_NAME) return Buffer.concat([Buffer.from([1]), bytes]);
  const digest = createHash('sha256').update(bytes).digest();
  return Buffer.concat([Buffer.from([2]), bytes.subarray(0, 256), digest]);
}
