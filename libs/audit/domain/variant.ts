/** One "what if": what is other than it was. Everything it does not name stays as it was at each decision. */
import type { Pricing } from '../../catalog/domain/pricing.js';
import { catalogEventTypes, type ModelListed, type ModelRepriced } from '../../catalog/domain/catalog.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { Preference } from '../../preferences/domain/preferences.js';
import type { PublishedPolicy } from '../../routing/domain/policy.js';
import type { RoutingRequest } from '../../routing/domain/request.js';
import type { Decider, DecidingCode } from '../../routing/domain/deciding-code.js';
import type { ModelRows } from '../../routing/domain/model-table.js';
import type { RoutingView, RoutingViewSnapshot } from '../../routing/domain/view.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';

export interface Variant {
  readonly name: string;
  /** Another policy; null: the one that was in force. */
  readonly policy: PublishedPolicy | null;
  /** Take the place of the organization's own, key by key. */
  readonly preferences: readonly Preference[];
  /** By model id. */
  readonly prices: Readonly<Record<string, Pricing>>;
  /** The catalogue with its prices as of this position, for every decision; null: as it was. */
  readonly catalogAsOf: bigint | null;
  /** Every request asks for this model. */
  readonly model: ModelId | null;
  /** Another decider, such as a newer one, with its own view and classifier; null: the one that decided. */
  readonly decider: Decider | null;
}

const catalogTypes: ReadonlySet<string> = new Set(catalogEventTypes);

export interface VariantViewState {
  readonly view: RoutingViewSnapshot;
  readonly settled: readonly string[];
}

/** Where the view of a variant begins. */
export type VariantBegin =
  /** At the beginning of the log. @param catalog events of the catalogue that the variant decides by; empty for the catalogue as it was. */
  | { readonly kind: 'start'; readonly catalog: readonly Recorded[] }
  /** Where the live view begins. @param view as it was there, of the variant's code: its prices and preferences take their places here. */
  | { readonly kind: 'view'; readonly view: RoutingViewSnapshot }
  /** @param state what `state` kept of another walk. */
  | { readonly kind: 'kept'; readonly state: VariantViewState | null };

/** Whether a variant sees something else than what was. @param live the code that decided. */
export function hasOwnView({ preferences, prices, catalogAsOf, decider }: Variant, live: DecidingCode): boolean {
  return preferences.length > 0 || Object.keys(prices).length > 0 || catalogAsOf !== null || (decider?.code ?? live).version !== live.version;
}

/** The view that a variant decides by, kept in step with the one that was. */
export class VariantView {
  readonly view: RoutingView;
  private readonly own: RoutingView | null;
  private readonly settled: Set<string>;
  private readonly keys: ReadonlySet<string>;

  /** @param live the view as it was, of the code that decided. */
  constructor(
    private readonly variant: Variant,
    live: { readonly view: RoutingView; readonly code: DecidingCode },
    begin: VariantBegin,
  ) {
    this.own = hasOwnView(variant, live.code) ? (variant.decider?.code ?? live.code).newView() : null;
    this.view = this.own ?? live.view;
    this.keys = new Set(variant.preferences.map(({ key }) => key));
    this.settled = new Set(begin.kind === 'kept' ? begin.state?.settled : []);
    if (this.own) this.begin(this.own, begin);
  }

  private begin(own: RoutingView, begin: VariantBegin): void {
    switch (begin.kind) {
      case 'start':
        for (const event of begin.catalog) own.apply(this.priced(event));
        return;
      case 'view':
        return own.restore({ ...begin.view, models: begin.view.models.map((row) => this.pricedRow(row)) });
      case 'kept':
        if (begin.state) own.restore(begin.state.view);
    }
  }

  /** Null when it is the view as it was. */
  state(): VariantViewState | null {
    return this.own && { view: this.own.snapshot(), settled: [...this.settled] };
  }

  /** After the live view folded the event. */
  follow(event: Recorded): void {
    if (!this.own) return;
    if (catalogTypes.has(event.type) && this.variant.catalogAsOf !== null) return;
    if ((event.type === 'PreferenceSet' || event.type === 'PreferenceDeleted') && this.keys.has((event.data as Preference).key)) return;
    this.own.apply(this.priced(event));
  }

  /** The request as the variant asks it. */
  ask(request: RoutingRequest): RoutingRequest {
    this.settle(request.orgId);
    const { model } = this.variant;
    return model === null ? request : { ...request, hints: { ...request.hints, model } };
  }

  /** The variant's preferences are set before an organization's first decision. */
  private settle(orgId: string): void {
    if (!this.own || this.settled.has(orgId)) return;
    this.settled.add(orgId);
    for (const data of this.variant.preferences) this.own.apply({ type: 'PreferenceSet', data, position: { commit: this.own.position, prepare: this.own.position }, metadata: { orgId } } as unknown as Recorded);
  }

  private pricedRow(row: ModelRows[number]): ModelRows[number] {
    const pricing = this.variant.prices[row.model.id];
    return pricing ? { ...row, model: { ...row.model, pricing } } : row;
  }

  private priced(event: Recorded): Recorded {
    if (event.type === 'ModelListed') {
      const { model, ...rest } = event.data as ModelListed;
      const pricing = this.variant.prices[model.id];
      return pricing ? { ...event, data: { ...rest, model: { ...model, pricing } } } : event;
    }
    if (event.type === 'ModelRepriced') {
      const pricing = this.variant.prices[(event.data as ModelRepriced).id];
      return pricing ? { ...event, data: { ...event.data, pricing } } : event;
    }
    return event;
  }
}
