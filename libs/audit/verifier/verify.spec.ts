import { describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { GrowingTree } from '../tree/growing-tree.js';
import { hashOf, inclusionRuns } from '../tree/proofs.js';
import { TileNodes } from '../tree/tile-nodes.js';
import { signedNote, signingKey } from '../tree/signing.js';
import { changedByte, eventHash, verifyBundle } from './verify.mjs';

interface Line {
  readonly leaf: number;
  readonly stream: string;
  readonly revision: string;
  readonly type: string;
  readonly id: string;
  readonly metadata: string;
  readonly data: string;
  readonly path: readonly string[];
}

/** Fewer than a tile: all of them are at the edge. */
const size = 200;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const bytesOf = (line: Omit<Line, 'path' | 'leaf'>) => ({ ...line, metadata: Buffer.from(line.metadata, 'base64'), data: Buffer.from(line.data, 'base64') });
const events = Array.from({ length: size }, (_, i) => ({
  stream: `wallet-${i % 7}`, revision: String(Math.floor(i / 7)), type: 'WalletDebited', id: randomUUID(), metadata: base64(`{"orgId":"org_${i % 7}"}`), data: base64(`{"cost":"${i}","usage":[1,{"tokens":${i}}]}`),
}));
const hashes = events.map((event) => eventHash(bytesOf(event)));
const tree = new GrowingTree(0, []);
hashes.forEach((hash, i) => tree.add(hash, BigInt(i)));
const tiles = new Map(tree.takeChanged().map((tile) => [`${tile.level}/${tile.tile}`, tile.hashes]));
const lines: readonly Line[] = events.map((event, leaf) => ({ leaf, ...event, path: inclusionRuns(leaf, size).map((run) => hashOf(run, ({ level, tile }) => new TileNodes(tiles.get(`${level}/${tile}`)!)).toString('base64')) }));
const key = signingKey(Buffer.alloc(32, 7), 'greatrouter/test', 1);
const note = signedNote(key.name, size, tree.root(), [key]);

/** As a forger would write it, whose manifest fits what is there. */
function findings(there: readonly Line[]): string[] {
  const jsonl = (values: readonly object[]) => Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  const files = new Map<string, Buffer>([
    ['events.jsonl', jsonl(there)], ['decisions.jsonl', jsonl([])], ['tree-heads.jsonl', jsonl([{ note }])], ['consistency.jsonl', jsonl([])], ['keys.txt', Buffer.from(`${key.verifierKey}\n`)],
  ]);
  const places = there.map(({ leaf }) => leaf);
  const manifest = {
    format: 'greatrouter-audit-bundle-v1', origin: key.name, size, events: there.length, decisions: 0, contiguous: true, first_leaf: Math.min(...places), last_leaf: Math.max(...places),
    files: Object.fromEntries([...files].map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')])),
  };
  return verifyBundle(new Map([...files, ['manifest.json', Buffer.from(JSON.stringify(manifest))]]));
}

const flipped = (text: string, byte: number, bit: number) => {
  const bytes = Buffer.from(text, 'base64');
  bytes[byte % bytes.length]! ^= 1 << bit;
  return bytes.toString('base64');
};
const inside = fc.integer({ min: 1, max: size - 12 });
const span = fc.integer({ min: 1, max: 9 });

describe('a bundle that was tampered with', () => {
  it('is found sound when it is', () => expect(findings(lines)).toEqual([]));

  it('has the event named of which one byte was changed, and the byte', () =>
    fc.assert(
      fc.property(inside, fc.constantFrom('data', 'metadata'), fc.nat(), fc.nat({ max: 7 }), (place, part, byte, bit) => {
        const line = lines[place]!;
        const changed = { ...line, [part]: flipped(line[part], byte, bit) };
        const at = byte % Buffer.from(line[part], 'base64').length;
        expect(findings(lines.with(place, changed))).toEqual([expect.stringMatching(new RegExp(`^Event ${place} \\(.*its bytes were changed: byte ${at} of its ${part} is 0x.. and was 0x..( \\(field .*\\))?\\.$`))]);
      }),
      { numRuns: 25 },
    ));

  it('has the event named whose stream, revision, type or id was changed', () =>
    fc.assert(
      fc.property(inside, fc.constantFrom('stream', 'revision', 'type', 'id'), (place, part) => {
        expect(findings(lines.with(place, { ...lines[place]!, [part]: 'another-9' }))).toEqual([expect.stringMatching(new RegExp(`^Event ${place} \\(.*its bytes were changed\\.$`))]);
      }),
      { numRuns: 8 },
    ));

  it('has the events named that were removed, and those alone', () =>
    fc.assert(
      fc.property(inside, span, (place, count) => {
        const named = count === 1 ? `Event ${place} is missing: it was removed.` : `Events ${place} to ${place + count - 1} are missing: they were removed.`;
        expect(findings(lines.toSpliced(place, count))).toEqual([named]);
      }),
      { numRuns: 30 },
    ));

  it('has the two events named that were exchanged', () =>
    fc.assert(
      fc.property(inside, span, (place, far) => {
        const [first, second] = [lines[place]!, lines[place + far]!];
        const exchanged = lines.with(place, { ...second, leaf: first.leaf, path: first.path }).with(place + far, { ...first, leaf: second.leaf, path: second.path });
        expect(findings(exchanged)).toEqual([expect.stringMatching(new RegExp(`^Events ${place} and ${place + far} were exchanged: `))]);
      }),
      { numRuns: 30 },
    ));

  it('has the event named that stands out of its order', () =>
    fc.assert(
      fc.property(inside, (place) => {
        expect(findings(lines.with(place, lines[place + 1]!).with(place + 1, lines[place]!))).toEqual([expect.stringMatching(new RegExp(`^Event ${place} .* is out of order: it stands behind event ${place + 1}\\.$`))]);
      }),
      { numRuns: 20 },
    ));

  it('has the event named that was inserted, whether it pushes the others back or not', () =>
    fc.assert(
      fc.property(inside, (place) => {
        const stranger = { ...lines[place]!, data: base64('{"cost":"a stranger\'s"}') };
        expect(findings(lines.toSpliced(place, 0, stranger))).toEqual([expect.stringMatching(new RegExp(`^Event ${place} .* was inserted: another event is at its place`))]);
        expect(findings(lines.toSpliced(place + 1, 0, lines[place]!))).toEqual([expect.stringMatching(new RegExp(`^Event ${place} .* is there twice: the second was inserted\\.$`))]);
        const pushed = [...lines.slice(0, place), stranger, ...lines.slice(place).map((line) => ({ ...line, leaf: line.leaf + 1 }))];
        const [inserted, rest] = findings(pushed);
        expect(inserted).toMatch(new RegExp(`^Event ${place} .* was inserted: it is not in the signed tree, and pushes back what follows\\.$`));
        expect(rest).toMatch(new RegExp(`^Events ${place + 1} to ${size} are 1 place behind`));
      }),
      { numRuns: 20 },
    ));
});

describe('the byte that was changed', () => {
  it('is found with its field, and not where more was changed', () => {
    const event = bytesOf(events[5]!);
    const data = Buffer.from(event.data);
    data.write('9', data.indexOf('5'));
    expect(changedByte({ ...event, data }, hashes[5]!)).toBe('byte 9 of its data is 0x39 and was 0x35 (field cost)');
    const deeper = Buffer.from(event.data);
    deeper.write('9', deeper.lastIndexOf('5'));
    expect(changedByte({ ...event, data: deeper }, hashes[5]!)).toMatch(/\(field usage\.1\.tokens\)$/);
    expect(changedByte({ ...event, data: Buffer.from('{}') }, hashes[5]!)).toBeNull();
  });
});
