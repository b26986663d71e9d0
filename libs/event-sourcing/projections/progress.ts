/** How far projections are, as their checkpoints say. */
import { Inject, Injectable } from '@nestjs/common';
import { Db } from '../../platform/postgres.js';
import type { Position } from '../domain/event.js';
import { EventLog } from '../event-log.js';
import type { ProjectionLog } from './projector.js';

/** After this long it is worth asking the log whether there is anything to wait for. */
const doubtMs = 40;

interface Progress {
  readonly position: Position | null;
  readonly types: readonly string[];
}

@Injectable()
export class ProjectionProgress {
  constructor(
    private readonly db: Db,
    @Inject(EventLog) private readonly log: ProjectionLog,
  ) {}

  /**
   * Whether everything up to a commit position is in the tables; waits for it at most so long. A position of events
   * that the projection does not read is reached as soon as nothing it reads is left before it.
   */
  async reached(projection: string, position: bigint, timeoutMs: number): Promise<boolean> {
    const startedAt = performance.now();
    let asked = false;
    for (let wait = 2; ; wait = Math.min(wait * 2, 25)) {
      const progress = await this.of(projection);
      if (progress && (progress.position?.commit ?? -1n) >= position) return true;
      const waited = performance.now() - startedAt;
      if (progress && waited > doubtMs && !asked) {
        asked = true;
        if (await this.nothingBetween(progress, position)) return true;
      }
      if (waited + wait > timeoutMs) return false;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  /** Null before its first leader has opened it. */
  private async of(projection: string): Promise<Progress | null> {
    const [row] = await this.db.query<{ commit_position: string | null; prepare_position: string | null; types: string[] }>(
      `SELECT commit_position, prepare_position, types FROM projection_checkpoints WHERE projection = $1 AND slot = 'live'`,
      [projection],
      'projection progress',
    );
    if (!row) return null;
    const { commit_position: commit, prepare_position: prepare, types } = row;
    return { types, position: commit === null ? null : { commit: BigInt(commit), prepare: BigInt(prepare!) } };
  }

  private async nothingBetween({ position: from, types }: Progress, to: bigint): Promise<boolean> {
    const subscription = this.log.subscribe({ types, ...(from ? { from } : {}) });
    try {
      for await (const message of subscription) {
        if (message.kind === 'caught-up') return true;
        const at = message.kind === 'event' ? message.event.position : message.position;
        if (message.kind === 'event' && at.commit <= to) return false;
        if (at.commit > to) return true;
      }
      return false;
    } finally {
      await subscription.unsubscribe();
    }
  }
}
