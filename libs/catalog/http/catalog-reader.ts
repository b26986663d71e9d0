/** What the controllers ask of the catalogue, with the errors of the edge: as of a point, a model or a 404. */
import { Inject, Injectable, Optional } from '@nestjs/common';
import { asOf } from '../../event-sourcing/as-of.js';
import type { AsOf } from '../../event-sourcing/domain/as-of.js';
import { LiveFolds } from '../../event-sourcing/live-folds.js';
import { notFound } from '../../platform/http/api-error.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import type { ListedModel } from '../domain/catalog.js';
import { closest } from '../domain/closest.js';
import { PERFORMANCE_SOURCE, type PerformanceSource, type PerformanceWindow } from '../domain/performance.js';
import type { CatalogSnapshot } from '../domain/snapshot.js';
import { LiveCatalog } from '../read-model/live-catalog.js';
import type { Detail } from './model-json.js';

/** A read model that is slow must not slow the facts down. */
const performanceWaitMs = 500;

@Injectable()
export class CatalogReader {
  constructor(
    private readonly live: LiveCatalog,
    private readonly folds: LiveFolds,
    @Optional() @Inject(PERFORMANCE_SOURCE) private readonly performance: PerformanceSource | null = null,
  ) {}

  latest(): CatalogSnapshot {
    return this.live.latest();
  }

  /** @throws ApiError 400 when `as_of` cannot be read or lies ahead. */
  at(text: string | undefined): CatalogSnapshot {
    return this.live.at(this.pointOf(text));
  }

  /** @throws ApiError 404 with the nearest name, 400 as `at`. */
  model(name: string, text: string | undefined): ListedModel {
    return this.found(name, this.at(text));
  }

  async detail(name: string, text: string | undefined): Promise<Detail> {
    const point = this.pointOf(text);
    const snapshot = this.live.at(point);
    const entry = this.found(name, snapshot);
    const versions = this.live.versionsOf(entry.model.id, point);
    return { entry, snapshot, versions, performance: await this.performanceOf(entry.model.id, point) };
  }

  private pointOf(text: string | undefined) {
    return asOf(text, this.folds.position(), Date.now());
  }

  private found(name: string, snapshot: CatalogSnapshot): ListedModel {
    const entry = snapshot.find(name);
    if (entry) return entry;
    const meant = closest(name, snapshot.models.map(({ id }) => id));
    throw notFound(`The model ${name} does not exist${meant ? `; did you mean ${meant}?` : '.'}`, 'model_not_found', 'model');
  }

  private async performanceOf(id: ModelId, point: AsOf | null): Promise<readonly PerformanceWindow[] | null> {
    if (!this.performance) return null;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), performanceWaitMs)));
    try {
      return await Promise.race([this.performance.of(id, point), late]);
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}
