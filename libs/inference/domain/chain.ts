/** The fallback chain of a decision, as the gateway needs it: which models, served where, at which price. Plain data. */
import type { CatalogModel, Host } from '../../catalog/domain/model.js';
import type { Pricing } from '../../catalog/domain/pricing.js';
import type { ModelId, ProviderSlug } from '../../routing/domain/vocabulary.js';

/** One address a model is served at. */
export interface ModelEndpoint {
  /** Slug of the provider host: names its row in the table of hosts and its `<HOST>_API_KEY`. */
  readonly host: ProviderSlug;
  /** The id this host knows the model by. */
  readonly modelId: string;
  /** The price pinned by the decision; null is unknown, never free. */
  readonly pricing: Pricing | null;
}

/** One model of the chain. The gateway calls the first of its endpoints that has a key. */
export interface ChainModel {
  readonly id: ModelId;
  /** Slug of the maker. */
  readonly provider: ProviderSlug;
  readonly endpoints: readonly ModelEndpoint[];
  /** Tokens; null when unknown. */
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
  /** How long to wait for the first token before the next model is asked, milliseconds. */
  readonly firstTokenLimitMs: number;
}

const leastFirstTokenLimitMs = 10_000;
const mostFirstTokenLimitMs = 180_000;
/** A reasoning model thinks before it speaks, and many hosts send nothing meanwhile. */
const reasoningFirstTokenLimitMs = 60_000;
const patience = 3;

/** Worked out once for each model: a catalogue model never changes, another takes its place. */
const known = new WeakMap<CatalogModel, ChainModel>();

/** The chain entry of a catalogue model: its maker's own API first, then the other hosts that serve it. */
export function chainModel(model: CatalogModel): ChainModel {
  let entry = known.get(model);
  if (!entry) known.set(model, (entry = entryOf(model)));
  return entry;
}

function entryOf(model: CatalogModel): ChainModel {
  return {
    id: model.id,
    provider: model.provider,
    endpoints: [
      { host: nativeHost(model), modelId: model.native_model_id, pricing: model.pricing },
      ...model.hosts.filter((host) => host.host !== model.provider).map(hosted),
    ],
    contextWindow: model.context_window,
    maxOutput: model.max_output,
    firstTokenLimitMs: firstTokenLimit(model),
  };
}

/** Ids that start with `@cf/` are Workers AI's own, whoever made the model. */
const nativeHost = (model: CatalogModel): ProviderSlug => (model.native_model_id.startsWith('@cf/') ? 'workers-ai' : model.provider);

/** Three times the measured time to the first token, within bounds. */
function firstTokenLimit(model: CatalogModel): number {
  const least = model.capabilities.includes('reasoning') ? reasoningFirstTokenLimitMs : leastFirstTokenLimitMs;
  const measured = (model.speed?.ttft_s ?? 0) * 1000 * patience;
  return Math.min(mostFirstTokenLimitMs, Math.max(least, Math.round(measured)));
}

const hosted = ({ host, model_id, input, output }: Host): ModelEndpoint => ({
  host,
  modelId: model_id,
  pricing: input === null || output === null ? null : { unit: 'token', rates: { input, output } },
});
