/** Health of each model from real outcomes, live and sandbox apart. Serves GET /v1/model-health. */
import { Injectable } from '@nestjs/common';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { projection, table } from '../../event-sourcing/projections/projection.js';
import type { KeyMode } from '../../identity/domain/caller.js';
import { Db } from '../../platform/postgres.js';
import type { RouteEvent } from '../../routing/domain/events.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import { observe, unknownHealth, type ModelHealth } from '../domain/health.js';
import { outcomeOf } from '../domain/outcome.js';

export const modelHealth = table('model_health', { key: { model_id: 'text', mode: 'text' }, set: { state: 'jsonb' } });

export const modelHealthProjection = projection<RouteEvent>({
  name: 'model-health',
  version: 1,
  tables: [modelHealth],
  on: { InferenceAttemptFailed: observed, InferenceCompleted: observed },
});

function observed(event: Recorded) {
  const said = outcomeOf({ type: event.type, data: event.data } as RouteEvent, Date.parse(event.metadata.at));
  if (!said) return [];
  return modelHealth.evolve({ model_id: said.model, mode: said.mode }, (before) => ({
    state: observe((before?.state as ModelHealth | null | undefined) ?? unknownHealth, said.outcome),
  }));
}

export interface KnownHealth {
  readonly model: ModelId;
  readonly health: ModelHealth;
}

@Injectable()
export class ModelHealthQuery {
  constructor(private readonly db: Db) {}

  /** By model id. Of the given models only, those without any outcome as `unknownHealth`; or of every model with an outcome. */
  async of(mode: KeyMode, models: readonly string[] | null): Promise<readonly KnownHealth[]> {
    const rows = await this.db.query<{ model_id: string; state: ModelHealth }>(
      'SELECT model_id, state FROM model_health WHERE mode = $1 AND ($2::text[] IS NULL OR model_id = ANY($2)) ORDER BY model_id COLLATE "C"',
      [mode, models],
      'model health of',
    );
    const known = new Map(rows.map(({ model_id, state }) => [model_id, state]));
    return (models ?? [...known.keys()]).map((model) => ({ model: model as ModelId, health: known.get(model) ?? unknownHealth }));
  }
}
