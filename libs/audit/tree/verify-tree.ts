/** Compares the log, event by event, with the tree that was built of it and the heads that were signed. */
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { StoredEvent } from '../../event-sourcing/stored-event.js';
import { eventHash } from '../verifier/verify.mjs';
import { CompactTree } from './compact-tree.js';
import { inWords, type SeenEvent } from './difference-in-words.js';
import { LogComparison, placeOf, type Difference, type Recorded } from './log-comparison.js';
import { folded } from './proofs.js';
import { tileWidth } from './tile-nodes.js';
import { SignedHeads } from './signed-heads.js';
import type { TileStore } from './tile-store.js';

export interface TreeVerdict {
  readonly events: number;
  /** Signed tree heads in the log. */
  readonly heads: number;
  /** Each a sentence; empty when the log is what was signed. */
  readonly findings: readonly string[];
}

const findingsKept = 20;

/**
 * @param heldNotes tree heads kept outside the system: what makes a rewriting of log and heads together show.
 */
export async function verifyTree(log: EventLog, store: TileStore, heldNotes: readonly string[] = [], onEvent: (position: bigint) => void = () => {}): Promise<TreeVerdict> {
  const heads = await SignedHeads.of(log, heldNotes);
  const recorded = new CompactTree();
  const folds: Buffer[] = [];
  const comparison = new LogComparison<SeenEvent>(async () => {
    const leaves = await recordedTile(store, recorded.size / tileWidth);
    for (const { hash } of leaves) {
      recorded.add(hash);
      heads.reached('tree', recorded.size, () => recorded.root());
    }
    if (leaves.length === tileWidth) folds.push(folded(Buffer.concat(leaves.map(({ hash }) => hash)), 0, tileWidth));
    return leaves;
  });
  const present = new CompactTree();
  for await (const event of log.readStored()) {
    const hash = eventHash(event);
    present.add(hash);
    heads.reached('log', present.size, () => present.root());
    await comparison.addEvent(seen(event, hash));
    onEvent(event.position.commit);
  }
  const differences = await comparison.differences();
  const findings = [...differencesInWords(differences, heads), ...heads.verdict(present.size), ...(await wrongTiles(store, recorded.size, folds))];
  return { events: present.size, heads: heads.count, findings: findings.slice(0, findingsKept) };
}

const seen = (event: StoredEvent, hash: Buffer): SeenEvent => ({ hash, position: event.position.commit, event });

/** The last tile is not full, and there is none after it. */
async function recordedTile(store: TileStore, tile: number): Promise<Recorded[]> {
  if (!Number.isInteger(tile)) return [];
  const [found] = await store.tiles([{ level: 0, tile }]);
  if (!found) return [];
  return Array.from({ length: found.hashes.length / 32 }, (_, i) => ({ place: tile * tileWidth + i, hash: found.hashes.subarray(i * 32, (i + 1) * 32), position: found.positions!.readBigInt64BE(i * 8) }));
}

/** Tiles above the leaves that are not what the leaves come to: proofs are read from them. @param folds of each full tile of leaves. */
async function wrongTiles(store: TileStore, leaves: number, folds: readonly Buffer[]): Promise<string[]> {
  const size = (await store.progress())?.size ?? 0;
  const found = size === leaves ? [] : [`the tree's tables say that it has ${size} events, and hold ${leaves}`];
  for (let level = 1, below = folds; below.length > 0; level += 1) {
    const above: Buffer[] = [];
    for (let tile = 0; tile * tileWidth < below.length; tile += 1) {
      const expected = Buffer.concat(below.slice(tile * tileWidth, (tile + 1) * tileWidth));
      const [stored] = await store.tiles([{ level, tile }]);
      if (!stored?.hashes.equals(expected)) found.push(`the tree's table of tiles was changed: tile ${tile} of level ${level} is not what the tiles below it come to`);
      if (expected.length === tileWidth * 32) above.push(folded(expected, 0, tileWidth));
    }
    below = above;
  }
  return found;
}

/** A difference tells of the log, unless the signed heads speak for the log and against the tree's own tables. */
function differencesInWords(differences: readonly Difference<SeenEvent>[], heads: SignedHeads): string[] {
  const [first] = differences;
  if (!first) return [];
  if (heads.sideAt(placeOf(first)) === 'log') return [`the tree's tables were changed, not the log: the signed heads fit the log, and from place ${placeOf(first)} on the tables do not (${differences.length} difference${differences.length === 1 ? '' : 's'}): the tree has to be built again`];
  return differences.slice(0, findingsKept).map(inWords);
}
