/** A live catalogue as if the given models had been published, one event each, at positions 1, 2, 3 ... */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { CatalogEvent } from '../domain/catalog.js';
import type { CatalogModel } from '../domain/model.js';
import { LiveCatalog } from '../read-model/live-catalog.js';

/** The first event is written at this time, and each further one a second later. */
export const firstMs = Date.parse('2026-11-22T10:00:00.000Z');

export const recorded = (event: CatalogEvent, position: number): Recorded =>
  ({ type: event.type, data: event.data, position: { commit: BigInt(position), prepare: BigInt(position) }, createdMs: firstMs + (position - 1) * 1000 }) as unknown as Recorded;

export function catalogOf(events: readonly CatalogEvent[]): LiveCatalog {
  const catalog = new LiveCatalog();
  events.forEach((event, index) => catalog.apply(recorded(event, index + 1)));
  return catalog;
}

export const listing = (model: CatalogModel): CatalogEvent => ({ type: 'ModelListed', data: { model, publisher: 'shipped' } });
