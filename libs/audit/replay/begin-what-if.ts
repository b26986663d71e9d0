/** Where a walk of a what-if begins: at the nearest kept view before what it has to answer, and each variant's view beside it. */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import type { DecidingCode } from '../../routing/domain/deciding-code.js';
import { routingViewTypes, type RoutingView } from '../../routing/domain/view.js';
import { hasOwnView, VariantView, type Variant, type VariantBegin } from '../domain/variant.js';
import type { Replayer } from './verify-decisions.js';

export interface Beginning {
  /** As it was, of the code that decided. */
  readonly view: RoutingView;
  readonly code: DecidingCode;
}

/** @param catalogs for each variant, the events of the catalogue that it decides by; none for the catalogue as it was. */
export function variantsAt(replayer: Replayer, at: Beginning, { variants, catalogs }: { variants: readonly Variant[]; catalogs: readonly (readonly Recorded[])[] }): Promise<readonly VariantBegin[]> {
  return Promise.all(variants.map((variant, i) => variantAt(replayer, at, { variant, catalog: catalogs[i]! })));
}

async function variantAt({ log, views }: Replayer, { view, code }: Beginning, { variant, catalog }: { variant: Variant; catalog: readonly Recorded[] }): Promise<VariantBegin> {
  const start: VariantBegin = { kind: 'start', catalog };
  if (view.position === 0n || !hasOwnView(variant, code)) return start;
  const own = variant.decider?.code ?? code;
  if (variant.catalogAsOf === null) return { kind: 'view', view: (own.version === code.version ? view : await views!.at(view.position, own)).snapshot() };
  // What was learnt is kept by the places of the models, and under another catalogue they have others: it is folded again.
  const folded = new VariantView(variant, { view, code }, start);
  for await (const event of eventsUpTo(log, { types: routingViewTypes, upTo: view.position })) folded.follow(event);
  return { kind: 'kept', state: folded.state() };
}
