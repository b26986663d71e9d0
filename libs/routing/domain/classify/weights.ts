/**
 * What training hands to the classifier, and its file format: `GRCW`, the length of a JSON header (uint32, little
 * endian), the header, then the bytes the header lists, in its order.
 */
import type { KindGate } from './problem-kind.js';
import { WORD_BITS, type Expert } from './expert.js';
import type { Forest } from './forest.js';

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
  readonly gate: KindGate;
  /** Difficulty, one per kind of problem, in the order of `problemKinds`. */
  readonly experts: readonly Expert[];
  /** What a strong model gains on a question with options. */
  readonly choiceGain: Expert;
  /** And on an open request. */
  readonly openGain: Expert;
  /** Bloom filter of words often seen in training: those are no typing slips of a cue. */
  readonly knownWords: Uint8Array;
}

/** An expert without its tables, which stand behind the header. */
export interface ExpertHeader extends Omit<Expert, 'words' | 'forest'> {
  /** Nodes of each tree. */
  readonly trees: readonly number[];
}

export interface WeightsHeader {
  readonly format: 4;
  readonly featureBits: number;
  readonly outputs: readonly string[];
  readonly scale: readonly number[];
  readonly bias: readonly number[];
  readonly temperature: number;
  readonly gate: KindGate;
  /** The experts, then the gain on a question with options, then on an open request. */
  readonly models: readonly ExpertHeader[];
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
  if (header.format !== 4) throw new Error(`Classifier weights of format ${String(header.format)}; this version reads format 4.`);
  const sections = new Sections(bytes, from);
  const table = new Int8Array(sections.take(header.tableBytes));
  const knownWords = new Uint8Array(sections.take(header.knownWordBytes));
  const models = header.models.map((model) => expertFrom(model, sections));
  sections.end();
  return {
    version,
    table,
    outputs: header.outputs.length,
    scale: header.scale,
    bias: header.bias,
    temperature: header.temperature,
    gate: header.gate,
    experts: models.slice(0, -2),
    choiceGain: models.at(-2)!,
    openGain: models.at(-1)!,
    knownWords,
  };
}

/** What stands behind the header, part by part. Copies: a Node Buffer may be a window on a pool that is used again. */
class Sections {
  constructor(private readonly bytes: Uint8Array, private at: number) {}

  take(length: number): ArrayBuffer {
    if (this.at + length > this.bytes.length) throw new Error('The classifier weights file has the wrong length.');
    const part = new Uint8Array(this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return part.buffer;
  }

  end(): void {
    if (this.at !== this.bytes.length) throw new Error('The classifier weights file has the wrong length.');
  }
}

function expertFrom({ trees, ...rest }: ExpertHeader, sections: Sections): Expert {
  const words = new Int8Array(sections.take(1 << WORD_BITS));
  return { ...rest, words, forest: forestFrom(trees, sections) };
}

/** A node: what it asks about and where the higher branch stands (uint16 each), its value (float32). */
const NODE_BYTES = 8;

function forestFrom(trees: readonly number[], sections: Sections): Forest {
  const nodes = trees.reduce((sum, tree) => sum + tree, 0);
  const bytes = new DataView(sections.take(nodes * NODE_BYTES));
  const forest = { trees, measure: new Uint16Array(nodes), value: new Float32Array(nodes), higher: new Uint16Array(nodes) };
  for (let node = 0; node < nodes; node++) {
    forest.measure[node] = bytes.getUint16(node * NODE_BYTES, true);
    forest.higher[node] = bytes.getUint16(node * NODE_BYTES + 2, true);
    forest.value[node] = bytes.getFloat32(node * NODE_BYTES + 4, true);
  }
  return forest;
}

function bytesOfForest({ measure, value, higher }: Forest): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(measure.length * NODE_BYTES));
  measure.forEach((asked, node) => {
    bytes.setUint16(node * NODE_BYTES, asked, true);
    bytes.setUint16(node * NODE_BYTES + 2, higher[node]!, true);
    bytes.setFloat32(node * NODE_BYTES + 4, value[node]!, true);
  });
  return new Uint8Array(bytes.buffer);
}

export const headerOf = ({ words: _words, forest, ...rest }: Expert): ExpertHeader => ({ ...rest, trees: forest.trees });

export function encodeWeights(header: WeightsHeader, table: Int8Array, knownWords: Uint8Array, models: readonly Expert[]): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = new DataView(new ArrayBuffer(8));
  start.setUint32(0, MAGIC, true);
  start.setUint32(4, json.length, true);
  const parts = [new Uint8Array(start.buffer), json, asBytes(table), knownWords, ...models.flatMap(({ words, forest }) => [asBytes(words), bytesOfForest(forest)])];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const asBytes = (signed: Int8Array): Uint8Array => new Uint8Array(signed.buffer, signed.byteOffset, signed.length);

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
