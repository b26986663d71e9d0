/** What a decision keeps of a weighing: the best in order, the chain behind them, the extremes of the field, the counts. */
import { toPico } from '../../money/money.js';
import type { Decision, RankedCandidate } from './decision.js';
import { exclusions } from './exclusion.js';
import type { ModelTable } from './model-table.js';
import { ofMillionths } from './portable-math.js';
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
  const providers = new Set([table.providers[weighed.rows[place]!]!]);
  for (const distinct of [true, false]) {
    for (const next of best) {
      if (chain.length >= length) break;
      const provider = table.providers[weighed.rows[next]!]!;
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
  const id = (at: number) => table.ids[rows[at]!]!;
  const earlier = (a: number, b: number) => success[a]! > success[b]! || (success[a] === success[b] && (cost[a]! < cost[b]! || (cost[a] === cost[b] && id(a) < id(b))));
  const [ofQuality, ofCost] = [weights.quality || 1, weights.cost || 1];
  const value = (at: number) => ofMillionths(weighed.quality[at]!) / ofQuality + ofMillionths(weighed.cost[at]!) / ofCost;
  // Four quotients a model are asked only where two products, good to fifteen digits, leave it open.
  const [unitOfQuality, unitOfCost] = [1 / (1e6 * ofQuality), 1 / (1e6 * ofCost)];
  const nearly = (at: number) => weighed.quality[at]! * unitOfQuality + weighed.cost[at]! * unitOfCost;
  let [cheapest, dearest, ablest, worthiest, worth] = [0, 0, 0, 0, value(0)];
  for (let next = 1; next < weighed.count; next += 1) {
    if (cost[next]! <= cost[cheapest]! && (cost[next]! < cost[cheapest]! || earlier(next, cheapest))) cheapest = next;
    if (cost[next]! > cost[dearest]!) dearest = next;
    if (success[next]! >= success[ablest]! && earlier(next, ablest)) ablest = next;
    if (nearly(next) < worth * almostOne) continue;
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

const almostOne = 1 - 1e-12;

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
    model: input.table.ids[row]!,
    score: ofMillionths(weighed.score[place]!),
    components: {
      quality: ofMillionths(weighed.quality[place]!),
      cost: ofMillionths(weighed.cost[place]!),
      latency: ofMillionths(weighed.latency[place]!),
      health: ofMillionths(weighed.health[place]!),
      preference: ofMillionths(weighed.preference[place]!),
      context: ofMillionths(weighed.context[place]!),
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
