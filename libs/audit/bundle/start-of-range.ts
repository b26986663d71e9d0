/** Where in the log a range of time begins, found by halving the tree's leaves: a bundle of a day does not read the years before. */
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { Position } from '../../event-sourcing/domain/event.js';
import type { TreeProofs } from '../tree/tree-proofs.js';
import { tileWidth } from '../tree/tile-nodes.js';

/** The nodes of a cluster stamp events by their own clocks: events that far out of order are still found. */
export const clockSlackMs = 60_000;

export interface StartOfRange {
  /** Index of the first leaf to look at. */
  readonly leaf: number;
  /** Its position; absent at the start of the log. */
  readonly from?: Position;
}

/** @param size leaves of the tree. @param fromMs milliseconds since 1970; -Infinity for the beginning. */
export async function startOfRange(log: Pick<EventLog, 'readStored'>, tree: Pick<TreeProofs, 'firstPositionOf'>, { size, fromMs }: { size: number; fromMs: number }): Promise<StartOfRange> {
  let start: StartOfRange = { leaf: 0 };
  let [low, high] = [1, Math.floor((size - 1) / tileWidth)];
  while (fromMs > -Infinity && low <= high) {
    const tile = (low + high) >> 1;
    const commit = await tree.firstPositionOf(tile);
    if (commit !== null && (await writtenMs(log, commit)) < fromMs - clockSlackMs) {
      start = { leaf: tile * tileWidth, from: { commit, prepare: commit } };
      low = tile + 1;
    } else high = tile - 1;
  }
  return start;
}

async function writtenMs(log: Pick<EventLog, 'readStored'>, commit: bigint): Promise<number> {
  for await (const { createdMs } of log.readStored({ from: { commit, prepare: commit }, max: 1 })) return createdMs;
  throw new Error(`the log has no event at position ${commit}`);
}
