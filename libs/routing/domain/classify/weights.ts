/**
 * What training hands to the classifier, and its file format: `GRCW`, the length of a JSON header (uint32, little
 * endian), the header, then the bytes the header lists, in its order.
 */
import type { BoostedTrees } from './trees.js';

/** Difficulty of one kind of problem: trees over the measures plus a column of the table. */
export interface DifficultyExpert {
  readonly trees: BoostedTrees;
  readonly column: number;
  readonly bias: number;
}

/** Gain of a strong model on a question with options: a column of the table plus a weight per measure. */
export interface GainExpert {
  readonly measures: readonly number[];
  readonly column: number;
  readonly bias: number;
}

export interface ClassifierWeights {
  /** Content address of the file; part of every recorded decision. */
  readonly version: string;
  /** One row of `outputs` signed bytes per hashed feature. */
  readonly table: Int8Array;
  readonly outputs: number;
  /** What one unit of a byte is worth, per output. */
  readonly scale: readonly number[];
  readonly bias: readonly number[];
  /** Divides the task scores before softmax, so that confidence means accuracy on unseen sources. */
  readonly temperature: number;
  /** One per kind of problem, in the order of `problemKinds`. */
  readonly experts: readonly DifficultyExpert[];
  readonly choiceGain: GainExpert;
  /** Bloom filter of words often seen in training: those are no typing slips of a cue. */
  readonly knownWords: Uint8Array;
}

export interface WeightsHeader {
  readonly format: 1;
  readonly featureBits: number;
  readonly outputs: readonly string[];
  readonly scale: readonly number[];
  readonly bias: readonly number[];
  readonly temperature: number;
  readonly experts: readonly DifficultyExpert[];
  readonly choiceGain: GainExpert;
  readonly tableBytes: number;
  readonly knownWordBytes: number;
}

const MAGIC = 0x57435247;

/** Throws when the bytes are not a weights file of this format. `version` is the content address of `bytes`. */
export function decodeWeights(bytes: Uint8Array, version: string): ClassifierWeights {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 8 || view.getUint32(0, true) !== MAGIC) throw new Error('Not a classifier weights file.');
  const from = 8 + view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, from))) as WeightsHeader;
  if (header.format !== 1) throw new Error(`Classifier weights of format ${String(header.format)}; this version reads format 1.`);
  const wordsFrom = from + header.tableBytes;
  if (bytes.byteLength !== wordsFrom + header.knownWordBytes) throw new Error('The classifier weights file has the wrong length.');
  return {
    version,
    // Copies: a Node Buffer may be a window on a pool that is used again.
    table: new Int8Array(bytes.buffer.slice(bytes.byteOffset + from, bytes.byteOffset + wordsFrom)),
    outputs: header.outputs.length,
    scale: header.scale,
    bias: header.bias,
    temperature: header.temperature,
    experts: header.experts,
    choiceGain: header.choiceGain,
    knownWords: new Uint8Array(bytes.buffer.slice(bytes.byteOffset + wordsFrom, bytes.byteOffset + bytes.byteLength)),
  };
}

export function encodeWeights(header: WeightsHeader, table: Int8Array, knownWords: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + table.length + knownWords.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, json.length, true);
  bytes.set(json, 8);
  bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.length), 8 + json.length);
  bytes.set(knownWords, 8 + json.length + table.length);
  return bytes;
}

/** Two probes of a Bloom filter whose size is a power of two bytes. */
export function isKnownWord(filter: Uint8Array, hash: number): boolean {
  const mask = filter.length * 8 - 1;
  const a = hash & mask;
  const b = (Math.imul(hash, 0x9e3779b1) >>> 7) & mask;
  return ((filter[a >> 3]! >> (a & 7)) & (filter[b >> 3]! >> (b & 7)) & 1) === 1;
}

export function addKnownWord(filter: Uint8Array, hash: number): void {
  const mask = filter.length * 8 - 1;
  for (const bit of [hash & mask, (Math.imul(hash, 0x9e3779b1) >>> 7) & mask]) filter[bit >> 3]! |= 1 << (bit & 7);
}
