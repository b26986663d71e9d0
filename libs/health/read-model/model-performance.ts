/**
 * How each model did, hour by hour: outcomes, latency and speed. Serves `performance_timeseries` of
 * GET /v1/models/:provider/:model.
 */
import { Injectable } from '@nestjs/common';
import type { PerformanceSource } from '../../catalog/domain/performance.js';
import type { AsOf } from '../../event-sourcing/domain/as-of.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { projection, table } from '../../event-sourcing/projections/projection.js';
import { Db } from '../../platform/postgres.js';
import type { RouteEvent } from '../../routing/domain/events.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import { measuredBy } from '../domain/measured.js';
import { firstShown, latencyColumns, shownWindows, type HourRow, type MeasuredWindow } from '../domain/performance-windows.js';
import { PastPerformance } from './past-performance.js';

export const modelPerformance = table('model_performance', {
  key: { model_id: 'text', mode: 'text', hour: 'timestamptz' },
  sum: {
    successes: 'bigint',
    failures: 'bigint',
    output_tokens: 'bigint',
    inference_ms: 'bigint',
    ...Object.fromEntries(latencyColumns.map((column) => [column, 'bigint' as const])),
  },
});

export const modelPerformanceProjection = projection<RouteEvent>({
  name: 'model-performance',
  version: 1,
  tables: [modelPerformance],
  on: { InferenceAttemptFailed: counted, InferenceCompleted: counted },
});

function counted(event: Recorded) {
  const measured = measuredBy(event);
  return measured ? modelPerformance.add(measured.key, measured.sums) : [];
}

@Injectable()
export class ModelPerformance implements PerformanceSource {
  constructor(
    private readonly db: Db,
    private readonly past: PastPerformance,
  ) {}

  async of(model: ModelId, asOf: AsOf | null = null): Promise<readonly MeasuredWindow[] | null> {
    return asOf === null ? this.now(model, Date.now()) : this.past.of(model, asOf);
  }

  private async now(model: ModelId, nowMs: number): Promise<readonly MeasuredWindow[] | null> {
    const rows = await this.db.query<HourRow>(
      'SELECT * FROM model_performance WHERE model_id = $1 AND hour >= $2 ORDER BY hour',
      [model, new Date(firstShown(nowMs)).toISOString()],
      'model performance of',
    );
    return shownWindows(rows, nowMs);
  }
}
