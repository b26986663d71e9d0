/** Suggested preferences: computed from the read models of use and feedback, and kept until they are computed again. */
import { Injectable } from '@nestjs/common';
import type { OrgId } from '../../identity/domain/caller.js';
import { fromCents, toDollars } from '../../money/money.js';
import { Db } from '../../platform/postgres.js';
import type { ModelId, Optimization, Task } from '../../routing/domain/vocabulary.js';
import type { Preference } from '../domain/preferences.js';
import { suggest, type Facts, type ModelUse, type ProviderUse, type Said, type Share, type Suggestion } from '../domain/suggest.js';

/** How far back use and feedback are looked at, and how many requests are named as evidence. */
const days = 30;
const window = `created_at > now() - interval '${days} days' AND status IS NOT NULL`;
const latest = (of: string) => `(array_agg(${of} ORDER BY created_at DESC))[1:5]`;
/** A suggestion younger than this is not computed again for a reader. */
const freshMs = 30_000;

export interface SuggestionView {
  readonly key: Preference['key'];
  readonly value: Preference['value'];
  readonly kind: Suggestion['kind'];
  readonly reason: string;
  readonly evidence: { readonly figures: Suggestion['figures']; readonly request_ids: readonly string[]; readonly days: number };
  readonly expected_saving_dollars: string | null;
  readonly confidence: number;
}

export interface Suggested {
  readonly suggestions: readonly SuggestionView[];
  /** ISO 8601. */
  readonly computed_at: string;
}

@Injectable()
export class Suggestions {
  constructor(private readonly db: Db) {}

  /** Those kept, computed anew when they are old. */
  async of(orgId: OrgId): Promise<Suggested> {
    const [kept] = await this.db.query<{ suggestions: SuggestionView[]; computed_at: Date }>('SELECT suggestions, computed_at FROM preference_suggestions WHERE org_id = $1', [orgId], 'suggestions of');
    if (kept && Date.now() - kept.computed_at.getTime() < freshMs) return { suggestions: kept.suggestions, computed_at: kept.computed_at.toISOString() };
    return this.compute(orgId);
  }

  async compute(orgId: OrgId): Promise<Suggested> {
    const suggestions = suggest(await this.factsOf(orgId)).map(viewOf);
    const [row] = await this.db.query<{ computed_at: Date }>(
      `INSERT INTO preference_suggestions (org_id, suggestions, computed_at) VALUES ($1, $2, now())
       ON CONFLICT (org_id) DO UPDATE SET suggestions = excluded.suggestions, computed_at = excluded.computed_at RETURNING computed_at`,
      [orgId, JSON.stringify(suggestions)],
      'keep suggestions',
    );
    return { suggestions, computed_at: row!.computed_at.toISOString() };
  }

  /** Organizations with requests or feedback since a moment: whose suggestions may have changed. */
  async active(since: Date): Promise<OrgId[]> {
    const rows = await this.db.query<{ org_id: OrgId }>('SELECT org_id FROM logs WHERE created_at > $1 UNION SELECT org_id FROM feedback WHERE given_at > $1', [since.toISOString()]);
    return rows.map(({ org_id }) => org_id);
  }

  private async factsOf(orgId: OrgId): Promise<Facts> {
    const [models, providers, feedback, optimizations, tasks, current] = await Promise.all([
      this.models(orgId), this.providers(orgId), this.feedback(orgId), this.shares<Optimization>(orgId, 'optimization'), this.shares<Task>(orgId, 'task'), this.current(orgId),
    ]);
    return { models, providers, feedback, optimizations, tasks, current };
  }

  private async models(orgId: OrgId): Promise<ModelUse[]> {
    const rows = await this.db.query<{ model: ModelId; provider: string; task: Task; requests: string; completed: string; cost: string; priced: string; ids: string[] }>(
      `SELECT model, provider, task, count(*) AS requests, count(*) FILTER (WHERE status = 'completed') AS completed,
              coalesce(sum(cost_cents), 0) AS cost, count(cost_cents) AS priced, ${latest('request_id')} AS ids
       FROM logs WHERE org_id = $1 AND ${window} AND status <> 'cancelled' GROUP BY model, provider, task ORDER BY model, task`,
      [orgId],
    );
    return rows.map(({ requests, completed, cost, priced, ids, ...row }) => ({
      ...row, requests: Number(requests), completed: Number(completed), cost: fromCents(cost), priced: Number(priced), requestIds: ids,
    }));
  }

  /** The first of the chain was the choice: when another answered, or none did, its provider failed. */
  private async providers(orgId: OrgId): Promise<ProviderUse[]> {
    const rows = await this.db.query<{ provider: string; requests: string; failures: string; ids: string[] | null }>(
      `SELECT split_part(fallback_chain ->> 0, '/', 1) AS provider, count(*) AS requests,
              count(*) FILTER (WHERE status = 'failed' OR attempts > 1) AS failures,
              (array_agg(request_id ORDER BY created_at DESC) FILTER (WHERE status = 'failed' OR attempts > 1))[1:5] AS ids
       FROM logs WHERE org_id = $1 AND ${window} AND status <> 'cancelled' AND fallback_chain IS NOT NULL GROUP BY 1 ORDER BY 1`,
      [orgId],
    );
    return rows.map(({ provider, requests, failures, ids }) => ({ provider, requests: Number(requests), failures: Number(failures), failedIds: ids ?? [] }));
  }

  private async feedback(orgId: OrgId): Promise<Said[]> {
    const rows = await this.db.query<{ model: ModelId | null; classified_task: Task; correct: boolean; suggested_task: Task | null; times: string; ids: string[] | null }>(
      `SELECT model, classified_task, correct, suggested_task, count(*) AS times,
              (array_agg(request_id ORDER BY given_at DESC) FILTER (WHERE request_id IS NOT NULL))[1:5] AS ids
       FROM feedback WHERE org_id = $1 AND given_at > now() - interval '${days} days' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
      [orgId],
    );
    return rows.map(({ model, classified_task, correct, suggested_task, times, ids }) => ({
      model, classifiedTask: classified_task, correct, suggestedTask: suggested_task, times: Number(times), requestIds: ids ?? [],
    }));
  }

  private async shares<T>(orgId: OrgId, column: 'optimization' | 'task'): Promise<Share<T>[]> {
    const rows = await this.db.query<{ value: T; requests: string; ids: string[] }>(
      `SELECT ${column} AS value, count(*) AS requests, ${latest('request_id')} AS ids FROM logs WHERE org_id = $1 AND ${window} AND ${column} IS NOT NULL GROUP BY 1 ORDER BY 1`,
      [orgId],
    );
    return rows.map(({ value, requests, ids }) => ({ value, requests: Number(requests), requestIds: ids }));
  }

  private async current(orgId: OrgId): Promise<Facts['current']> {
    const rows = await this.db.query<{ key: string; value: Preference['value'] }>('SELECT key, value FROM preferences WHERE org_id = $1', [orgId]);
    return new Map(rows.map(({ key, value }) => [key, value]));
  }
}

const viewOf = ({ preference, kind, reason, figures, requestIds, expectedSaving, confidence }: Suggestion): SuggestionView => ({
  key: preference.key,
  value: preference.value,
  kind,
  reason,
  evidence: { figures, request_ids: requestIds, days },
  expected_saving_dollars: expectedSaving === null ? null : toDollars(expectedSaving),
  confidence,
});
