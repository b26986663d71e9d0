/**
 * The Merkle tree over its stores: how fast it follows the log, and how long the proof of one event takes when the tree
 * is large. The log is the embedded node in a thread of this process, PostgreSQL is embedded with fsync on.
 *
 *     npm run bench:tree            EVENTS=100000 LEAVES=5000000 PROOFS=1000 change the size
 *
 * Bars: 20,000 events a second; 5 ms for a proof over 5,000,000 events.
 */
import { randomBytes } from 'node:crypto';
import { cpus, totalmem } from 'node:os';
import { History } from '../apps/projector/testing/history.js';
import { GrowingTree } from '../libs/audit/tree/growing-tree.js';
import { TileStore, type TreeProgress } from '../libs/audit/tree/tile-store.js';
import { TreeKeeper } from '../libs/audit/tree/tree-keeper.js';
import { TreeProofs } from '../libs/audit/tree/tree-proofs.js';
import { verifyTree } from '../libs/audit/tree/verify-tree.js';
import { fillLog } from './event-log/fill-log.js';
import { withBenchStores } from './stores.js';

const setting = (name: string, usual: number) => Number(process.env[name] ?? usual);
const events = setting('EVENTS', 100_000);
const leaves = setting('LEAVES', 5_000_000);
const proofs = setting('PROOFS', 1_000);
const batch = 200_000;

/** Wall time and processor time of this process, the node's thread included; PostgreSQL is another process. */
async function measured(name: string, count: number, work: () => Promise<unknown>): Promise<void> {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  console.log(`${name}: ${count} in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)}/s, ${((user + system) / count).toFixed(1)} µs of processor time each`);
}

/** Random leaves: what a proof reads does not depend on what they are. Every third position is taken. */
async function growTo(store: TileStore, size: number): Promise<void> {
  const tree = new GrowingTree(0, []);
  let progress: TreeProgress | null = null;
  while (tree.size < size) {
    const hashes = randomBytes(32 * Math.min(batch, size - tree.size));
    for (let i = 0; i < hashes.length; i += 32) tree.add(hashes.subarray(i, i + 32), BigInt(3 * tree.size));
    const last = BigInt(3 * (tree.size - 1));
    const next: TreeProgress = { storeId: 'bench', size: tree.size, position: { commit: last, prepare: last } };
    await store.grow(progress, next, tree.takeChanged());
    progress = next;
  }
}

async function timesOf(work: (i: number) => Promise<unknown>): Promise<string> {
  const took: number[] = [];
  const cpu = process.cpuUsage();
  for (let i = 0; i < proofs; i += 1) {
    const started = performance.now();
    await work(i);
    took.push(performance.now() - started);
  }
  const { user, system } = process.cpuUsage(cpu);
  took.sort((a, b) => a - b);
  const percentiles = [50, 99, 100].map((percent) => `${percent === 100 ? 'worst' : `p${percent}`} ${took[Math.min(proofs - 1, Math.floor((proofs * percent) / 100))]!.toFixed(2)} ms`);
  return `${percentiles.join(', ')}; ${((user + system) / 1_000 / proofs).toFixed(2)} ms of this process' time each`;
}

await withBenchStores(async ({ log, db }) => {
  const store = new TileStore(db);
  console.log(`${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}; embedded PostgreSQL with fsync on, embedded event log in a thread of this process`);
  await fillLog(log, new History({ organizations: 50, stepMs: 2_000 }).take(events));
  await measured('events into the tree', events, () => new TreeKeeper(log, store).catchUp());
  await measured('events compared with the tree', events, async () => {
    const { findings } = await verifyTree(log, store);
    if (findings.length > 0) throw new Error(findings.join('\n'));
  });
  await store.clear();
  await growTo(store, leaves);
  await db.query('ANALYZE merkle_tiles');
  const tree = new TreeProofs(store);
  const somewhere = () => Math.floor(Math.random() * leaves);
  const inclusion = async () => tree.inclusion((await tree.leafAt(BigInt(3 * somewhere())))!, leaves);
  for (let i = 0; i < 20; i += 1) await inclusion();
  console.log(`inclusion proof of one event of ${leaves}, found by its position: ${await timesOf(inclusion)} (${proofs} proofs, one after the other)`);
  console.log(`consistency proof of two trees of up to ${leaves}: ${await timesOf(() => tree.consistency(1 + somewhere(), leaves))}`);
});
