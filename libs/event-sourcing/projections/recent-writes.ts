/**
 * The last position at which each organization wrote something that a projection reads, as this process's live folds
 * see it: whatever wrote it (a request, a reactor, another process), the organization's next read waits for it.
 */
import { LRUCache } from 'lru-cache';
import { Inject, Injectable } from '@nestjs/common';
import type { Recorded } from '../domain/event.js';
import { LiveFolds, type LiveFold } from '../live-folds.js';
import type { Projection } from './projection.js';

@Injectable()
export class RecentWrites implements LiveFold {
  readonly name = 'recent-writes';
  readonly version = '1';
  readonly types: string[] = [];
  private readonly readers = new Map<string, string[]>();
  private readonly positions = new LRUCache<string, bigint>({ max: 20_000, ttl: 60_000 });

  constructor(@Inject(LiveFolds) folds: Pick<LiveFolds, 'register'>) {
    folds.register(this);
  }

  /** Reads of this projection will wait for the organization's own events. Before the live folds start. */
  watch({ name, types }: Projection): void {
    for (const type of types) {
      if (!this.readers.has(type)) this.types.push(type);
      this.readers.set(type, [...(this.readers.get(type) ?? []), name]);
    }
  }

  /** A write of this process that the live folds have not seen yet. */
  note(projection: string, orgId: string, position: bigint): void {
    const key = `${projection} ${orgId}`;
    if ((this.positions.get(key) ?? -1n) < position) this.positions.set(key, position);
  }

  /** -1 when nothing is known. */
  last(projection: string, orgId: string): bigint {
    return this.positions.get(`${projection} ${orgId}`) ?? -1n;
  }

  apply({ type, metadata, position }: Recorded): void {
    if (metadata.orgId === null) return;
    for (const projection of this.readers.get(type) ?? []) this.note(projection, metadata.orgId, position.commit);
  }

  /** What was written before the process started is in the tables by now: nothing is worth keeping. */
  snapshot(): null {
    return null;
  }

  restore(): void {}
}
