/** Health of each model as it was, from the routing view of that point, which folds the same outcomes by the same rules. */
import { Injectable } from '@nestjs/common';
import { PastViews } from '../../audit/exports.js';
import type { AsOf } from '../../event-sourcing/domain/as-of.js';
import type { KeyMode } from '../../identity/domain/caller.js';
import type { RoutingView } from '../../routing/domain/view.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import { unknownHealth } from '../domain/health.js';
import type { KnownHealth } from './model-health.js';

export interface PastHealth {
  readonly known: readonly KnownHealth[];
  /** Of the last event that the router knew then; 0 before the first. */
  readonly position: bigint;
  /** The moment that health is seen from, milliseconds since 1970. */
  readonly atMs: number;
}

@Injectable()
export class PastModelHealth {
  constructor(private readonly views: PastViews) {}

  /** Models as in `ModelHealthQuery.of`. A position is seen from when the last event before it was written; the end of the log from now. */
  async of(mode: KeyMode, models: readonly string[] | null, asOf: AsOf): Promise<PastHealth> {
    const { view, atMs } = await this.views.seenFrom(asOf);
    return { known: healthIn(view, mode, models), position: view.position, atMs };
  }
}

function healthIn(view: RoutingView, mode: KeyMode, models: readonly string[] | null): readonly KnownHealth[] {
  const learnt = view.learnt(mode);
  const healthOf = (row: number | undefined) => (row === undefined ? undefined : learnt.healthOf(row));
  if (models) return models.map((id) => ({ model: id as ModelId, health: healthOf(view.table.indexOf(id as ModelId)) ?? unknownHealth }));
  const rows = Array.from({ length: view.table.size }, (_, row) => ({ model: view.table.model(row).id, health: healthOf(row) }));
  return rows.flatMap(({ model, health }) => (health ? [{ model, health }] : [])).sort((a, b) => (a.model < b.model ? -1 : 1));
}
