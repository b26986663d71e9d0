/** Sessions: how much each asked, of what kind last, answered by whom last. Serves GET /v1/org/sessions. */
import { Injectable } from '@nestjs/common';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { projection, table } from '../../event-sourcing/projections/projection.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { fromCents, fromPico, toDollars } from '../../money/money.js';
import { Db } from '../../platform/postgres.js';
import type { RouteEvent, Terminal } from '../../routing/domain/events.js';

export const sessions = table('routing_sessions', {
  key: { org_id: 'text', session_id: 'text' },
  set: { last_task: 'text', last_model: 'text', last_at: 'timestamptz' },
  sum: { prompts: 'bigint', tokens: 'bigint', cost_cents: 'cents' },
});

export const sessionsProjection = projection<RouteEvent>({
  name: 'sessions',
  version: 1,
  tables: [sessions],
  on: { InferenceCompleted: asked, InferenceFailed: asked, InferenceCancelled: asked },
});

function asked({ metadata, data }: Recorded<{ type: string; data: Terminal }>) {
  const { sessionId, task, model, usage, cost } = data;
  if (sessionId === null) return null;
  return sessions.add(
    { org_id: metadata.orgId, session_id: sessionId },
    { prompts: 1, tokens: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0), cost_cents: cost === null ? 0n : fromPico(cost) },
    { last_task: task, last_model: model, last_at: metadata.at },
  );
}

export interface SessionEntry {
  readonly session_id: string;
  readonly session_prompts: number;
  readonly total_tokens: number;
  readonly cost_dollars: string;
  readonly last_task: string;
  readonly last_model: string;
  readonly last_at: string;
}

interface SessionRow {
  readonly session_id: string;
  readonly prompts: string;
  readonly tokens: string;
  readonly cost_cents: string;
  readonly last_task: string;
  readonly last_model: string;
  readonly last_at: Date;
}

@Injectable()
export class SessionsQuery {
  constructor(private readonly db: Db) {}

  /** The latest first. @param sessionId only this one, null for all. */
  async latest(orgId: OrgId, sessionId: string | null, limit: number): Promise<SessionEntry[]> {
    const rows = await this.db.query<SessionRow>(
      'SELECT * FROM routing_sessions WHERE org_id = $1 AND ($2::text IS NULL OR session_id = $2) ORDER BY last_at DESC, session_id LIMIT $3',
      [orgId, sessionId, limit],
      'latest sessions',
    );
    return rows.map((row) => ({
      session_id: row.session_id,
      session_prompts: Number(row.prompts),
      total_tokens: Number(row.tokens),
      cost_dollars: toDollars(fromCents(row.cost_cents)),
      last_task: row.last_task,
      last_model: row.last_model,
      last_at: row.last_at.toISOString(),
    }));
  }
}
