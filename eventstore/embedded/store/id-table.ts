/**
 * Event ids with the stream and revision each was written under: a hash table with open addressing in three arrays of
 * numbers. As keys of a Map hundreds of thousands of ids are what the garbage collector walks through most of its time.
 */
import type { Uuid } from '../wire/uuid.js';

/** Slots in use at most: beyond this the ways through the table grow long. */
const FULLEST = 0.75;
const WORDS = 4;

export class IdTable {
  size = 0;
  private readonly mask: number;
  private readonly ids: Uint32Array;
  /** 0 for an empty slot: stream numbers begin at 1. */
  private readonly streams: Uint32Array;
  private readonly revisions: Float64Array;

  /** @param capacity ids that it is meant for; never more. */
  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(capacity / FULLEST + 1));
    this.mask = slots - 1;
    this.ids = new Uint32Array(slots * WORDS);
    this.streams = new Uint32Array(slots);
    this.revisions = new Float64Array(slots);
  }

  /** `stream` is a number above 0. */
  set(stream: number, id: Uuid, revision: number): void {
    const slot = this.slotOf(stream, id);
    this.revisions[slot] = revision;
    if (this.streams[slot] === stream) return;
    this.streams[slot] = stream;
    for (let word = 0; word < WORDS; word++) this.ids[slot * WORDS + word] = id.readUInt32LE(word * 4);
    this.size++;
  }

  get(stream: number, id: Uuid): number | undefined {
    const slot = this.slotOf(stream, id);
    return this.streams[slot] === stream ? this.revisions[slot] : undefined;
  }

  clear(): void {
    this.streams.fill(0);
    this.size = 0;
  }

  /** Where it is, or the empty slot where it belongs. */
  private slotOf(stream: number, id: Uuid): number {
    const { mask, streams, ids } = this;
    const first = id.readUInt32LE(0);
    const second = id.readUInt32LE(4);
    const third = id.readUInt32LE(8);
    const last = id.readUInt32LE(12);
    let slot = mix(mix(mix(mix(mix(0, stream), first), second), third), last) & mask;
    for (; streams[slot] !== 0; slot = (slot + 1) & mask) {
      const at = slot * WORDS;
      if (streams[slot] === stream && ids[at] === first && ids[at + 1] === second && ids[at + 2] === third && ids[at + 3] === last) break;
    }
    return slot;
  }
}

/** Ids need not be random: every bit of them is to move the low ones (the constants are those of MurmurHash3). */
function mix(hash: number, word: number): number {
  const next = Math.imul(hash ^ Math.imul(word, 0xcc9e_2d51), 0x85eb_ca6b);
  return next ^ (next >>> 15);
}
