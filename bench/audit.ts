/**
 * The Merkle tree's own figures, one thread, no store: leaf hashes, growth over five million leaves, proofs from its
 * tiles: npm run bench:audit -- [leaves]
 */
import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { GrowingTree, type Tile } from '../libs/audit/tree/growing-tree.js';
import { hashOf, inclusionRuns } from '../libs/audit/tree/proofs.js';
import { TileNodes } from '../libs/audit/tree/tile-nodes.js';
import { leafData, leafHash } from '../libs/audit/verifier/verify.mjs';

const leaves = Number(process.argv[2] ?? 5_000_000);
console.log(`${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.version}`);

const event = { stream: 'route-0193627e-0000-7000-8000-000000000001', revision: 0n, type: 'ModelSelected', id: '0193627e-0000-5000-8000-000000000001', metadata: randomBytes(300), data: randomBytes(1_500) };
const hashed = performance.now();
const tried = 100_000;
for (let i = 0; i < tried; i += 1) leafHash(leafData(event));
console.log(`leaf hashes of 1,800-byte events: ${Math.round((1_000 * tried) / (performance.now() - hashed))} events/s`);

const tiles = new Map<string, Tile>();
const tree = new GrowingTree(0, []);
const leaf = randomBytes(32);
const grown = performance.now();
for (let i = 0; i < leaves; i += 1) {
  tree.add(leaf, BigInt(i));
  if (i % 5_000 === 4_999) for (const tile of tree.takeChanged()) tiles.set(`${tile.level}/${tile.tile}`, tile);
}
for (const tile of tree.takeChanged()) tiles.set(`${tile.level}/${tile.tile}`, tile);
console.log(`tree: ${Math.round((1_000 * leaves) / (performance.now() - grown))} leaves/s over ${leaves}`);

const took: number[] = [];
for (let i = 0; i < 500; i += 1) {
  const index = Math.floor(Math.random() * leaves);
  const before = process.cpuUsage();
  for (const run of inclusionRuns(index, leaves)) hashOf(run, ({ level, tile }) => new TileNodes(tiles.get(`${level}/${tile}`)!.hashes));
  const { user, system } = process.cpuUsage(before);
  took.push((user + system) / 1_000);
}
took.sort((a, b) => a - b);
console.log(`inclusion proof over ${leaves} leaves, without the query for its tiles, processor time: p50 ${took[250]!.toFixed(2)} ms, p99 ${took[495]!.toFixed(2)} ms (bar 5)`);
