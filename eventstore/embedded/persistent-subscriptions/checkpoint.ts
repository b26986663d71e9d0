/** How far a group has come: everything up to the checkpoint is done. Kept beside the log, not in it. */
import type { EventStore } from '../store/event-store.js';
import { systemKey } from '../store/environment.js';
import type { Settings } from './settings.js';

const keyOf = (groupId: string): Buffer => systemKey(`checkpoint/${groupId}`);

export class Checkpoint {
  /** Highest order that is done with all before it, as last written; -1 when there is none. */
  written: number;
  private doneSinceWrite = 0;
  private writtenAtMs: number;

  constructor(
    private readonly store: EventStore,
    private readonly groupId: string,
    nowMs: number,
  ) {
    const value = store.env.system.get(keyOf(groupId));
    this.written = value === undefined ? -1 : Number(value.toString('utf8'));
    this.writtenAtMs = nowMs;
  }

  /** A message was acknowledged, skipped or parked. */
  done(): void {
    this.doneSinceWrite++;
  }

  /** Writes what `find` says is reached, if enough is done, or if some is done and the time is up. */
  mark(find: () => number, nowMs: number, { minCheckpointCount, maxCheckpointCount, checkpointAfterMs }: Settings): void {
    if (this.doneSinceWrite === 0) return;
    const timeIsUp = nowMs - this.writtenAtMs >= checkpointAfterMs;
    if (this.doneSinceWrite < maxCheckpointCount && !(timeIsUp && this.doneSinceWrite >= minCheckpointCount)) return;
    const reached = find();
    if (reached <= this.written) return;
    this.written = reached;
    this.doneSinceWrite = 0;
    this.writtenAtMs = nowMs;
    const { commits, env } = this.store;
    commits.put(env.system, keyOf(this.groupId), Buffer.from(String(reached)));
  }

  forget(): void {
    this.store.commits.remove(this.store.env.system, keyOf(this.groupId));
  }
}
