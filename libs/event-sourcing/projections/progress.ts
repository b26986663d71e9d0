import { Injectable } from '@nestjs/common';
import { Db } from '../../platform/postgres.js';

/** How far projections are, as their checkpoints say. */
@Injectable()
export class ProjectionProgress {
  constructor(private readonly db: Db) {}

  /** Whether everything up to a position is in the tables; waits for it at most so long. */
  async reached(projection: string, position: bigint, timeoutMs: number): Promise<boolean> {
    const until = performance.now() + timeoutMs;
    for (let wait = 2; ; wait = Math.min(wait * 2, 25)) {
      if ((await this.position(projection)) >= position) return true;
      if (performance.now() + wait > until) return false;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  private async position(projection: string): Promise<bigint> {
    const [row] = await this.db.query<{ commit_position: string | null }>(
      `SELECT commit_position FROM projection_checkpoints WHERE projection = $1 AND slot = 'live'`,
      [projection],
      'projection progress',
    );
    return BigInt(row?.commit_position ?? -1);
  }
}
