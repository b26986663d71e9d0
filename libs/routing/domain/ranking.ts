/** What a decision keeps of a weighing: the best in order, the chain behind them, the extremes of the field, the counts. */
import { toPico } from '../../money/money.js';
import type { Decision, RankedCandidate } from './decision.js';
import { exclusions } from './exclusion.js';
import type { ModelTable } from './model-table.js';
import type { Weighed, WeighInput } from './weigh.js';

/** The best places in order, as many as a decision can need: a partial sort, for the ranking of hundreds is not kept. */
export function bestPlaces({ count, score }: Weighed, compare: (a: number, b: number) => number): readonly number[] {
  const best: number[] = [];
  for (let place = 0; place < count; place += 1) {
    if (best.length < placesKept) best.push(place);
    else if (score[place]! < score[best[placesKept - 1]!]! || compare(place, best[placesKept - 1]!) > 0) continue;
    let at = best.length - 1;
    for (; at > 0 && compare(place, best[at - 1]!) < 0; at -= 1) best[at] = best[at - 1]!;
    best[at] = place;
  }
  return best;
}
const placesKept = 12;

/** After the chosen model: the best of other providers first, so that one provider's outage does not end the chain. */
export function chainOf(table: ModelTable, weighed: Weighed, place: number, best: readonly number[], length: number): readonly number[] {
  const chain = [place];
  const providers = new Set([table.model(weighed.rows[place]!).provider]);
  for (const distinct of [true, false]) {
    for (const next of best) {
      if (chain.length >= length) break;
      const { provider } = table.model(weighed.rows[next]!);
      if (chain.includes(next) || (distinct && providers.has(provider))) continue;
      chain.push(next);
      providers.add(provider);
    }
  }
  return chain;
}

/** The extremes of the field, each tie broken as the ranking's: by success, then cost, then id. */
export function compared({ table, weights }: WeighInput, weighed: Weighed, place: number): Decision['priceComparison'] {
  const { comparableCost: cost, success, rows } = weighed;
  const id = (at: number) => table.model(rows[at]!).id;
  const earlier = (a: number, b: number) => success[a]! > success[b]! || (success[a] === success[b] && (cost[a]! < cost[b]! || (cost[a] === cost[b] && id(a) < id(b))));
  const value = (at: number) => weighed.quality[at]! / (weights.quality || 1) + weighed.cost[at]! / (weights.cost || 1);
  let [cheapest, dearest, ablest, worthiest, worth] = [0, 0, 0, 0, value(0)];
  for (let next = 1; next < weighed.count; next += 1) {
    if (cost[next]! <= cost[cheapest]! && (cost[next]! < cost[cheapest]! || earlier(next, cheapest))) cheapest = next;
    if (cost[next]! > cost[dearest]!) dearest = next;
    if (success[next]! >= success[ablest]! && earlier(next, ablest)) ablest = next;
    const nextWorth = value(next);
    if (nextWorth >= worth && (nextWorth > worth || earlier(next, worthiest))) [worthiest, worth] = [next, nextWorth];
  }
  const highest = cost[dearest]!;
  return {
    cheapestModel: id(cheapest),
    bestValueModel: id(worthiest),
    bestQualityModel: id(ablest),
    estimatedCost: toPico(weighed.costs.exact(rows[place]!)),
    savingsVsHighestPct: highest === 0 ? 0 : Math.floor((1 - cost[place]! / highest) * 100),
  };
}

/** Its place by expected success, 1 is best. */
export function placeByQuality({ success, count }: Weighed, place: number): number {
  let better = 0;
  for (let other = 0; other < count; other += 1) if (success[other]! > success[place]!) better += 1;
  return better + 1;
}

/** What raised its score beside its own figures, in words. */
export function boostsOf(weighed: Weighed, place: number): readonly string[] {
  const boosts: string[] = [];
  if (weighed.preference[place]! > 0) boosts.push('a preferred provider');
  if (weighed.context[place]! > 0) boosts.push('staying with the session');
  return boosts;
}

/** A candidate as a decision records it. */
export function ranked(input: WeighInput, weighed: Weighed, place: number): RankedCandidate {
  const row = weighed.rows[place]!;
  return {
    model: input.table.model(row).id,
    score: weighed.score[place]!,
    components: {
      quality: weighed.quality[place]!,
      cost: weighed.cost[place]!,
      latency: weighed.latency[place]!,
      health: weighed.health[place]!,
      preference: weighed.preference[place]!,
      context: weighed.context[place]!,
    },
    estimatedCost: toPico(weighed.costs.exact(row)),
  };
}

/** How many models are excluded, by reason. */
export function counted({ excluded }: Weighed): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [i, reason] of exclusions.entries()) if (excluded[i]! > 0) counts[reason] = excluded[i]!;
  return counts;
}
