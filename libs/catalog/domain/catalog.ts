/** The story of one model, stream model-{modelId}: listed, repriced, changed, retired, perhaps listed again. */
import { never, type Decider } from '../../event-sourcing/domain/decider.js';
import type { StreamName } from '../../event-sourcing/domain/event.js';
import type { ModelId, PriceTier } from '../../routing/domain/vocabulary.js';
import type { CatalogModel } from './model.js';
import type { Pricing } from './pricing.js';

/** Who stands behind an entry: the file that ships with the product, or the operator's own overrides. */
export type Publisher = 'shipped' | 'operator';

export interface ModelListed {
  readonly model: CatalogModel;
  readonly publisher: Publisher;
}

export interface ModelRepriced {
  readonly id: ModelId;
  readonly pricing: Pricing | null;
  readonly price_tier: PriceTier | null;
  /** The price until now, so that a price history needs no other event. */
  readonly previous: Pricing | null;
  readonly publisher: Publisher;
}

/** Each named field replaces the one before it, whole. */
export interface ModelChanged {
  readonly id: ModelId;
  readonly changes: Partial<Omit<CatalogModel, 'id' | 'pricing' | 'price_tier'>>;
  readonly publisher: Publisher;
}

/** withdrawn: no longer in any source; deprecated: its maker ends it. Not routable from here on, still explained. */
export interface ModelRetired {
  readonly id: ModelId;
  readonly reason: 'withdrawn' | 'deprecated';
}

export type CatalogEvent =
  | { readonly type: 'ModelListed'; readonly data: ModelListed }
  | { readonly type: 'ModelRepriced'; readonly data: ModelRepriced }
  | { readonly type: 'ModelChanged'; readonly data: ModelChanged }
  | { readonly type: 'ModelRetired'; readonly data: ModelRetired };
export const catalogEventTypes = ['ModelListed', 'ModelRepriced', 'ModelChanged', 'ModelRetired'] as const;

export type CatalogCommand =
  | { readonly type: 'PublishModel'; readonly model: CatalogModel; readonly publisher: Publisher }
  | { readonly type: 'WithdrawModel' };

export interface ListedModel {
  readonly model: CatalogModel;
  readonly publisher: Publisher;
  readonly retired: ModelRetired['reason'] | null;
}
/** Null before the first listing. */
export type ModelState = ListedModel | null;

export const modelStream = (id: ModelId): StreamName => `model-${id}`;

export const catalogModel: Decider<ModelState, CatalogCommand, CatalogEvent> = {
  initial: null,

  /** Publishing what is already so is no news; a change of price and of facts are two events, each with its own readers. */
  decide(command, state) {
    switch (command.type) {
      case 'PublishModel':
        return published(command.model, command.publisher, state);
      case 'WithdrawModel':
        return state === null || state.retired !== null
          ? []
          : [{ type: 'ModelRetired', data: { id: state.model.id, reason: 'withdrawn' } }];
      default:
        return never(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'ModelListed':
        return { model: event.data.model, publisher: event.data.publisher, retired: null };
      case 'ModelRepriced': {
        const { pricing, price_tier, publisher } = event.data;
        return state && { ...state, publisher, model: { ...state.model, pricing, price_tier } };
      }
      case 'ModelChanged':
        return state && { ...state, publisher: event.data.publisher, model: { ...state.model, ...event.data.changes } };
      case 'ModelRetired':
        return state && { ...state, retired: event.data.reason };
      default:
        return never(event);
    }
  },
};

function published(model: CatalogModel, publisher: Publisher, state: ModelState): readonly CatalogEvent[] {
  const retire: readonly CatalogEvent[] =
    model.status === 'deprecated' ? [{ type: 'ModelRetired', data: { id: model.id, reason: 'deprecated' } }] : [];
  if (state === null || returns(model, state)) return [{ type: 'ModelListed', data: { model, publisher } }, ...retire];

  const events: CatalogEvent[] = [];
  const { pricing, price_tier } = model;
  if (!same(state.model.pricing, pricing) || state.model.price_tier !== price_tier) {
    events.push({ type: 'ModelRepriced', data: { id: model.id, pricing, price_tier, previous: state.model.pricing, publisher } });
  }
  const changes = changedFields(state.model, model);
  if (Object.keys(changes).length > 0) events.push({ type: 'ModelChanged', data: { id: model.id, changes, publisher } });
  return state.retired === null ? [...events, ...retire] : events;
}

/** A retired model that is current again starts a new listing. */
const returns = (model: CatalogModel, state: ListedModel) => state.retired !== null && model.status !== 'deprecated';

function changedFields(before: CatalogModel, after: CatalogModel): ModelChanged['changes'] {
  const changed = Object.entries(after).filter(
    ([field, value]) => field !== 'pricing' && field !== 'price_tier' && !same(before[field as keyof CatalogModel], value),
  );
  return Object.fromEntries(changed);
}

/** Equal as JSON, whatever the order of keys: a log read back may not keep it. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => same(a[key as keyof typeof a], b[key as keyof typeof b]));
}
