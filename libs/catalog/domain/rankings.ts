/** Where each model stands among its peers, 0 to 1: for ordering recommendations, not for routing decisions. */
import type { CatalogModel } from './model.js';
import { measure } from './tiers.js';
import { percentiles, type Percentiles } from './rules.js';

export interface Standing {
  /** Its place on each published benchmark that scored it. */
  readonly places: Percentiles;
  /** Share of the models on the same yardstick that cost less; 1 when the price is unknown. */
  readonly cost: number;
  /** Share of the models with a measured speed that are slower; half of that when unmeasured. */
  readonly speed: number;
  /** Days since 1970 of its release; 0 when unknown. */
  readonly released: number;
}
export type Rankings = ReadonlyMap<string, Standing>;

/** Benchmarks that say most about a kind of work; the others still count. */
export const focuses: Readonly<Record<string, readonly string[]>> = {
  code: ['aa_coding_index', 'scicode', 'terminal_bench_hard', 'terminal_bench_2_1', 'swe_bench_verified', 'swe_bench_pro', 'aider_polyglot', 'livecodebench', 'arena_webdev_elo'],
  web_search: ['arena_search_elo', 'aa_agentic_index'],
  vision: ['mmmu_pro', 'arena_vision_elo'],
  reasoning: ['gpqa_diamond', 'hle', 'aa_intelligence_index', 'scicode'],
  tool_use: ['tau2_bench', 'aa_agentic_index'],
  long_context: ['aa_lcr'],
  image_editing: ['arena_image_edit_elo'],
  image_to_video: ['arena_image_to_video_elo', 'aa_image_to_video_elo'],
};
const focusWeight = 4;

/** Mean place over its benchmarks, those in focus weighing more, shrunk towards the middle when there are few. 0 to 1. */
export function qualityOf({ places }: Standing, inFocus: ReadonlySet<string>): number {
  let sum = prior.quality * prior.weight;
  let weights = prior.weight;
  for (const name in places) {
    const weight = inFocus.has(name) ? focusWeight : 1;
    sum += places[name]! * weight;
    weights += weight;
  }
  return sum / weights;
}

/** A model without scores is taken for slightly below the middle, with the weight of this many benchmarks. */
const prior = { quality: 0.4, weight: 2 };
const unmeasuredSpeed = 0.35;
const day = 86_400_000;

export function rankings(models: readonly CatalogModel[]): Rankings {
  const ranks = percentiles(models);
  const costs = costRanks(models);
  const speeds = shares(models.map((model) => [model.id, model.speed?.output_tokens_per_s ?? null]));
  return new Map(
    models.map((model) => {
      return [
        model.id,
        {
          places: ranks.get(model.id) ?? {},
          cost: costs.get(model.id) ?? 1,
          speed: speeds.get(model.id) ?? unmeasuredSpeed,
          released: model.released === null ? 0 : Date.parse(model.released) / day,
        },
      ];
    }),
  );
}

function costRanks(models: readonly CatalogModel[]): ReadonlyMap<string, number> {
  const onYardstick = new Map<string, [string, number][]>();
  for (const model of models) {
    const measured = model.pricing && measure(model.task_type, model.pricing);
    if (!measured) continue;
    const peers = onYardstick.get(measured.yardstick) ?? [];
    peers.push([model.id, Number(measured.amount)]);
    onYardstick.set(measured.yardstick, peers);
  }
  return new Map([...onYardstick.values()].flatMap((peers) => [...shares(peers)]));
}

/** The share of the others that lie below each value. */
function shares(values: readonly (readonly [string, number | null])[]): ReadonlyMap<string, number> {
  const known = values.filter((entry): entry is readonly [string, number] => entry[1] !== null).sort((a, b) => a[1] - b[1]);
  const result = new Map<string, number>();
  let below = 0;
  known.forEach(([id, value], index) => {
    if (value > (known[index - 1]?.[1] ?? -Infinity)) below = index;
    result.set(id, known.length > 1 ? below / (known.length - 1) : 0.5);
  });
  return result;
}
