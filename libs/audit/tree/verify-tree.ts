/** Compares the log, event by event, with the tree that was built of it and the heads that were signed. */
import type { EventLog } from '../../event-sourcing/event-log.js';
import { leafData, leafHash, parseKey, readTreeHead } from '../verifier/verify.mjs';
import { treeHeadStream, type TreeHeadKeyRotated, type TreeHeadSigned } from '../domain/tree-head.js';
import { GrowingTree, type Tile } from './growing-tree.js';
import { tileWidth } from './proofs.js';
import type { TileStore } from './tile-store.js';

export interface TreeVerdict {
  readonly events: number;
  readonly heads: number;
  /** Each a sentence; empty when the log is what was signed. */
  readonly findings: readonly string[];
}

const findingsKept = 20;

/**
 * @param heldNotes tree heads kept outside the system: what makes a rewriting of log and heads together show.
 */
export async function verifyTree(log: EventLog, store: TileStore, heldNotes: readonly string[] = [], onEvent: (position: bigint) => void = () => {}): Promise<TreeVerdict> {
  const findings: string[] = [];
  const say = (finding: string) => void (findings.length < findingsKept && findings.push(finding));
  const { heads, keys } = await headsOf(log, heldNotes, say);
  const kept = (await store.progress())?.size ?? 0;
  const tree = new GrowingTree(0, []);
  let tile: Tile | undefined;
  for await (const event of log.readStored()) {
    const index = tree.size;
    if (index < kept && index % tileWidth === 0) [tile] = await store.tiles([{ level: 0, tile: index / tileWidth }]);
    const leaf = leafHash(leafData(event));
    const at = index % tileWidth;
    if (index < kept) {
      const name = `event ${index}, ${event.type} at position ${event.position.commit} (revision ${event.revision} of ${event.stream})`;
      if (tile!.positions!.readBigInt64BE(at * 8) !== event.position.commit) say(`the tree has another event at place ${index}: ${name} was inserted or moved, or one before it was removed`);
      else if (!tile!.hashes.subarray(at * 32, (at + 1) * 32).equals(leaf)) say(`${name} was changed`);
    }
    tree.add(leaf, event.position.commit);
    const head = heads.get(tree.size);
    if (head && !head.root.equals(tree.root())) say(`the first ${tree.size} events are not those whose head was signed${head.held ? ' and handed out' : ''}`);
    heads.delete(tree.size);
    onEvent(event.position.commit);
  }
  if (tree.size < kept) say(`the log ends after ${tree.size} events; the tree has ${kept}: ${kept - tree.size} were removed`);
  for (const size of heads.keys()) if (size > 0) say(`a head of ${size} events was signed, and the log has ${tree.size}`);
  return { events: tree.size, heads: keys, findings };
}

async function headsOf(log: EventLog, heldNotes: readonly string[], say: (finding: string) => void) {
  const heads = new Map<number, { root: Buffer; held: boolean }>();
  const [notes, keys]: [string[], string[]] = [[], []];
  for await (const { type, data } of log.read(treeHeadStream)) {
    if (type === 'TreeHeadSigned') notes.push((data as TreeHeadSigned).note);
    if (type === 'TreeHeadKeyRotated') keys.push((data as TreeHeadKeyRotated).key);
  }
  const known = keys.flatMap((key) => parseKey(key) ?? []);
  for (const [note, held] of [...notes.map((each) => [each, false] as const), ...heldNotes.map((each) => [each, true] as const)]) {
    const head = readTreeHead(note, known);
    if (!head || head.signers.length === 0) say(`a tree head${held ? ' that was handed in' : ''} is not signed by a key of this log: it is forged`);
    else if (heads.get(head.size)?.root.equals(head.root) === false) say(`two different heads of ${head.size} events were signed`);
    else heads.set(head.size, { root: head.root, held });
  }
  return { heads, keys: notes.length };
}
