/** What the controllers ask of the catalogue, with the errors of the edge: as of a point, a model or a 404. */
import { Inject, Injectable, Optional } from '@nestjs/common';
import { PointsOfThePast } from '../../event-sourcing/as-of.js';
import type { AsOf } from '../../event-sourcing/domain/as-of.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import { LiveFolds } from '../../event-sourcing/live-folds.js';
import { notFound } from '../../platform/http/api-error.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import { catalogEventTypes, type ListedModel } from '../domain/catalog.js';
import { closest } from '../domain/closest.js';
import { PERFORMANCE_SOURCE, type Performance, type PerformanceSource } from '../domain/performance.js';
import type { CatalogSnapshot } from '../domain/snapshot.js';
import { LiveCatalog } from '../read-model/live-catalog.js';
import type { Detail } from './model-json.js';

/** A read model that is slow must not slow the facts down. */
const performanceWaitMs = 500;
/** A change of the catalogue that is in the log is in this process within milliseconds. */
const foldedWithinMs = 5_000;

@Injectable()
export class CatalogReader {
  constructor(
    private readonly live: LiveCatalog,
    private readonly folds: LiveFolds,
    private readonly log: EventLog,
    private readonly points: PointsOfThePast,
    @Optional() @Inject(PERFORMANCE_SOURCE) private readonly performance: PerformanceSource | null = null,
  ) {}

  latest(): CatalogSnapshot {
    return this.live.latest();
  }

  /** @throws ApiError 400 when `as_of` cannot be read or lies ahead. */
  async at(text: string | undefined): Promise<CatalogSnapshot> {
    return this.live.at(await this.pointOf(text));
  }

  /** @throws ApiError 404 with the nearest name, 400 as `at`. */
  async model(name: string, text: string | undefined): Promise<ListedModel> {
    return this.found(name, await this.at(text));
  }

  async detail(name: string, text: string | undefined): Promise<Detail> {
    const point = await this.pointOf(text);
    const snapshot = this.live.at(point);
    const entry = this.found(name, snapshot);
    const versions = this.live.versionsOf(entry.model.id, point);
    return { entry, snapshot, versions, performance: await this.performanceOf(entry.model.id, point) };
  }

  /** Up to the end of the log: a change of the catalogue that this process has yet to see is waited for. */
  private async pointOf(text: string | undefined): Promise<AsOf | null> {
    const point = await this.points.named(text);
    if (point !== null && 'position' in point) {
      for await (const { position } of eventsUpTo(this.log, { types: catalogEventTypes, after: this.folds.position(), upTo: point.position })) await this.folds.waitFor(position.commit, foldedWithinMs);
    }
    return point;
  }

  private found(name: string, snapshot: CatalogSnapshot): ListedModel {
    const entry = snapshot.find(name);
    if (entry) return entry;
    const meant = closest(name, snapshot.models.map(({ id }) => id));
    throw notFound(`The model ${name} does not exist${meant ? `; did you mean ${meant}?` : '.'}`, 'model_not_found', 'model');
  }

  private async performanceOf(id: ModelId, point: AsOf | null): Promise<Performance | null> {
    if (!this.performance) return null;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Performance>((resolve) => (timer = setTimeout(() => resolve({ missing: 'late' }), performanceWaitMs)));
    const told = this.performance.of(id, point).then((windows): Performance => (windows ? { windows } : { missing: 'unavailable' }));
    try {
      return await Promise.race([told, late]);
    } catch {
      return { missing: 'unavailable' };
    } finally {
      clearTimeout(timer);
    }
  }
}
