/**
 * Exploration, when a policy asks for it: a share of requests takes another of the best candidates, drawn by the
 * request's seed, and the decision records with which probability it was taken. That propensity is what lets outcomes
 * of another policy be estimated later (inverse propensity scoring; Horvitz and Thompson, 1952).
 */
import type { RoutingPolicy } from './policy.js';
import { ofMillionths, round6 } from './portable-math.js';

/** The places that may be taken: the best, and those so near to it that another draw of the seed would have taken them. */
export const placesNear = (best: readonly number[], score: Float64Array, { share, margin, among }: RoutingPolicy['exploration']): readonly number[] =>
  share === 0 ? best.slice(0, 1) : best.slice(0, among).filter((place) => ofMillionths(score[best[0]!]!) - ofMillionths(score[place]!) <= margin);

/** @param best places in order of score. @param score in millionths. @param seed 32 bits. */
export function exploredPlace(best: readonly number[], score: Float64Array, exploration: RoutingPolicy['exploration'], seed: number): { readonly place: number; readonly propensity: number } {
  const { share } = exploration;
  const first = best[0]!;
  const near = placesNear(best, score, exploration);
  if (near.length < 2) return { place: first, propensity: 1 };
  const each = share / near.length;
  const draw = (seed >>> 0) / 2 ** 32;
  const place = draw < share ? near[Math.min(near.length - 1, Math.floor((draw / share) * near.length))]! : first;
  return { place, propensity: round6(place === first ? 1 - share + each : each) };
}
