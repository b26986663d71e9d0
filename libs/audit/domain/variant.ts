/** One "what if": what is other than it was. Everything it does not name stays as it was at each decision. */
import type { Pricing } from '../../catalog/domain/pricing.js';
import { catalogEventTypes, type ModelListed, type ModelRepriced } from '../../catalog/domain/catalog.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { Preference } from '../../preferences/domain/preferences.js';
import type { PublishedPolicy } from '../../routing/domain/policy.js';
import type { RoutingRequest } from '../../routing/domain/request.js';
import type { Decider, DecidingCode } from '../../routing/domain/deciding-code.js';
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

/** The view that a variant decides by, kept in step with the one that was. */
export class VariantView {
  readonly view: RoutingView;
  private readonly own: RoutingView | null;
  private readonly settled: Set<string>;
  private readonly keys: ReadonlySet<string>;

  /** @param live the view as it was, of the code that decided. @param from what `state` kept of a walk that was broken off. */
  constructor(
    private readonly variant: Variant,
    live: { readonly view: RoutingView; readonly code: DecidingCode },
    { catalog, from }: { catalog: readonly Recorded[]; from: VariantViewState | null },
  ) {
    const code = variant.decider?.code ?? live.code;
    const changed = variant.preferences.length > 0 || Object.keys(variant.prices).length > 0 || variant.catalogAsOf !== null;
    this.own = changed || code.version !== live.code.version ? code.newView() : null;
    this.view = this.own ?? live.view;
    this.keys = new Set(variant.preferences.map(({ key }) => key));
    this.settled = new Set(from?.settled);
    if (from) this.own?.restore(from.view);
    else for (const event of catalog) this.own?.apply(this.priced(event));
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
