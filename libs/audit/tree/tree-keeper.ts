/** Grows the Merkle tree along the log, off the path of any request: a batch of events, one transaction. */
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { StoredEvent } from '../../event-sourcing/stored-event.js';
import { eventHash } from '../verifier/verify.mjs';
import { GrowingTree } from './growing-tree.js';
import { TreeMoved, type TileStore, type TreeProgress } from './tile-store.js';

/** Events of one transaction. */
const batchEvents = 5_000;

/** The tree belongs to another log than the one at hand. */
export class OtherLog extends Error {}

export class TreeKeeper {
  private tree: GrowingTree | undefined;
  private progress: TreeProgress | null = null;

  constructor(
    private readonly log: EventLog,
    private readonly store: TileStore,
  ) {}

  /** Takes in what the log has; answers the size and root it came to. @throws OtherLog */
  async catchUp(signal?: AbortSignal): Promise<{ size: number; root: Buffer; position: bigint }> {
    for (;;) {
      try {
        await this.open();
        await this.takeIn(signal);
        return { size: this.tree!.size, root: this.tree!.root(), position: this.progress?.position?.commit ?? 0n };
      } catch (error) {
        this.tree = undefined;
        if (!(error instanceof TreeMoved)) throw error;
      }
    }
  }

  private async open(): Promise<void> {
    if (this.tree) return;
    this.progress = await this.store.progress();
    const storeId = await this.log.identity();
    if (this.progress && this.progress.storeId !== storeId) throw new OtherLog(`the Merkle tree in this database was built from another log (${this.progress.storeId})`);
    const size = this.progress?.size ?? 0;
    this.tree = new GrowingTree(size, await this.store.edge(size));
  }

  private async takeIn(signal?: AbortSignal): Promise<void> {
    const from = this.progress?.position;
    let batch: StoredEvent[] = [];
    for await (const event of this.log.readStored(from ? { from } : {})) {
      if (from && event.position.commit <= from.commit) continue;
      batch.push(event);
      if (batch.length < batchEvents) continue;
      await this.add(batch);
      batch = [];
      if (signal?.aborted) return;
    }
    if (batch.length > 0) await this.add(batch);
  }

  private async add(events: readonly StoredEvent[]): Promise<void> {
    const tree = this.tree!;
    for (const event of events) tree.add(eventHash(event), event.position.commit);
    const next = { storeId: this.progress?.storeId ?? (await this.log.identity())!, size: tree.size, position: events.at(-1)!.position };
    await this.store.grow(this.progress, next, tree.takeChanged());
    this.progress = next;
  }
}
