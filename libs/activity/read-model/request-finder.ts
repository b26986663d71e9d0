/** Finds the request that somebody speaks of, by its id or by its very words. */
import { Injectable } from '@nestjs/common';
import { ProjectionProgress } from '../../event-sourcing/projections/progress.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { Db } from '../../platform/postgres.js';
import { promptHash } from '../../platform/prompt-hash.js';
import type { ModelId, Task } from '../../routing/domain/vocabulary.js';
import { isRequestId, receivedAt } from '../domain/received-at.js';

export interface FoundRequest {
  readonly requestId: string;
  readonly model: ModelId | null;
  readonly task: Task | null;
}

interface FoundRow {
  readonly request_id: string;
  readonly model: ModelId | null;
  readonly task: Task | null;
  readonly prompt_hash: string | null;
}

/** How far back words are looked for. Each hash is salted by its request, so every candidate has to be hashed anew. */
const searched = 2_000;
const searchedDays = 30;
/** A request that has just been answered may not be in the table yet. */
const patienceMs = 1_000;

@Injectable()
export class RequestFinder {
  constructor(
    private readonly db: Db,
    private readonly log: EventLog,
    private readonly progress: ProjectionProgress,
  ) {}

  /** Null when the organization made no such request. */
  async byId(orgId: OrgId, requestId: string): Promise<FoundRequest | null> {
    if (!isRequestId(requestId)) return null;
    await this.upToNow();
    const rows = await this.db.query<FoundRow>(
      'SELECT request_id, model, task, prompt_hash FROM logs WHERE request_id = $1 AND created_at = $2 AND org_id = $3',
      [requestId, receivedAt(requestId), orgId],
      'request by id',
    );
    return rows[0] ? found(rows[0]) : null;
  }

  /** The latest of the organization's recent requests with exactly this prompt; null when there is none. */
  async byPrompt(orgId: OrgId, prompt: string): Promise<FoundRequest | null> {
    await this.upToNow();
    const rows = await this.db.query<FoundRow>(
      `SELECT request_id, model, task, prompt_hash FROM logs WHERE org_id = $1 AND created_at > now() - make_interval(days => $2)
       ORDER BY created_at DESC, request_id DESC LIMIT $3`,
      [orgId, searchedDays, searched],
      'recent requests',
    );
    const same = rows.find((row) => row.prompt_hash === promptHash(row.request_id, prompt));
    return same ? found(same) : null;
  }

  private async upToNow(): Promise<void> {
    await this.progress.reached('logs', await this.log.head(), patienceMs);
  }
}

const found = ({ request_id, model, task }: FoundRow): FoundRequest => ({ requestId: request_id, model, task });
